#!/usr/bin/env bats
# audit-log --follow and --checkpoint - events as they commit, each once

load helper

# A server of their own, which they may stop.
setup_file() {
	# shellcheck source=server.sh
	. "$ROOT/tests/server.sh"
	server_start fsync=on max_prepared_transactions=5 max_wal_senders=3
	fresh_database
	export PGOPTIONS='-c client_min_messages=warning'
	audit-rule init
	sql "create table stock(id int primary key, n int)" \
		"create table other(id int primary key)"
	audit-rule add stock other
}

teardown_file() {
	. "$ROOT/tests/server.sh"
	server_stop
}

setup() {
	. "$ROOT/tests/server.sh"
	cd "$BATS_TEST_TMPDIR" || return
	mkdir writers
	# what the test before has killed must not be taken for this one's
	await gives 0 "select count(*) from pg_stat_activity
		where application_name = 'audit-log'"
	sql "delete from stock" "delete from other"
}

teardown() {
	local pid

	for pid in $(jobs -p); do
		kill -9 "$pid" 2>/dev/null
	done
	wait
}

# follow OPTION... - follow into the file "events", in the background; returns
# when it has seen where the trail stands
follow() {
	audit-log --follow --interval '20 ms' "$@" >>events 2>errors 3>&- &
	FOLLOWER=$!
	await following
}

# ends STATUS [PID] - the follower, or this one, ends by itself and so
ends() {
	local status=0

	wait "${2:-$FOLLOWER}" || status=$?
	is "$status" "$1"
}

# it has seen where the trail stands, or has printed what there was
following() {
	[ -s events ] || [ "$(sql "select count(*) from pg_stat_activity
		where application_name = 'audit-log' and state = 'idle'
			and query ~ '^commit|Where the trail stands'")" -gt 0 ]
}

# has FILE N - the file has so many lines
has() {
	[ "$(wc -l <"$1")" = "$2" ]
}

# hold N STATEMENT... - begin a transaction in session N and leave it open;
# release N STATEMENT... - its last statements
hold() {
	local n=$1

	shift
	mkfifo "writers/$n"
	psql -qAtX -v ON_ERROR_STOP=1 <"writers/$n" >"writers/$n.out" 3>&- &
	eval "exec $((20 + n))>writers/$n"
	printf '%s;\n' begin "$@" 'select 1' >&$((20 + n))
	await has "writers/$n.out" 1
}

release() {
	local n=$1

	shift
	printf '%s;\n' "$@" >&$((20 + n))
	eval "exec $((20 + n))>&-"
}

# ids FILE - the ids of its lines, in their order
ids() {
	jq -r .id "$1"
}

# numbers FILE - the column n of the changes in it, in one line
numbers() {
	jq -r '.new.n // "-"' "$1" | paste -sd ' '
}

# complete FILE [OPTION]... - it holds what audit-log prints, each line once
complete() {
	local file=$1

	shift
	audit-log "$@" | sort >wanted
	sort "$file" >got
	diff wanted got >differences || {
		head differences
		return 1
	}
}

# Following

@test "an event is printed when its transaction commits, and once" {
	follow -t stock
	sql "insert into stock values (1, 1)"
	await has events 1
	hold 1 "insert into stock values (2, 2)"
	sql "insert into stock values (3, 3)"
	await has events 2
	release 1 commit
	await has events 3
	sql "insert into stock values (4, 4)"
	await has events 4
	is "$(numbers events)" "1 3 2 4"
	is "$(ids events | sort -u | wc -l)" 4
}

@test "what is rolled back is not printed, prepared transactions later are" {
	follow -t stock
	sql "begin; insert into stock values (1, 1); rollback"
	sql "begin; insert into stock values (2, 2); savepoint a;
		insert into stock values (3, 3); rollback to a;
		insert into stock values (4, 4); commit"
	sql "begin; insert into stock values (5, 5); prepare transaction 'p'"
	sql "begin; insert into stock values (6, 6); prepare transaction 'q'"
	sql "insert into stock values (7, 7)"
	sql "commit prepared 'p'"
	sql "rollback prepared 'q'"
	sql "insert into stock values (8, 8)"
	await has events 5
	is "$(numbers events | tr ' ' '\n' | sort | paste -sd ' ')" "2 4 5 7 8"
}

