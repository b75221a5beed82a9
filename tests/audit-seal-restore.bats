#!/usr/bin/env bats
# audit-seal - seals go on where the trail goes: dump and restore, a copy of the
# cluster, an upgrade

# a subshell has a server of its own
# shellcheck disable=SC2030,SC2031

load capture

setup_file() {
	# shellcheck source=server.sh
	. "$ROOT/tests/server.sh"
	server_start max_prepared_transactions=20
	trail_database
}

teardown_file() {
	. "$ROOT/tests/server.sh"
	server_stop
}

setup() {
	. "$ROOT/tests/server.sh"
	other_database
	audit-rule init
	sql "create table t(id int primary key, v int)"
	audit-rule add t
	# so that the numbers of transactions here are higher than elsewhere
	printf 'select txid_current();\n%.0s' $(seq 2000) | psql -qAtX >/dev/null
	sql "select format('insert into t values (%s, 0);', i) from generate_series(1, 1000) i" |
		psql -qAtX
	seal >"$BATS_TEST_TMPDIR/seals"
	write 10
	seal >>"$BATS_TEST_TMPDIR/seals"
	write 5
	DUMP=$BATS_TEST_TMPDIR/dump.sql
}

teardown() {
	# that of the test, where it failed
	if [ -e "$BATS_TEST_TMPDIR/server" ]; then
		SERVER_DIR=$(cat "$BATS_TEST_TMPDIR/server") server_stop
	fi
	drop_other_database
}

write() {
	sql "insert into t select n + i, 0
		from (select count(*)::int from t) x(n), generate_series(1, $1) i"
}

# seal - of all that was written so far: no other transaction is at work, as
# autovacuum's may be. The numbers of the events' own may be another cluster's.
seal() {
	await gives t 'select txid_snapshot_xmin(s) = txid_snapshot_xmax(s)
		from txid_current_snapshot() s'
	audit-seal
}

# elsewhere COMMAND - run a function in a server of its own
elsewhere() {
	(
		SERVER_WATCH=
		server_start max_prepared_transactions=20 3>&-
		echo "$SERVER_DIR" >"$BATS_TEST_TMPDIR/server"
		"$@"
		server_stop
		rm "$BATS_TEST_TMPDIR/server"
	)
}

# once - each event is in one leaf, each leaf's event is there
once() {
	is "$(sql "with leaf as (
			select encode(substr(b, i * 48 + 1, 16), 'hex')::uuid as id
			from (select leaves || '' as b from audit.leaf offset 0) l,
				generate_series(0, length(b) / 48 - 1) i)
		select count(*) filter (where e.id is null),
			count(*) filter (where l.id is null),
			count(*) - count(distinct coalesce(e.id, l.id))
		from audit.event e full join leaf l using (id)")" "0|0|0"
}

restore() {
	psql -qX -d postgres -c "create database r" >/dev/null
	export PGDATABASE=r
	psql -qX -v ON_ERROR_STOP=1 -f "$DUMP" >/dev/null
}

after_restore() {
	restore
	is "$(audit-seal list)" "$(cat "$BATS_TEST_TMPDIR/seals")"
	[ "$(sql "select max(txid) > txid_current() from audit.event")" = t ]
	write 3
	seal >>"$BATS_TEST_TMPDIR/seals"
	is "$(jq -s '.[2] | [.seal, .events, .from]' -c "$BATS_TEST_TMPDIR/seals")" '[2,8,"0"]'
	is "$(jq -s '.[1].system != .[2].system and .[1].trail == .[2].trail' "$BATS_TEST_TMPDIR/seals")" true
	once
	write 3
	seal >>"$BATS_TEST_TMPDIR/seals"
	is "$(jq -s '.[3] | [.seal, .events]' -c "$BATS_TEST_TMPDIR/seals")" '[3,3]'
	is "$(jq -s '.[2].to == .[3].from' "$BATS_TEST_TMPDIR/seals")" true
	# their numbers come again here: what is a leaf is not sealed again
	printf 'select txid_current();\n%.0s' $(seq 4000) | psql -qAtX >/dev/null
	is "$(sql "select txid_current() > max(txid) from audit.event")" t
	write 2
	run -0 seal
	is "$(jq .events <<<"$output")" 2
	once
	run -0 audit-seal list -f table
	[[ $output == *"another cluster"* ]]
}

@test "after dump and restore into another cluster all is sealed once" {
	pg_dump "$PGDATABASE" >"$DUMP"
	elsewhere after_restore
}

