#!/usr/bin/env bats
# crew - worker processes: order, failures, and that none is left behind

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

crew() {
	timeout 60 "$BUILD/tests/crew" "$@"
}

# ended PROCESS - whether it is; who gets orphans may take his time with them
ended() {
	[[ $(ps -o stat= -p "$1") != [!Z]* ]]
}

@test "answers come in the order of the tasks, however many workers there are" {
	crew order 1
	crew order 2
	crew order 7
}

@test "a worker that fails says why, and no answer comes after it" {
	run -0 --separate-stderr crew fail
	# shellcheck disable=SC2154
	is "$(sort <<<"$stderr" | uniq)" \
		"$(printf 'crew: the worker %s\n' 'cannot begin' 'gives up')"
}

@test "a worker that is killed is noticed" {
	run -0 --separate-stderr crew kill
	is "$stderr" 'crew: a worker process was ended by signal 9'
	# also where the caller ignores how his processes end
	run -0 --separate-stderr python3 -c 'import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execv(sys.argv[1], sys.argv[1:])' "$BUILD/tests/crew" kill
	is "$stderr" 'crew: a worker process was ended by signal 9'
}

@test "workers that are not needed any more end at once" {
	crew leave
}

@test "when the process is killed, its workers end" {
	local pid workers

	mkfifo out
	"$BUILD/tests/crew" orphan >out &
	pid=$!
	mapfile -t workers < <(sed '/ready/q' out)
	is "${#workers[@]} ${workers[2]}" '3 ready'
	kill -9 "$pid"
	wait "$pid" || true
	await ended "${workers[0]}"
	await ended "${workers[1]}"
}