@test "the changes of one record come in the order in which they happened" {
	sql "insert into stock values (1, 0)"
	follow -t stock -k 1
	pgbench -n -c 4 -t 50 -f - >load 2>&1 <<-'END'
		update stock set n = n + 1 where id = 1;
	END
	await has events 200
	is "$(jq -r .new.n events | paste -sd ' ')" "$(seq 200 | paste -sd ' ')"
}

@test "it begins with now; with -l and -s earlier; the filter goes on" {
	sql "insert into stock values (1, 1), (2, 2), (3, 3)"
	follow -t stock -l 2
	sql "insert into other values (1)" "insert into stock values (4, 4)"
	await has events 3
	is "$(numbers events)" "2 3 4"
	kill "$FOLLOWER"
	audit-log --follow --interval '20 ms' -t stock --op insert \
		-s '1 hour' >since 3>&- &
	await test -s since
	# a number that no test before has inserted
	sql "delete from stock" "insert into stock values (5, 5005)"
	await grep -q '"n": 5005' since
	is "$(jq -r .op since | sort -u)" insert
	complete since -t stock --op insert
}

@test "8 writers, savepoints, rollbacks, 2PC: followed, the trail is complete" {
	cat >load.sql <<-'END'
		\set n random(1, 100)
		begin;
		insert into stock values (1000 * :client_id + :n, :n)
			on conflict (id) do update set n = stock.n + 1;
		savepoint a;
		delete from stock where id = 1000 * :client_id + 101 - :n;
		\if :n % 3 = 0
		rollback to a;
		\endif
		\if :n <= 20
		rollback;
		\else
		commit;
		\endif
	END
	follow -l 1
	await test -s events
	head -n 1 events >first
	pgbench -n -c 8 -T 5 -f load.sql >load 2>&1
	sql "insert into other values (0)"
	# the first line may be of that table, too: what was deleted before
	await grep -q '"op":"insert".*"table":"other"' events
	complete events --exact -s "$(jq -r .at first)"
}

@test "idle, a look is one statement" {
	PGOPTIONS='-c log_statement=all' follow -t stock
	await looked 1
	wc -l <"$SERVER_DIR/log" >start
	await looked $(($(looks) + 10))
	is "$(tail -n "+$(($(cat start) + 1))" "$SERVER_DIR/log" |
		grep 'LOG: ' | sed 's/.*LOG: *//' | sort -u)" \
		"execute <unnamed>: $(head -n 1 "$ROOT/lib/sql/mark.sql")"
}

# looked N - followers have looked so often
looked() {
	[ "$(looks)" -ge "$1" ]
}

looks() {
	grep -cFe "$(head -n 1 "$ROOT/lib/sql/mark.sql")" "$SERVER_DIR/log" || true
}

@test "a reader who goes away ends it, also when nothing happens" {
	mkfifo pipe
	audit-log --follow --interval '20 ms' >pipe 3>&- &
	local pid=$!

	exec 9<pipe
	await following
	exec 9<&-
	ends 141 "$pid"
}

# A server that comes and goes

@test "without --reconnect a lost server is exit 3 and whole lines" {
	follow -t stock
	sql "insert into stock values (1, 1)"
	await has events 1
	server_restart
	ends 3
	is "$(jq -r .new.n events)" 1
	[ -s errors ]
}

@test "with --reconnect it goes on over restart and crash, each event once" {
	follow --reconnect
	for i in 1 2 3; do
		sql "insert into stock values ($i, $i)"
		server_restart
		sql "insert into stock values (10$i, $i)"
		server_crash
		server_run pg_ctl start
		sql "insert into stock values (20$i, $i)"
	done
	sql "insert into other values (9)"
	await grep -q '"table":"other"' events
	complete events -s "$(head -n 1 events | jq -r .at)"
	grep -q 'trying again' errors
	grep -q 'connected again' errors
}

