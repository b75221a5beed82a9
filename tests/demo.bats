#!/usr/bin/env bats
# demo - "make demo": it proves the trail and leaves nothing behind

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/.." || return
	export DEMO_SECONDS=1
	unset KEEP SERVER_ROOT
}

# server_of TEXT: the directory that the demo named in its output
server_of() {
	grep -o '/tmp/audit\.[A-Za-z0-9]*' <<<"$1" | head -n 1
}

gone() {
	[ -n "$1" ]
	[ ! -e "$1" ]
	run -1 pgrep -f "$1"
}

event() {
	local fields='"txid":"%s","op":"%s","table":"pgbench_%s"'

	printf "{$fields,\"key\":%s,\"old\":%s,\"new\":%s}\n" "$@"
}

@test "the demo shows the changes, proves the trail and leaves nothing" {
	run -0 tests/demo/run
	grep -q '^PROVED: ' <<<"$output"
	[ -s "$(grep -o '/.*/audit[.]xlsx$' <<<"${lines[-2]}")" ]
	[ -s "$(grep -o '/.*/audit[.]html$' <<<"${lines[-1]}")" ]
	grep -q '^{"id":"[^"]*","at":"[^"]*Z","op":"update"' <<<"$output"
	gone "$(server_of "$output")"
}

@test "KEEP=1 leaves the server up and says how to remove it" {
	run -0 env KEEP=1 tests/demo/run
	dir=$(server_of "$output")
	[ "$(psql -h "$dir" -U shop -d erp -Atc 'select 1')" = 1 ]
	stop=$(grep -A 1 '^ *SERVER_DIR=' <<<"$output")
	bash -c "$stop"
	gone "$dir"
}

@test "a demo that is interrupted leaves nothing" {
	exec {demo}< <(exec setsid tests/demo/run 2>&1 3>&-)
	pid=$!
	said=''
	until [[ $line == *'$ pgbench '*'&' ]]; do
		read -r line <&"$demo"
		said+=$line$'\n'
	done
	kill -TERM -- "-$pid"
	said+=$(cat <&"$demo")
	run -1 grep PROVED <<<"$said"
	gone "$(server_of "$said")"
}

@test "replay finds an event that is missing, doubled or wrong" {
	cd "$BATS_TEST_TMPDIR"
	printf 'pgbench_%s\n' $'accounts\t7\t100' $'tellers\t1\t0' >start
	echo $'pgbench_branches\t1\t50' >>start
	printf 'pgbench_%s\n' $'accounts\t7\t95' $'tellers\t1\t-5' >final
	echo $'pgbench_branches\t1\t45' >>final
	echo $'pgbench_history\t1\t1\t7\t-5\tT' >>final
	{
		event 9 update accounts '{"aid":7}' '{"abalance":100}' \
			'{"abalance":95}'
		event 9 update tellers '{"tid":1}' '{"tbalance":0}' \
			'{"tbalance":-5}'
		event 9 update branches '{"bid":1}' '{"bbalance":50}' \
			'{"bbalance":45}'
		event 9 insert history null null '{"tid":1,"bid":1,"aid":7,
			"delta":-5,"mtime":"T","filler":null}' | tr -d '\n'
	} >events
	replay=$BATS_TEST_DIRNAME/demo/replay
	run -0 "$replay" start final <events
	[ "$output" = "1 transactions (0 of amount 0), 4 events, 3 balances" ]
	for i in 1 2 3 4; do
		sed "${i}d" events | run -1 "$replay" start final
		sed "${i}p" events | run -1 "$replay" start final
		sed "${i}s/5}/6}/;${i}s/-5,/-6,/" events >forged
		run -1 "$replay" start final <forged
	done
	run -1 "$replay" start start </dev/null
	run -2 --separate-stderr "$replay" start
	[ -z "$output" ]
}
