#!/usr/bin/env bats
# shellcheck disable=SC2034 # the helpers use what is set
# trail-ticket - which session a transaction is in is what its ticket says, and
# no SET

load session

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	session_schema
	log_in ann
}

teardown() {
	connection_end
}

@test "a ticket says session and actor, for its transaction and no other" {
	script <<-END
		begin;
		set local audit.actor = 'eve';
		insert into item values (1);
		$(use);
		insert into item values (2);
		set local audit.actor = 'eve';
		insert into item values (3);
		commit;
		insert into item values (4);
		$(use);
		insert into item values (5);
	END
	is "$(events 'key, session, actor')" "{\"id\": 1}||eve
{\"id\": 2}|$ID|ann
{\"id\": 3}|$ID|ann
{\"id\": 4}||
{\"id\": 5}||"
}

@test "a ticket goes with its savepoint" {
	first=$ID first_token=$TOKEN
	log_in bob
	script <<-END
		begin;
		$(use "$first_token");
		savepoint a;
		$(use);
		insert into item values (1);
		rollback to a;
		insert into item values (2);
		savepoint b;
		$(use);
		release b;
		insert into item values (3);
		commit;
	END
	is "$(events 'key, session, actor')" "{\"id\": 2}|$first|ann
{\"id\": 3}|$ID|bob"
}

@test "a function that catches its error leaves the session as it was" {
	sql "begin; $(use); do \$\$ begin
			perform audit.use_session('none');
		exception when sqlstate 'UA010' then null; end \$\$;
		insert into item values (1); commit"
	is "$(events 'session')" "$ID"
}

@test "a session's groups count for rules" {
	make_role trail_clerk login
	sql "create table deal(id int primary key)" \
		"grant usage on schema s to trail_clerk" \
		"grant all on deal to trail_clerk"
	audit-rule grant trail_clerk app >/dev/null
	audited s.deal --groups sales
	log_in ann "groups => '{other,sales}'"
	as trail_clerk sql "begin; $(use); insert into s.deal values (1); commit"
	in=$ID
	log_in ann "groups => '{other}'"
	as trail_clerk sql "begin; $(use); insert into s.deal values (2); commit"
	is "$(events 'key, session')" "{\"id\": 1}|$in"
	audit-rule revoke trail_clerk app
}

@test "a transaction in a session can be prepared, and is in it when committed" {
	script <<-END
		begin;
		$(use);
		insert into item values (1);
		prepare transaction 'trail';
		insert into item values (2);
	END
	is "$(sql "select pid from audit.session_backends('{$ID}')")" ''
	block
	sql "commit prepared 'trail'"
	is "$(events 'key, session, actor')" "{\"id\": 1}|$ID|ann
{\"id\": 2}||"
}

@test "a session can be used in a transaction that only reads, and nothing is written" {
	sql "$(use)" >/dev/null
	idle '10 minutes'
	before=$(sql "select xmin, seen from audit.session_activity")
	sql "begin read only; $(use); select 1; commit"
	sql "set default_transaction_read_only = on" "$(use)"
	is "$(sql "select xmin, seen from audit.session_activity")" "$before"
	sql "begin; $(use); commit"
	[ "$(sql "select xmin, seen from audit.session_activity")" != "$before" ]
}

@test "no SET makes a session, and none makes a write fail" {
	log_in bob
	other=$ID
	genuine=$(sql "begin; $(use); select current_setting('audit.ticket'); commit" | tail -n 1)
	[[ $genuine == "$ID".* ]]
	script <<-END
		set audit.session = '$ID';
		insert into item values (1);
		set audit.ticket = '$genuine';
		insert into item values (2);
		set audit.ticket = '{"session": "s-1", "actor": "ann"}';
		insert into item values (3);
		set audit.ticket = 'é';
		insert into item values (4);
		set audit.ticket = '';
		insert into item values (5);
		set audit.ticket = '$other';
		insert into item values (6);
		set audit.ticket = '$other.';
		insert into item values (7);
		set audit.ticket = '$other.$TOKEN';
		insert into item values (8);
		select set_config('audit.ticket', repeat('$genuine', 100000), false) is null;
		insert into item values (9);
		set audit.ticket = E'$other.\\'; drop table item; --';
		insert into item values (10);
	END
	is "$(events "key ->> 'id'" 'session is null and actor is null' | xargs)" \
		'1 2 3 4 5 6 7 8 9 10'
}

@test "a ticket that is changed, cut or of an earlier transaction is none" {
	log_in bob
	script >"$BATS_TEST_TMPDIR/kept" <<-END
		begin;
		$(use);
		select set_config('audit.ticket', left(current_setting('audit.ticket'), 64), true) is null;
		insert into item values (1);
		commit;
		begin;
		$(use);
		select set_config('audit.ticket', current_setting('audit.ticket') || '0', true) is null;
		insert into item values (2);
		commit;
		begin;
		$(use);
		-- the session of somebody else
		select set_config('audit.ticket', overlay(current_setting('audit.ticket')
		    placing (select id from audit.session where actor = 'ann') from 1), true) is null;
		insert into item values (3);
		commit;
		begin;
		$(use);
		-- for good
		select set_config('audit.ticket', current_setting('audit.ticket'), false) is null;
		commit;
		insert into item values (4);
		begin;
		insert into item values (5);
		commit;
		do \$\$ begin
		  perform audit.use_session('$TOKEN');
		  perform set_config('audit.ticket', current_setting('audit.ticket'), false);
		  commit;
		  insert into s.item values (6);
		end \$\$;
	END
	is "$(events 'key' 'session is null and actor is null')" '{"id": 1}
{"id": 2}
{"id": 3}
{"id": 4}
{"id": 5}
{"id": 6}'
}

@test "a ticket of another connection is none, at the same instant even" {
	open_session
	say "begin"
	say "$(use)"
	stolen=$(say "select current_setting('audit.ticket')")
	sql "begin; select set_config('audit.ticket', '$stolen', true);
		insert into item values (1); commit"
	say "insert into item values (2)" "commit"
	close_session
	session=
	is "$(events 'key, session')" "{\"id\": 1}|
{\"id\": 2}|$ID"
}

@test "a transaction that closes its session goes on in none" {
	script <<-END
		begin;
		$(use);
		insert into item values (1);
		select audit.close_session('$TOKEN');
		insert into item values (2);
		commit;
	END
	is "$(events 'key, session, actor')" "{\"id\": 1}|$ID|ann
{\"id\": 2}||"
}

@test "what costs who has no session: nothing is asked of the session tables" {
	sql "insert into item values (1)"
	is "$(sql "begin; insert into item values (2);
		select count(*) from pg_locks where pid = pg_backend_pid()
			and relation::regclass::text like 'audit.session%'; commit")" 0
}

@test "nobody but who was granted it uses sessions, and nobody signs tickets" {
	local call calls=("select audit.ticket_mac('x')" "select audit.ticket()"
		"select audit.use_session('x')" "select audit.open_session('ann')"
		"select audit.close_session('x')" "select audit.session_alive('x')"
		"select audit.end_session('x', 'logout', now(), now())"
		"select audit.block_actor('ann')" "select * from audit.expire_sessions()"
		"select secret from audit.trail" "select token from audit.session"
		"select * from audit.event" "select audit.compile(1)"
		"select audit.note('x', null, null, null, null, null, null)"
		"select audit.note_session('login', 'x', 'x', null, null)"
		"insert into audit.event(op) values ('insert')")

	make_role trail_clerk login
	for call in "${calls[@]}"; do
		as trail_clerk refused 42501 "$call"
	done
	sql "grant usage on schema audit to trail_clerk"
	for call in "${calls[@]}"; do
		as trail_clerk refused 42501 "$call"
	done
	is "$(sql "select count(*) from pg_proc where pronamespace = 'audit'::regnamespace
		and has_function_privilege('trail_clerk', oid, 'execute')")" 0
	sql "revoke usage on schema audit from trail_clerk"
}
