#!/usr/bin/env bats
# trail-ticket - a session is what a ticket says, and no SET

load capture

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	fresh_schema
	sql "create table item(id int primary key, name text)"
	audited s.item
}

# ticket SESSION ACTOR GROUPS - as SQL
ticket() {
	echo "select audit.issue_ticket('$1', '$2', '$3')"
}

@test "a ticket says session and actor, for its transaction and no other" {
	script <<-END
		begin;
		set local audit.actor = 'eve';
		insert into item values (1);
		$(ticket s-1 ann '{}');
		insert into item values (2);
		set local audit.actor = 'eve';
		insert into item values (3);
		commit;
		insert into item values (4);
	END
	is "$(events 'key, session, actor')" '{"id": 1}||eve
{"id": 2}|s-1|ann
{"id": 3}|s-1|ann
{"id": 4}||'
}

@test "a ticket goes with its savepoint" {
	script <<-END
		begin;
		$(ticket s-1 ann '{}');
		savepoint a;
		$(ticket s-2 bob '{}');
		insert into item values (1);
		rollback to a;
		insert into item values (2);
		commit;
	END
	is "$(events 'key, session, actor')" '{"id": 2}|s-1|ann'
}

@test "a ticket without an actor leaves the application's word" {
	sql "begin; set local audit.actor = 'ann';
		select audit.issue_ticket('s-1', null, null);
		insert into item values (1); commit"
	is "$(events 'session, actor')" 's-1|ann'
}

@test "a ticket's groups count for rules" {
	make_role trail_clerk login
	sql "create table deal(id int primary key)" \
	    "create function login(groups text[]) returns void language sql
		security definer as 'select audit.issue_ticket(''s'', ''ann'', groups)'" \
	    "grant usage on schema s to trail_clerk" \
	    "grant all on deal to trail_clerk"
	audited s.deal --groups sales
	as trail_clerk sql "begin; select s.login('{other,sales}');
		insert into s.deal values (1); commit" \
	    "begin; select s.login('{other}'); insert into s.deal values (2); commit"
	is "$(events 'key, session')" '{"id": 1}|s'
}

@test "a transaction with a ticket can be prepared" {
	script <<-END
		begin;
		$(ticket s-1 ann '{}');
		insert into item values (1);
		prepare transaction 'trail';
		commit prepared 'trail';
	END
	is "$(events 'session, actor')" 's-1|ann'
}

@test "a ticket can be issued in a transaction that only reads" {
	sql "begin read only; $(ticket s-1 ann '{}'); commit"
}

@test "no SET makes a session, and none makes a write fail" {
	genuine=$(sql "begin; $(ticket s-1 ann '{}');
		select current_setting('audit.ticket'); commit" | tail -n 1)
	script <<-END
		set audit.session = 's-1';
		insert into item values (1);
		set audit.ticket = '$genuine';
		insert into item values (2);
		set audit.ticket = '{"session": "s-1", "actor": "ann"}';
		insert into item values (3);
		set audit.ticket = 'é';
		insert into item values (4);
		set audit.ticket = '';
		insert into item values (5);
		begin;
		$(ticket s-1 ann '{}');
		select set_config('audit.ticket', replace(
		    current_setting('audit.ticket'), 'ann', 'eve'), true) is null;
		insert into item values (6);
		commit;
		begin;
		$(ticket s-1 ann '{}');
		select set_config('audit.ticket', left(
		    current_setting('audit.ticket'), 64), true) is null;
		insert into item values (7);
		commit;
	END
	is "$(events 'key' 'session is null and actor is null')" '{"id": 1}
{"id": 2}
{"id": 3}
{"id": 4}
{"id": 5}
{"id": 6}
{"id": 7}'
}

@test "a ticket of another connection is none, at the same instant even" {
	open_session
	say "begin"
	say "$(ticket s-1 ann '{}')"
	stolen=$(say "select current_setting('audit.ticket')")
	sql "begin; select set_config('audit.ticket', '$stolen', true);
		insert into item values (1); commit"
	say "insert into item values (2)" "commit"
	close_session
	is "$(events 'key, session')" '{"id": 1}|
{"id": 2}|s-1'
}

@test "nobody but the owner issues tickets or reads their key" {
	make_role trail_clerk login
	for call in "select audit.issue_ticket('s', 'a', null)" \
	    "select audit.ticket_mac('x')" "select secret from audit.trail" \
	    "select * from audit.event" "select audit.compile(1)" \
	    "select audit.note('x', null, null, null, null, null, null)" \
	    "insert into audit.event(op) values ('insert')"; do
		as trail_clerk refused 42501 "$call"
	done
	sql "grant usage on schema audit to trail_clerk"
	for call in "select audit.issue_ticket('s', 'a', null)" \
	    "select audit.ticket_mac('x')" "select secret from audit.trail" \
	    "select * from audit.event" "select audit.compile(1)" \
	    "select audit.note('x', null, null, null, null, null, null)" \
	    "insert into audit.event(op) values ('insert')"; do
		as trail_clerk refused 42501 "$call"
	done
	is "$(sql "select count(*) from pg_proc where pronamespace = 'audit'::regnamespace
		and has_function_privilege('trail_clerk', oid, 'execute')")" 0
	sql "revoke usage on schema audit from trail_clerk"
}
