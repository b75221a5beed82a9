#!/usr/bin/env bats
# capture - which changes become events, and what is in them

load capture

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	fresh_schema
	sql "create table item(id int primary key, name text, price numeric)"
	audited s.item
}

# What an event holds

@test "an insert holds the whole new row" {
	sql "insert into item values (1, 'pen', 12.30)"
	is "$(events)" 'insert|{"id": 1}||{"id": 1, "name": "pen", "price": 12.30}'
}

@test "an update holds exactly the columns that changed, on both sides" {
	sql "insert into item values (1, 'pen', 12.30)"
	begin_trail
	sql "update item set name = 'pen', price = 12.4"
	is "$(events)" 'update|{"id": 1}|{"price": 12.30}|{"price": 12.4}'
}

@test "a delete holds the whole old row" {
	sql "insert into item values (1, 'pen', 12.30)"
	begin_trail
	sql "delete from item"
	is "$(events)" 'delete|{"id": 1}|{"id": 1, "name": "pen", "price": 12.30}|'
}

@test "an update that changes nothing makes no event" {
	sql "insert into item values (1, 'pen', 12.30), (2, null, null)"
	begin_trail
	sql "update item set name = name, price = price"
	is "$(events)" ''
}

@test "NULL and the empty string are two values" {
	sql "insert into item(id) values (1)"
	begin_trail
	sql "update item set name = ''" "update item set name = null"
	is "$(events 'old, new')" '{"name": null}|{"name": ""}
{"name": ""}|{"name": null}'
}

@test "1.0 and 1.00 are two values" {
	sql "insert into item values (1, '', 1.0)"
	begin_trail
	sql "update item set price = 1.00"
	is "$(events 'old, new')" '{"price": 1.0}|{"price": 1.00}'
}

@test "an insert knows the row as BEFORE triggers made it" {
	sql "create function loud() returns trigger language plpgsql as
		'begin new.name := upper(new.name); return new; end'" \
	    "create trigger zz before insert or update on item
		for each row execute function loud()" \
	    "insert into item values (1, 'pen', 1)" \
	    "update item set name = 'ink'"
	is "$(events)" 'insert|{"id": 1}||{"id": 1, "name": "PEN", "price": 1}
update|{"id": 1}|{"name": "PEN"}|{"name": "INK"}'
}

@test "what a BEFORE trigger prevents is no event" {
	sql "create function no() returns trigger language plpgsql as
		'begin return null; end'" \
	    "create trigger no before insert on item
		for each row execute function no()" \
	    "insert into item values (1, 'pen', 1)"
	is "$(events)" ''
}

@test "an AFTER trigger's change of the row comes after the first one" {
	sql "create function twice() returns trigger language plpgsql as
		'begin update item set price = price + 1 where id = new.id;
		return null; end'" \
	    'create trigger "AA" after insert on item
		for each row execute function twice()' \
	    'create trigger zz after insert on item
		for each row execute function twice()' \
	    "insert into item values (1, 'pen', 1)"
	is "$(events 'op, new')" 'insert|{"id": 1, "name": "pen", "price": 1}
update|{"price": 2}
update|{"price": 3}'
}

@test "generated columns are part of the row" {
	sql "create table sum(id int primary key, a int,
		b int generated always as (a * 2) stored)"
	audited s.sum
	sql "insert into sum values (1, 2)" "update sum set a = 3"
	is "$(events 'old, new')" '|{"a": 2, "b": 4, "id": 1}
{"a": 2, "b": 4}|{"a": 3, "b": 6}'
}

# Keys and records

@test "a composite key is all of its columns" {
	sql 'create table line("order" int, no int, qty int,
		primary key (no, "order"))' "insert into line values (7, 1, 10)"
	audited s.line
	sql "update line set qty = 11" "delete from line"
	is "$(events 'op, key')" 'update|{"no": 1, "order": 7}
delete|{"no": 1, "order": 7}'
}

@test "what an index only includes is no part of the key" {
	sql "create table extra(b int, a int, c int, primary key (a) include (b))"
	audited s.extra
	sql "insert into extra values (1, 2, 3)" "update extra set b = 4"
	is "$(events 'op, key, record_to is null')" 'insert|{"a": 2}|t
update|{"a": 2}|t'
}

@test "a record is found by its key's values in the order of the key" {
	sql 'create table line("order" int, no int, primary key (no, "order"))'
	audited s.line
	sql "insert into line values (7, 1)"
	is "$(events "record = audit.record((record >> 32)::int, '{1,7}'::text[])")" t
}

@test "one record's events share its number, another's have their own" {
	sql "insert into item values (1), (2)" "update item set price = 1"
	is "$(events "key, record = first_value(record)
		over (partition by key order by id)")" '{"id": 1}|t
{"id": 2}|t
{"id": 1}|t
{"id": 2}|t'
}

@test "a changed key is told with the key before, and both records" {
	sql "insert into item values (1, 'pen', 1)" "insert into item values (5)"
	sql "update item set id = 2 where id = 1" "update item set price = 2
		where id = 2"
	is "$(events 'key, old, new' "op = 'update'")" \
		'{"id": 1}|{"id": 1}|{"id": 2}
{"id": 2}|{"price": 1}|{"price": 2}'
	is "$(events "record = audit.record((record >> 32)::int, key ->> 'id'),
		record_to = audit.record((record >> 32)::int, '2')" \
		"op = 'update'")" 't|t
t|'
}

