#!/usr/bin/env bats
# audit-ingest, killed at random points; make kill does it 200 times

load helper

@test "killed anywhere, audit-ingest loses nothing and doubles nothing" {
	run -0 env KILL_LINES=700 "$BATS_TEST_DIRNAME/ingest-kill.py" 30
	is "$(jq .problems <<<"${lines[-1]}")" 0
}
