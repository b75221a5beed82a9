#!/usr/bin/env bats
# audit-seal verify: says nothing of a trail that nobody tampered with,
# whatever else goes on

load capture

# A server of its own, which keeps what it commits whatever happens to it.
setup_file() {
	# shellcheck source=server.sh
	. "$ROOT/tests/server.sh"
	server_start max_prepared_transactions=20 fsync=on restart_after_crash=on \
		deadlock_timeout=100ms
	trail_database
}

teardown_file() {
	. "$ROOT/tests/server.sh"
	server_stop
}

# The tables and transactions of the soak
setup() {
	. "$ROOT/tests/server.sh"
	fresh_schema
	sql "alter database $PGDATABASE set search_path = s"
	psql -qX -v ON_ERROR_STOP=1 -f "$ROOT/tests/soak/schema.sql"
	audit-rule add stock move log thing sale --name "all$BATS_TEST_NUMBER"
	audit-rule add toggled --name "toggled$BATS_TEST_NUMBER"
	sql "insert into toggled values (1, 0)" \
		"insert into stock select i, 0 from generate_series(1, 50) i"
	STOP=$BATS_TEST_TMPDIR/stop
	seal
}

# nothing goes on behind a test that failed
teardown() {
	touch "$STOP"
	audit-rule remove "all$BATS_TEST_NUMBER" "toggled$BATS_TEST_NUMBER"
	sql "drop schema s cascade"
}

seal() {
	audit-seal >>"$BATS_TEST_TMPDIR/anchors" 2>>"$BATS_TEST_TMPDIR/errors"
}

# on_and_on MS FUNCTION - call it again and again, beside what follows
on_and_on() {
	until [ -e "$STOP" ]; do
		"$2" >>"$BATS_TEST_TMPDIR/$2" 2>&1 &&
			echo "$?" >>"$BATS_TEST_TMPDIR/$2.done"
		sleep "$1"
	done 3>&- &
}

# write_for SECONDS - eight writers, all of which may lose the server
write_for() {
	local i writers=()

	for i in 1 2 3 4 5 6 7 8; do
		pgbench -n -c 1 -T "$1" -R 20 -D "writer=$i" \
			-f "$ROOT/tests/soak/write.sql" \
			>"$BATS_TEST_TMPDIR/write$i" 2>&1 3>&- &
		writers+=($!)
	done
	wait "${writers[@]}" || true
}

# any STATEMENT... - one of these
any() {
	sql "set lock_timeout = '500ms'" "${@:RANDOM % $# + 1:1}"
}

rules() {
	local n=$BATS_TEST_NUMBER

	case $((RANDOM % 6)) in
	0) audit-rule disable "toggled$n" ;;
	1) audit-rule enable "toggled$n" ;;
	2) audit-rule add log --name extra ;;
	3) audit-rule remove extra ;;
	4) audit-rule apply --missing ;;
	5) audit-rule list | sed 's/"enabled":false/"enabled":true/' |
		audit-rule apply ;;
	esac
}

tables() {
	any "alter table thing add extra text default 'red'" \
		"alter table thing drop if exists extra" \
		"alter table thing rename n to number" \
		"alter table thing rename number to n" \
		"alter table thing alter n type bigint" \
		"alter table thing alter n type int" \
		"alter table thing rename to thing_too" \
		"alter table thing_too rename to thing" \
		"create table sale_e partition of sale for values in ('e')" \
		"drop table sale_e" "truncate log" "vacuum full move" \
		"cluster stock using stock_pkey"
}

trail() {
	local part

	part=$(sql "select tableoid::regclass from audit.event limit 1")
	any "vacuum full $part" "cluster $part using ${part#audit.}_pkey" \
		"vacuum analyze audit.event" "reindex table $part" \
		"analyze audit.leaf" "vacuum full audit.leaf" \
		"vacuum full pg_trigger" "vacuum freeze pg_class" \
		"select audit.make_partitions(13)" "analyze $part"
}

# everything at once, for so many seconds
bustle() {
	on_and_on 0.1 seal
	on_and_on 0.3 rules
	on_and_on 0.2 tables
	on_and_on 0.5 trail
	write_for "$1"
}

# settle - to the last seal, of all that was committed
settle() {
	touch "$STOP"
	wait
	await sql select
	sql "select format('rollback prepared %L;', gid) from pg_prepared_xacts" |
		sql "$(cat)"
	await alone
	seal
}

alone() {
	[ "$(sql "select count(*) from pg_stat_activity
		where backend_xid is not null or state = 'active'")" = 1 ]
}

# more_than N FILE - the file has more lines
more_than() {
	[ "$(wc -l <"$2")" -gt "$1" ]
}

sound() {
	run -0 --separate-stderr audit-seal verify \
		--anchor "$BATS_TEST_TMPDIR/anchors"
	is "$(jq -c 'select(.finding)' <<<"$output")" ""
	is "$(jq 'select(has("verified")).unsealed' <<<"$output")" 0
}

@test "nothing is found beside writers, DDL, rules and housekeeping" {
	bustle 15
	# they go on beside each other, however slow the machine is
	for f in seal rules tables trail; do
		await more_than 3 "$BATS_TEST_TMPDIR/$f.done"
	done
	await more_than 10 "$BATS_TEST_TMPDIR/anchors"
	settle
	sound
	[ "$(sql "select count(*) from audit.event")" -gt 500 ]
}

@test "nothing is found after crashes" {
	for i in 1 2 3; do
		rm -f "$STOP"
		# to the end of all that it has begun, too
		{ bustle 20; wait; } 3>&- &
		sleep 3
		server_crash
		server_run pg_ctl start
		settle
	done
	sound
}