after_first() {
	restore
	sql "alter table audit.seal disable trigger all" "delete from audit.seal" \
		"alter table audit.leaf disable trigger all" "delete from audit.leaf" \
		"alter table audit.seal_state disable trigger all" "delete from audit.seal_state"
	run -0 seal
	is "$(jq -c '[.seal, .events]' <<<"$output")" "[0,$(sql "select count(*) from audit.event")]"
	once
}

@test "the first seal covers what came from another cluster" {
	pg_dump "$PGDATABASE" >"$DUMP"
	elsewhere after_first
}

@test "in another database of the cluster the seals go on" {
	pg_dump "$PGDATABASE" >"$DUMP"
	restore
	write 3
	run -0 seal
	is "$(jq -c '[.seal, .events]' <<<"$output")" '[2,8]'
	once
	sql_in postgres "drop database r (force)"
}

# copy - the cluster as it is now, as a base backup has it
copy() {
	pg_basebackup -D "$BATS_TEST_TMPDIR/copy" -X stream -c fast
}

# on_copy COMMAND - run a function in that copy, started as a standby and made a
# primary, and so on a timeline of its own
on_copy() {
	(
		SERVER_WATCH=
		SERVER_DIR=$(mktemp -d "${SERVER_ROOT:-/tmp}/audit.XXXXXX")
		PGHOST=$SERVER_DIR
		echo "$SERVER_DIR" >"$BATS_TEST_TMPDIR/server"
		mv "$BATS_TEST_TMPDIR/copy" "$SERVER_DIR/data"
		echo "unix_socket_directories = '$SERVER_DIR'" >>"$SERVER_DIR/data/postgresql.conf"
		touch "$SERVER_DIR/data/standby.signal"
		if [ "$(id -u)" = 0 ]; then
			chown -R "$(server_user)" "$SERVER_DIR"
		fi
		chmod 755 "$SERVER_DIR"
		server_run pg_ctl start || cat "$SERVER_DIR"/*log >&2
		"$@"
		server_stop
		rm "$BATS_TEST_TMPDIR/server"
	)
}

after_promotion() {
	# a standby can be looked at, and not sealed
	is "$(audit-seal list | wc -l)" 2
	audit-seal status >/dev/null
	run -3 --separate-stderr audit-seal
	is "$output" ""
	server_run pg_ctl promote
	run -0 seal
	is "$(jq -c '[.seal, .timeline, .events]' <<<"$output")" '[2,2,5]'
	is "$(jq .system <<<"$output")" "$(head -1 "$BATS_TEST_TMPDIR/seals" | jq .system)"
	write 4
	run -0 seal
	is "$(jq .events <<<"$output")" 4
	once
	run -0 audit-seal list -f table
	[[ $output == *"timeline 2"* ]]
}

@test "a copy of the cluster, at an earlier time, goes on with a timeline of its own" {
	copy
	write 7
	seal
	on_copy after_promotion
	once
}

after_upgrade() {
	is "$(audit-seal list)" "$(cat "$BATS_TEST_TMPDIR/seals")"
	write 3
	run -0 seal
	is "$(jq -c '[.seal, .events]' <<<"$output")" '[2,8]'
	is "$(jq .system <<<"$output" | grep -cFf <(jq .system "$BATS_TEST_TMPDIR/seals"))" 0
	write 2
	run -0 seal
	is "$(jq .events <<<"$output")" 2
	once
}

@test "after pg_upgrade all is sealed once" {
	old=$SERVER_DIR
	(
		SERVER_WATCH=
		SERVER_DIR=$(mktemp -d "${SERVER_ROOT:-/tmp}/audit.XXXXXX")
		echo "$SERVER_DIR" >"$BATS_TEST_TMPDIR/server"
		chmod 755 "$SERVER_DIR"
		if [ "$(id -u)" = 0 ]; then
			chown "$(server_user)" "$SERVER_DIR"
		fi
		PGHOST=$SERVER_DIR
		server_make max_prepared_transactions=20
		SERVER_DIR=$old server_run pg_ctl -m fast stop
		# it writes where it stands
		# shellcheck disable=SC2016
		server_as sh -c 'cd "$1" && shift && exec "$@"' sh "$SERVER_DIR" "$SERVER_BIN/pg_upgrade" -U postgres -b "$SERVER_BIN" -B "$SERVER_BIN" \
			-d "$old/data" -D "$SERVER_DIR/data" -s "$SERVER_DIR" >"$BATS_TEST_TMPDIR/upgrade" 2>&1 ||
			cat "$BATS_TEST_TMPDIR/upgrade"
		server_run pg_ctl start
		after_upgrade
		server_stop
		rm "$BATS_TEST_TMPDIR/server"
	)
	server_run pg_ctl start
}
