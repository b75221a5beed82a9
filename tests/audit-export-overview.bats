# What audit-export counts: the figures, charts and tables of its overview and
# its sessions, each against a count of another kind.

load helper

setup() {
	PYTHON=/usr/bin/python3
	cd "$BATS_TEST_TMPDIR"
}

@test "counters are exact for more keys than memory holds" {
	"$BUILD/tests/tally" many
}

@test "counters of no key, an empty one and a long one" {
	"$BUILD/tests/tally" few
}

@test "counters say that there is no room for them, and go on saying so" {
	run -0 "$BUILD/tests/tally" full
	is "$output" "temporary file in ${TMPDIR:-/tmp}: File too large"
	TMPDIR=$PWD/nowhere run -1 "$BUILD/tests/tally" many
	is "$output" "tally: temporary file in $PWD/nowhere: No such file or directory"
}