@test "it does not go on with another trail after a restart" {
	createdb second
	createdb third
	PGDATABASE=second audit-rule init
	PGDATABASE=third audit-rule init
	PGDATABASE=second follow --reconnect
	sql "alter database second allow_connections false" \
		"select pg_terminate_backend(pid) from pg_stat_activity
			where datname = 'second'" >terminated
	await grep -q 'trying again' errors
	sql "alter database second rename to first" \
		"alter database third rename to second"
	ends 2
	grep -q 'another trail' errors
	dropdb first
	dropdb second
}

# Checkpoints

@test "a checkpoint prints what is new since the last call" {
	audit-log --checkpoint mark >all
	complete all
	sql "insert into stock values (1, 1)"
	is "$(audit-log --checkpoint mark | jq -c .new)" '{"n":1,"id":1}'
	is "$(audit-log --checkpoint mark)" ""
	hold 1 "insert into stock values (2, 2)"
	sql "insert into stock values (3, 3)"
	is "$(audit-log --checkpoint mark | numbers /dev/stdin)" 3
	release 1 commit
	await gives 3 "select count(*) from stock"
	is "$(audit-log --checkpoint mark -s '1 second' -l 1 |
		numbers /dev/stdin)" 2
}

@test "killed with -9 again and again, the file has each event once" {
	pgbench -n -c 4 -T 6 -f - >load 2>&1 3>&- <<-'END' &
		\set n random(1, 1000000)
		insert into stock values (:n, :n) on conflict do nothing;
	END
	local writers=$!

	while kill -0 "$writers" 2>/dev/null; do
		audit-log --follow --interval '5 ms' --checkpoint mark \
			-s '1 year' -o out 3>&- &
		# before, there is nothing in the file that it could know again
		await test -s mark
		sleep 0.2
		kill -9 $!
		wait $! || true
		# what a write that was broken off looks like
		printf '{"id":"01a2' >>out
	done
	audit-log --checkpoint mark -o out
	complete out
	is "$(ids out | sort | uniq -d)" ""
}

@test "killed before anything was noted, it begins the file again" {
	audit-log --checkpoint first -o whole
	jq -c '.seen = null | .last = null | .offset = 0' first >mark
	printf '{"id":"01a2' >out
	audit-log --checkpoint mark -o out
	cmp whole out
	# with --follow, too, which notes where it begins
	audit-log --follow --interval '20 ms' --checkpoint next -o live 3>&- &
	await test -s next
	kill -9 $!
	wait $! || true
	sql "insert into stock values (1, 1)"
	printf '{"id":"01a2' >live
	audit-log --checkpoint next -o live
	is "$(numbers live)" 1
}

@test "a long window is broken off and gone on with in its middle" {
	sql "insert into stock select i, i from generate_series(1, 40000) i"
	mkfifo pipe
	audit-log -t stock --checkpoint mark >pipe 3>&- &
	# so much that a part of it has been noted, and not all has been read
	head -n 15000 pipe >part
	wait $! || true
	is "$(jq '.upto != null' mark)" true
	audit-log -t stock --checkpoint mark >rest
	is "$(jq '.upto' mark)" null
	cat part rest | sort -u >together
	complete together -t stock
	# what came twice is less than what is noted at once
	[ $(($(wc -l <part) + $(wc -l <rest) - $(wc -l <together))) -le 10000 ]
}

@test "a file that was moved away begins anew, another is refused" {
	sql "insert into stock values (1, 1)"
	audit-log -t stock --checkpoint mark -o out
	mv out old
	sql "insert into stock values (2, 2)"
	audit-log -t stock --checkpoint mark -o out
	is "$(numbers out)" 2
	for file in old mark /dev/null; do
		cp mark before
		run -2 --separate-stderr audit-log --checkpoint mark -o "$file"
		is "$output" ""
		cmp mark before
	done
	run -2 audit-log --checkpoint fresh -o old
	[[ $output == *"old: "*"move it away" ]]
	run -2 audit-log --checkpoint fresh -o /dev/null
	[[ $output == *"/dev/null: not a regular file"* ]]
	[ ! -e fresh ]
	is "$(tail -n 1 old | jq .new.n)" 1
}

