#!/usr/bin/env bats
# audit-seal ship, killed at random points; make kill does it 200 times

load helper

@test "killed anywhere, ship loses nothing and doubles nothing" {
	run -0 env KILL_EVENTS=70000 "$BATS_TEST_DIRNAME/ship-kill.py" 8
	is "$(jq .problems <<<"${lines[-1]}")" 0
}
