#!/usr/bin/env bats
# concurrency - writers beside each other, and what crashes leave of them

load capture

# A server of their own, which keeps what it commits whatever happens to it.
setup_file() {
	# shellcheck source=server.sh
	. "$ROOT/tests/server.sh"
	server_start wal_level=logical max_prepared_transactions=20 \
		fsync=on restart_after_crash=on
	trail_database
}

teardown_file() {
	. "$ROOT/tests/server.sh"
	server_stop
}

setup() {
	. "$ROOT/tests/server.sh"
	fresh_schema
	script <<-'END'
		create table stock(id int primary key, n int);
		create table move(id uuid primary key default gen_random_uuid(),
		    stock int references stock on delete cascade, n int);
		create table log(line text, n int);
	END
	audited s.stock
	audited s.move
	audited s.log
	watched stock move log
	sql "insert into stock select i, 0 from generate_series(1, 20) i"
	cat >"$BATS_TEST_TMPDIR/write.sql" <<-'END'
		\set k random(1, 20)
		\set n random(1, 1000)
		\set end random(1, 100)
		begin;
		update stock set n = n + :n where id = :k;
		insert into move(stock, n) values (:k, :n), (:k, -:n);
		savepoint a;
		delete from move where stock = :k and n < :n;
		insert into log select 'x', i from generate_series(1, :n % 5) i;
		\if :end % 3 = 0
		rollback to a;
		\endif
		\if :end <= 20
		rollback;
		\elif :end <= 35
		prepare transaction 'c:client_id';
		commit prepared 'c:client_id';
		\elif :end <= 40
		prepare transaction 'c:client_id';
		rollback prepared 'c:client_id';
		\else
		commit;
		\endif
	END
}

teardown() {
	unwatched
}

# write [OPTION]... - eight writers
write() {
	pgbench -n -c 8 -j 2 -f "$BATS_TEST_TMPDIR/write.sql" "$@" \
		>"$BATS_TEST_TMPDIR/write.log" 2>&1 3>&-
}

more_events_than() {
	[ "$(sql "select count(*) from audit.event")" -gt "$1" ]
}

# finish_prepared - whoever prepared these has gone
finish_prepared() {
	local gid

	for gid in $(sql "select gid from pg_prepared_xacts"); do
		if [ "$gid" = c0 ]; then
			sql "rollback prepared '$gid'"
		else
			sql "commit prepared '$gid'"
		fi
	done
}

@test "eight writers: every committed change is an event once, no other is" {
	write -t 100
	run -0 witness s.stock s.move s.log
	[ "${output% changes}" -gt 1000 ]
}

@test "a backend that is killed: exactly what was committed" {
	write -T 60 &
	writers=$!
	await more_events_than "$(($(sql "select count(*) from audit.event") + 500))"
	kill -9 "$(sql "select pid from pg_stat_activity
		where application_name = 'pgbench' limit 1")"
	wait "$writers" || true
	await sql "select"
	finish_prepared
	write -t 20
	run -0 witness s.stock s.move s.log
	[ "${output% changes}" -gt 500 ]
}

@test "a server that stops at once and starts: exactly what was committed" {
	write -T 60 &
	writers=$!
	await more_events_than "$(($(sql "select count(*) from audit.event") + 500))"
	server_crash
	wait "$writers" || true
	server_run pg_ctl start
	finish_prepared
	write -t 20
	run -0 witness s.stock s.move s.log
	[ "${output% changes}" -gt 500 ]
}

@test "a writer that waited for another starts from what that one wrote" {
	open_session
	say "begin" "update stock set n = 1 where id = 1"
	sql "update stock set n = n + 10 where id = 1" &
	waiting=$!
	await waits
	say "commit"
	close_session
	wait "$waiting"
	is "$(events 'old, new' "op = 'update'")" '{"n": 0}|{"n": 1}
{"n": 1}|{"n": 11}'
	run -0 witness s.stock s.move s.log
}

waits() {
	[ "$(sql "select count(*) from pg_locks where not granted")" -gt 0 ]
}

@test "a truncate that waited for a writer tells its rows as well" {
	open_session
	say "begin" "insert into log values ('late', 1)"
	sql "truncate log" &
	waiting=$!
	await waits
	say "commit"
	close_session
	wait "$waiting"
	is "$(events "op, coalesce(old, new)" "\"table\" = 'log'")" \
		'insert|{"n": 1, "line": "late"}
delete|{"n": 1, "line": "late"}
truncate|{"rows": 1, "unread": 0}'
	run -0 witness s.stock s.move s.log
}

@test "a serialization failure leaves no event" {
	open_session
	say "begin isolation level serializable" "select sum(n) from stock" \
		"insert into log values ('a', 1)" >/dev/null
	sql "update stock set n = 5 where id = 1"
	refused 40001 "begin isolation level repeatable read" \
		"select 1 from stock" '\! psql -qc "update s.stock set n = 6 where id = 1"' \
		"update stock set n = 7 where id = 1"
	say "rollback"
	close_session
	is "$(events 'new' "op = 'update'")" '{"n": 5}
{"n": 6}'
	run -0 witness s.stock s.move s.log
}

@test "a cancelled statement leaves no event" {
	refused 57014 "set statement_timeout = 50" \
		"insert into log select 'x', i from generate_series(1, 10000000) i"
	is "$(events op "\"table\" = 'log'")" ''
	run -0 witness s.stock s.move s.log
}