@test "keys that are swapped in one statement stay with their records" {
	sql "create table seat(no int primary key deferrable, who text)" \
	    "insert into seat values (1, 'ann'), (2, 'bob')"
	audited s.seat
	sql "update seat set no = 3 - no"
	is "$(events)" 'update|{"no": 1}|{"no": 1}|{"no": 2}
update|{"no": 2}|{"no": 2}|{"no": 1}'
}

@test "without a primary key an update holds the whole old row" {
	sql "create table note(line text, n int)" \
	    "insert into note values ('a', 1), ('a', 1)"
	audited s.note
	sql "update note set n = 2" "delete from note"
	is "$(events)" 'update||{"n": 1, "line": "a"}|{"n": 2}
update||{"n": 1, "line": "a"}|{"n": 2}
delete||{"n": 2, "line": "a"}|
delete||{"n": 2, "line": "a"}|'
}

# An event exists exactly when its change was committed

@test "a change that is rolled back is no event" {
	script <<-'END'
		begin;
		insert into item values (1);
		rollback;
	END
	is "$(events)" ''
}

@test "a change that fails later in its statement is no event" {
	refused 23505 "insert into item values (1), (2), (1)"
	is "$(events)" ''
}

@test "a rolled back savepoint takes its events along, and only its" {
	script <<-'END'
		begin;
		insert into item values (1);
		savepoint a;
		insert into item values (2);
		rollback to a;
		insert into item values (3);
		savepoint b;
		update item set price = 1 where id = 3;
		release b;
		commit;
	END
	is "$(events 'op, key')" 'insert|{"id": 1}
insert|{"id": 3}
update|{"id": 3}'
}

@test "an exception that a function catches takes the events along" {
	script <<-'END'
		do $$ begin
			insert into item values (1);
			begin
				insert into item values (2);
				insert into item values (1);
			exception when unique_violation then
				insert into item values (3);
			end;
		end $$;
	END
	is "$(events 'op, key')" 'insert|{"id": 1}
insert|{"id": 3}'
}

@test "a procedure's commits keep what they committed" {
	script <<-'END'
		do $$ begin
			insert into item values (1);
			commit;
			insert into item values (2);
			rollback;
			insert into item values (3);
		end $$;
	END
	is "$(events 'key')" '{"id": 1}
{"id": 3}'
	is "$(events 'txid' | sort -u | wc -l)" 2
}

@test "a prepared transaction's events appear when it is committed" {
	script <<-'END'
		begin;
		insert into item values (1);
		prepare transaction 'capture yes';
		begin;
		insert into item values (2);
		prepare transaction 'capture no';
	END
	is "$(events)" ''
	sql "commit prepared 'capture yes'" "rollback prepared 'capture no'"
	is "$(events 'op, key')" 'insert|{"id": 1}'
}

@test "a deferred constraint that fails at commit leaves no event" {
	sql "create table child(id int primary key,
		item int references item deferrable initially deferred)"
	audited s.child
	refused 23503 "insert into child values (1, 7)"
	is "$(events)" ''
	script <<-'END'
		begin;
		insert into child values (1, 7);
		insert into item values (7);
		commit;
	END
	is "$(events '"table", key')" 'child|{"id": 1}
item|{"id": 7}'
}

@test "events of one commit share its txid, those of another have theirs" {
	sql "begin; insert into item values (1); savepoint a;
		insert into item values (2); commit" "insert into item values (3)"
	is "$(events 'key, txid = min(txid) over ()')" '{"id": 1}|t
{"id": 2}|t
{"id": 3}|f'
	is "$(sql "begin; insert into item values (4); select txid_current();
		commit")" "$(events txid "key = '{\"id\": 4}'")"
}

# Who did it, and why

@test "the actor is who the application said, for this transaction" {
	script <<-'END'
		begin;
		set local audit.actor = 'alice';
		set local audit.reason = 'her order';
		insert into item values (1);
		commit;
		insert into item values (2);
		begin;
		set local audit.actor = '';
		update item set price = 1;
		commit;
	END
	is "$(events 'op, key, actor, reason')" \
		'insert|{"id": 1}|alice|her order
insert|{"id": 2}||
update|{"id": 1}||
update|{"id": 2}||'
}

@test "where nobody said who acts, the actor is null" {
	sql "insert into item values (1)"
	is "$(events 'actor is null, reason is null, session is null')" 't|t|t'
}

@test "an actor in force is whoever it is at that statement" {
	script <<-'END'
		begin;
		set local audit.actor = 'ann';
		insert into item values (1);
		savepoint a;
		set local audit.actor = 'bob';
		insert into item values (2);
		rollback to a;
		insert into item values (3);
		set local audit.actor = 'O''Hara "é" \';
		insert into item values (4);
		commit;
	END
	is "$(events actor)" "ann
ann
O'Hara \"é\" \\"
}

@test "role, application and address are those of the connection" {
	PGAPPNAME='a "name"' sql "insert into item values (1)"
	PGAPPNAME='' sql "insert into item values (2)"
	is "$(events 'role, app, app is null, addr is null')" \
		'postgres|a "name"|f|t
postgres||t|t'
}

@test "every change by a cascade and a trigger carries the actor" {
	sql "create table child(id int primary key,
		item int references item on delete cascade)" \
	    "insert into item values (1)" "insert into child values (1, 1)"
	audited s.child
	begin_trail
	sql "begin; set local audit.actor = 'ann'; delete from item; commit"
	is "$(events '"table", op, actor' | sort)" 'child|delete|ann
item|delete|ann'
}
