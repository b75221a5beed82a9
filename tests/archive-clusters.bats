#!/usr/bin/env bats
# an archive database of three clusters: sources that die and return, that are
# restored from a backup, or go on elsewhere

# a subshell has a server of its own
# shellcheck disable=SC2030,SC2031

load helper

setup_file() {
	local name

	for name in one two three; do
		start "$name"
		at "$name" sql "create database app"
		at "$name" audit-rule init
		at "$name" sql "create table item(id int primary key, name text)"
		at "$name" audit-rule add item
		write "$name" 5
	done
	fresh_database
	audit-rule init --archive
	# libpq's words for this server, from wherever
	export ARCHIVE="host=$PGHOST dbname=$PGDATABASE"
}

teardown_file() {
	local name

	for name in one two three; do
		server "$name" stop_it
	done
	drop_database
}

# stop_it - in a subshell: what is known of a server is forgotten after it
stop_it() {
	unset SERVER_WATCH
	server_stop
}

# start NAME - a cluster of this name
start() {
	(
		. "$ROOT/tests/server.sh"
		unset SERVER_WATCH
		server_start shared_buffers=16MB wal_level=replica \
			max_wal_senders=2 3>&-
		echo "$SERVER_DIR" >"$BATS_FILE_TMPDIR/$1"
	)
}

# at NAME COMMAND... - there
at() {
	local PGHOST PGDATABASE=app

	PGHOST=$(cat "$BATS_FILE_TMPDIR/$1")
	[ "$2 $3" != 'sql create database app' ] || PGDATABASE=postgres
	export PGHOST PGDATABASE
	"${@:2}"
}

# server NAME COMMAND - what server.sh does with it
server() {
	(
		. "$ROOT/tests/server.sh"
		SERVER_DIR=$(cat "$BATS_FILE_TMPDIR/$1")
		"${@:2}"
	)
}

# write NAME N - so many events, and a seal
write() {
	at "$1" sql "insert into item select n + i, 'item'
		from (select count(*)::int from item) x(n), generate_series(1, $2) i"
	await at "$1" covered
	at "$1" audit-seal >/dev/null
}

# ship NAME [OPTION]...
ship() {
	at "$1" audit-seal ship --to "$ARCHIVE" "${@:2}"
}

# has TRAIL N - so many changes of items are in the archive
has() {
	is "$(sql "select count(*) from audit.archived_event e
		join audit.archived_trail t on t.no = e.trail
		where t.name = '$1' and e.\"table\" = 'item' and e.op = 'insert'")" "$2"
}

@test "three clusters go to one archive, each for itself" {
	local name pids=()

	for name in one two three; do
		ship "$name" --trail "$name" &
		pids+=($!)
	done
	for name in "${pids[@]}"; do
		wait "$name"
	done
	for name in one two three; do
		has "$name" 5
	done
	run -0 audit-seal verify -q
	is "$(audit-log | jq -r 'select(.op == "insert").trail' | sort | uniq -c |
		tr -s ' \n' ' ')" " 5 one 5 three 5 two "
}

@test "a source dies and returns: what follows goes on" {
	ship one --follow --interval '20 ms' -q >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" &
	local pid=$!

	write one 3
	await has one 8
	server one server_crash
	write two 2
	ship two
	server one server_run pg_ctl start
	write one 2
	await has one 10
	# it is said after what was brought is there
	await grep -q "connected again" "$BATS_TEST_TMPDIR/err"
	pkill -P "$pid"	# the tool itself
	wait "$pid" || :
	has two 7
}

@test "a cluster that was restored from a backup of its files is a fork" {
	local dir

	dir=$(cat "$BATS_FILE_TMPDIR/one")
	server one server_as pg_basebackup -U postgres -h "$dir" -D "$dir/backup" \
		-X stream -c fast
	write one 4
	ship one
	server one server_crash
	server one server_as rm -rf "$dir/data"
	server one server_as mv "$dir/backup" "$dir/data"
	server one server_run pg_ctl start
	run -1 --separate-stderr ship one
	[[ $stderr == *"exist only in the archive"* ]]
	write one 1
	run -1 --separate-stderr ship one
	[[ $stderr == *"its history is not the one that was shipped"* ]]
	has one 14
	ship one --fork --trail one-again
	has one 14
	has one-again 11
	write one 1
	ship one
	has one-again 12
	run -0 audit-seal verify -q
}

@test "a trail that was dumped and restored into another cluster goes on" {
	write two 1
	at two pg_dump app >"$BATS_TEST_TMPDIR/dump"
	at two audit-seal >/dev/null
	psql_three() {
		at three psql -qX -v ON_ERROR_STOP=1 "$@"
	}
	psql_three -d postgres -c "create database moved" >/dev/null
	psql_three -d moved -f "$BATS_TEST_TMPDIR/dump" >/dev/null
	ship_moved() {
		at three audit-seal "$@" -d moved
	}
	ship_moved ship --to "$ARCHIVE" --trail two
	psql_three -d moved -c "insert into item values (900, 'moved')"
	ship_moved make >/dev/null
	ship_moved ship --to "$ARCHIVE"
	has two 9
	run -0 audit-seal verify -q --trail two
	# what it left has gone another way
	run -1 ship two
}