@test "a checkpoint of another trail, another cluster or none is exit 2" {
	audit-log --checkpoint mark >/dev/null
	jq -c '.trail = "01a20177-65f3-7538-8648-7df02060d3f7"' mark >trail
	jq -c '.cluster = "1"' mark >cluster
	jq -c 'del(.seen.before)' mark >half
	echo 'not one' >text
	jq -c '.seen.snapshot = "x"' mark >snapshot
	head -c 2000000 /dev/zero >zero
	for file in trail cluster half text snapshot; do
		cp "$file" before
		run -2 --separate-stderr audit-log --checkpoint "$file"
		is "$output" ""
		[[ $stderr == "audit-log: $file: "* ]]
		cmp "$file" before
	done
	run -3 audit-log --checkpoint zero
	run -3 audit-log --checkpoint /nonexistent/mark
	[[ $output == *"/nonexistent/mark: "* ]]
}

@test "a checkpoint is used by one process at a time" {
	follow --checkpoint mark
	run -3 --separate-stderr audit-log --checkpoint mark
	is "$output" ""
	[[ $stderr == *"mark: another audit-log uses this checkpoint" ]]
	kill "$FOLLOWER"
	wait "$FOLLOWER" || true
	run -0 audit-log --checkpoint mark
}

@test "transactions that a crash took back do not hide those that came after" {
	audit-log --checkpoint mark >/dev/null
	# as if the server had given out more numbers before it crashed
	jq -c '.seen.snapshot = "900000:900000:" | .seen.started = 1' mark >lost
	sql "insert into stock values (1, 1)"
	is "$(audit-log --checkpoint lost | jq -c .new)" '{"n":1,"id":1}'
	is "$(audit-log --checkpoint lost)" ""
	sql "delete from stock"
	is "$(audit-log --checkpoint lost | jq -r .op)" delete
}

@test "an event that was restored from another cluster is no new one" {
	audit-log --checkpoint mark >/dev/null
	sql "insert into audit.event(id, at, op, txid) select audit.new_id(now()),
		now(), 'read', txid_current() + n from generate_series(1, 3) n"
	sql "insert into stock values (1, 1), (2, 2), (3, 3), (4, 4)" \
		"update stock set n = 0" "delete from stock"
	is "$(audit-log --checkpoint mark | jq -r .op | sort -u |
		paste -sd ' ')" "delete insert update"
	# the first time, all is
	is "$(audit-log --op read --checkpoint first | wc -l)" 3
	is "$(audit-log --op read --checkpoint first | wc -l)" 0
}

@test "on a standby events come once, when older transactions have ended" {
	server_as "$SERVER_BIN/pg_basebackup" -h "$SERVER_DIR" -U postgres \
		-D "$SERVER_DIR/standby" -R -c fast
	server_as sh -c "cat >>'$SERVER_DIR/standby/postgresql.conf'" <<-'END'
		port = 5433
		hot_standby_feedback = on
	END
	server_as "$SERVER_BIN/pg_ctl" -s -w -D "$SERVER_DIR/standby" \
		-l "$SERVER_DIR/standby.log" start 3>&- 4>&-
	PGPORT=5433 audit-log --follow --interval '20 ms' -l 1 -t stock \
		>events 3>&- &
	local pid=$!

	await has events 1
	hold 1 "insert into stock values (1, 1)"
	sql "insert into stock values (2, 2)"
	release 1 commit
	await has events 3
	sql "insert into stock values (3, 3)"
	await has events 4
	is "$(tail -n 3 events | numbers /dev/stdin)" "1 2 3"
	kill "$pid"
	server_as "$SERVER_BIN/pg_ctl" -s -D "$SERVER_DIR/standby" \
		-m immediate stop
}

# Misuse

@test "what makes no sense together is refused" {
	local options

	for options in '--follow -u now' '--follow --reverse' '--follow --id 0' \
		'--follow --count' '--checkpoint x --by op' '--reconnect' \
		'--interval 1s' '--checkpoint x -u now'; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr audit-log $options
		is "$output" ""
		[[ $stderr == "audit-log: "* ]]
	done
	[ ! -e x ]
	for options in 0 -1s nothing '' '1 lightyear'; do
		run -2 --separate-stderr audit-log --follow --interval "$options"
		is "$output" ""
		[[ $stderr == "audit-log: --interval $options: "* ]]
	done
}
