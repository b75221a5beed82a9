#!/usr/bin/env bats
# audit-seal - each committed event is in one seal, whoever writes beside it

load capture

# A server of their own, which keeps what it commits whatever happens to it.
setup_file() {
	# shellcheck source=server.sh
	. "$ROOT/tests/server.sh"
	server_start max_prepared_transactions=20 fsync=on restart_after_crash=on
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
		create table log(line text, n int);
	END
	audited s.stock
	audited s.log
	sql "insert into stock select i, 0 from generate_series(1, 20) i"
	cat >"$BATS_TEST_TMPDIR/write.sql" <<-'END'
		\set k random(1, 20)
		\set n random(1, 1000)
		\set end random(1, 100)
		\set pause :n * 20
		begin;
		insert into log values (:client_id, :n);
		savepoint a;
		insert into log select 'x', i from generate_series(1, :n % 5) i;
		\if :end % 3 = 0
		rollback to a;
		\endif
		savepoint b;
		\sleep :pause us
		update stock set n = n + :n where id = :k;
		\if :end <= 20
		rollback;
		\elif :end <= 35
		prepare transaction 'c:client_id';
		\sleep :pause us
		commit prepared 'c:client_id';
		\elif :end <= 40
		prepare transaction 'c:client_id';
		rollback prepared 'c:client_id';
		\else
		commit;
		\endif
	END
}

# nothing goes on behind a test that failed, nor keeps the next one waiting
teardown() {
	touch "$BATS_TEST_TMPDIR/stop"
	roll_back_prepared
}

# each for itself: in one go they would be in one transaction
roll_back_prepared() {
	sql "select format('rollback prepared %L;', gid) from pg_prepared_xacts" | script
}

# seal_on - seal every 100 ms until the file stop is there
seal_on() {
	until [ -e "$BATS_TEST_TMPDIR/stop" ]; do
		audit-seal >>"$BATS_TEST_TMPDIR/seals" 2>>"$BATS_TEST_TMPDIR/errors" ||
			echo failed >>"$BATS_TEST_TMPDIR/errors"
		sleep 0.1
	done
}

# write_for SECONDS - eight writers
write_for() {
	pgbench -n -c 8 -j 2 -T "$1" -f "$BATS_TEST_TMPDIR/write.sql" \
		>"$BATS_TEST_TMPDIR/pgbench" 2>&1 3>&-
}

# enough - so many events and seals that it means something; or sealing failed
enough() {
	[ -s "$BATS_TEST_TMPDIR/errors" ] ||
		{ [ "$(sql "select count(*) from audit.event")" -gt 1000 ] &&
			[ "$(wc -l <"$BATS_TEST_TMPDIR/seals")" -gt 15 ]; }
}

# once - each committed event is in one leaf, and no leaf is of another event
once() {
	is "$(sql "with leaf as (
			select encode(substr(b, i * 48 + 1, 16), 'hex')::uuid as id, seal
			from (select seal, leaves || '' as b from audit.leaf offset 0) l,
				generate_series(0, length(b) / 48 - 1) i)
		select count(*) filter (where e.id is null),
			count(*) filter (where l.id is null),
			count(*) - count(distinct coalesce(e.id, l.id))
		from audit.event e full join leaf l using (id)")" "0|0|0"
	# and the seals say so
	is "$(sql "select sum((line::json ->> 'events')::int) from audit.seal")" \
		"$(sql "select count(*) from audit.event")"
	is "$(sql "select count(*) from audit.seal a join audit.seal b on b.no = a.no + 1
		where a.line::json ->> 'to' <> b.line::json ->> 'from'")" 0
}

@test "each committed event is in one seal, beside writers that roll back and prepare" {
	seal_on 3>&- &
	sealer=$!
	write_for 8
	until enough; do
		write_for 2
	done
	touch "$BATS_TEST_TMPDIR/stop"
	wait "$sealer"
	audit-seal >>"$BATS_TEST_TMPDIR/seals"
	is "$(cat "$BATS_TEST_TMPDIR/errors")" ""
	once
	[ "$(sql "select count(*) from audit.event")" -gt 1000 ]
	[ "$(wc -l <"$BATS_TEST_TMPDIR/seals")" -gt 15 ]
	# what was printed is what is kept
	is "$(audit-seal list | sha256sum)" "$(sha256sum <"$BATS_TEST_TMPDIR/seals")"
	# ids are not in the order of commits: seals overlap
	[ "$(sql "select count(*) from audit.leaf a join audit.leaf b
		on b.seal > a.seal and b.first < a.last")" -gt 0 ]
}

@test "each committed event is in one seal, also when the server crashes" {
	seal_on 3>&- &
	sealer=$!
	for _ in 1 2 3; do
		write_for 20 3>&- &
		writers=$!
		sleep 2
		server_crash
		wait "$writers" || true
		server_restart
		await sql "select 1"
		roll_back_prepared
	done
	touch "$BATS_TEST_TMPDIR/stop"
	wait "$sealer"
	audit-seal >>"$BATS_TEST_TMPDIR/seals"
	once
	[ "$(sql "select count(*) from audit.event")" -gt 1000 ]
	# a seal that was printed was on disk
	is "$(sort -u "$BATS_TEST_TMPDIR/seals" | comm -23 - <(audit-seal list | sort))" ""
}

@test "a writer waits for no sealer, nor a sealer for a writer" {
	open_session
	say "begin" "insert into log values ('held', 1)" "lock audit.event in row exclusive mode" >/dev/null
	timeout 20 audit-seal
	say commit >/dev/null
	# a sealer that stands still in its transaction
	say "begin isolation level repeatable read" \
		"select pg_advisory_lock('audit.seal'::regclass::oid::bigint)" \
		"select audit.put_seal(no + 1, at, horizon, hash, tree, line, 'x') from audit.seal order by no desc limit 1" \
		"select audit.put_leaves(seal + 1, month, n, leaves) from audit.leaf where seal = (select max(no) from audit.seal) - 1" >/dev/null
	PGOPTIONS="$PGOPTIONS -c lock_timeout=1s" sql "insert into log values ('not held', 1)" \
		"update stock set n = n + 1" "truncate log" "create table more(id int)"
	say rollback >/dev/null
	close_session
	audit-seal
	once
}

@test "a second sealer waits ten seconds, and says why it gives up" {
	open_session
	pid=$(say "select pg_backend_pid()")
	say "set application_name = 'x'" "select pg_advisory_lock('audit.seal'::regclass::oid::bigint)" >/dev/null
	is "$(audit-seal status | jq -c '.held_by | map([.pid, .state])')" "[[$pid,\"idle\"]]"
	start=$SECONDS
	run -3 --separate-stderr audit-seal
	is "$output" ""
	[[ $stderr == *"another audit-seal is at work: pid $pid (x, role postgres)"* ]]
	[ "$((SECONDS - start))" -ge 9 ]
	close_session
	audit-seal
}
