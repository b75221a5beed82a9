#!/usr/bin/env bats
# audit-purge, killed at random points; make kill does it 200 times

load helper

@test "killed anywhere, run and erase lose nothing and double nothing" {
	run -0 env KILL_EVENTS=60 "$BATS_TEST_DIRNAME/kill.py" 8
	is "$(jq .problems <<<"${lines[-1]}")" 0
}
