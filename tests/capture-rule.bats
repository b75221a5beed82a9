#!/usr/bin/env bats
# capture-rule - what the options of a rule mean for each change

load capture

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	fresh_schema
	sql "create table item(id int primary key, name text, price numeric,
		secret text, by text)" \
	    "insert into item values (1, 'pen', 12.30, 'x', 'ann')"
}

# clerk [STATEMENT]... - as a role that may write the table
clerk() {
	as rule_clerk sql 'set search_path = s' "$@"
}

make_clerk() {
	make_role rule_clerk login
	sql "grant usage on schema s to rule_clerk" \
	    "grant all on all tables in schema s to rule_clerk"
}

# Operations

@test "a rule records the operations it names and no others" {
	audited s.item --ops insert,delete
	sql "insert into item values (2)" "update item set price = 1" \
	    "delete from item where id = 2" "truncate item"
	is "$(events op)" 'insert
delete'
	begin_trail
	audited s.item --ops truncate
	sql "insert into item values (2)" "update item set price = 1" \
	    "truncate item"
	is "$(events op)" 'insert
delete
truncate'
}

@test "each event names the rules that asked for it, sorted" {
	audited s.item --name rules.b
	audited s.item --name rules.A --ops insert,update
	audited s.item --name rules-c --ops delete
	audited s.item --name rules.d --disabled
	sql "insert into item values (2)" "delete from item where id = 2"
	is "$(events 'op, rules')" 'insert|rules.A,rules.b
delete|rules-c,rules.b'
}

# ignore, exclude, mask

@test "a change of ignored columns alone is none, with others it is whole" {
	audited s.item --ignore price,by
	sql "update item set price = 1" "update item set price = 2, by = 'bob'" \
	    "update item set price = 3, name = 'ink'"
	is "$(events 'old, new')" '{"name": "pen", "price": 2}|{"name": "ink", "price": 3}'
	begin_trail
	sql "insert into item(id, price) values (2, 1)" "delete from item where id = 2"
	is "$(events "op, coalesce(new, old) -> 'price'")" 'insert|1
delete|1'
}

@test "an ignored change is recorded where another rule asks for it" {
	audited s.item --ignore price --name ignore.a
	audited s.item --ops update --name ignore.b
	sql "update item set price = 1" "update item set name = 'ink'"
	is "$(events 'new, rules')" '{"price": 1}|ignore.b
{"name": "ink"}|ignore.a,ignore.b'
}

@test "excluded columns are nowhere in an event" {
	audited s.item --exclude secret,by
	sql "insert into item values (2, 'ink', 1, 'tell', 'tell')" \
	    "update item set secret = 'tell', by = 'tell', price = 2" \
	    "update item set secret = 'tell me'" "delete from item where id = 2"
	is "$(events 'op, old, new' "key = '{\"id\": 2}'")" \
		'insert||{"id": 2, "name": "ink", "price": 1}
update|{"price": 1}|{"price": 2}
delete|{"id": 2, "name": "ink", "price": 2}|'
	is "$(events op "e::text ~ 'tell|secret'")" ''
	is "$(events op "op = 'update'" | wc -l)" 2
}

@test "masked columns tell that they changed and not what they hold" {
	audited s.item --mask secret
	sql "insert into item values (2, 'ink', 1, 'tell')" \
	    "insert into item values (3)" \
	    "update item set secret = 'tell me', price = 2 where id = 2" \
	    "update item set secret = null where id = 2" \
	    "delete from item where id = 2"
	is "$(events "op, old -> 'secret', new -> 'secret'")" \
		'insert||{"masked": true}
insert||{"masked": true}
update|{"masked": true}|{"masked": true}
update|{"masked": true}|{"masked": true}
delete|{"masked": true}|'
	is "$(events op "e::text ~ 'tell'")" ''
}

@test "masks and exclusions of several rules add up, whichever asks" {
	audited s.item --mask secret --ops insert
	audited s.item --exclude by --ops update
	audited s.item --mask by,name --ops delete
	sql "insert into item values (2, 'ink', 1, 'x', 'y')" \
	    "update item set secret = 'z', by = 'z', name = 'z' where id = 2" \
	    "delete from item where id = 2"
	is "$(events 'op, coalesce(new, old)')" \
		'insert|{"id": 2, "name": {"masked": true}, "price": 1, "secret": {"masked": true}}
update|{"name": {"masked": true}, "secret": {"masked": true}}
delete|{"id": 2, "name": {"masked": true}, "price": 1, "secret": {"masked": true}}'
}

@test "a mask of a disabled rule is off, until it is enabled" {
	audited s.item
	audited s.item --mask secret --name mask.off --disabled
	sql "update item set secret = 'a'"
	audit-rule enable mask.off
	sql "update item set secret = 'b'"
	is "$(events new)" '{"secret": "a"}
{"secret": {"masked": true}}'
}

@test "a masked or excluded bytea or json column is as well" {
	sql "create table file(id int primary key, data bytea, j json, x bytea)"
	audited s.file --mask data,j --exclude x
	sql "insert into file values (1, 'abc', '\"\\u0000\"', 'abc')" \
	    "update file set data = 'def', j = '\"\\u0000\\u0000\"', x = 'def'"
	is "$(events 'old, new')" \
		'|{"j": {"masked": true}, "id": 1, "data": {"masked": true}}
{"j": {"masked": true}, "data": {"masked": true}}|{"j": {"masked": true}, "data": {"masked": true}}'
}

@test "--keep-bytes of one rule keeps them for all" {
	sql "create table file(id int primary key, data bytea)"
	audited s.file
	audited s.file --keep-bytes --ops insert
	sql "insert into file values (1, '\\xdead')" \
	    "update file set data = '\\xbeef'"
	is "$(events new)" '{"id": 1, "data": "\\xdead"}
{"data": "\\xbeef"}'
}

# Who

@test "--groups: the login role, and what it is a member of" {
	make_clerk
	make_role rule_sales
	make_role rule_staff
	audited s.item --groups rule_sales
	clerk "update item set price = 1"
	sql "grant rule_sales to rule_staff" "grant rule_staff to rule_clerk"
	clerk "update item set price = 2"
	sql "revoke rule_staff from rule_clerk"
	clerk "update item set price = 3"
	audited s.item --groups rule_clerk
	clerk "update item set price = 4"
	is "$(events new)" '{"price": 2}
{"price": 4}'
}

@test "--groups: the role taken on, not the one that logged in" {
	make_clerk
	make_role rule_sales
	audited s.item --groups rule_sales
	sql "grant rule_sales to rule_clerk" \
	    "grant usage on schema s to rule_sales" "grant all on item to rule_sales"
	script <<-'END'
		set role rule_clerk;
		update item set price = 1;
		set role rule_sales;
		update item set price = 2;
		reset role;
		revoke rule_sales from rule_clerk;
		set role rule_clerk;
		update item set price = 3;
	END
	is "$(events 'as_role, new')" 'rule_clerk|{"price": 1}
rule_sales|{"price": 2}'
}

@test "--groups: a superuser is in every group, a role that is none in no one's" {
	make_clerk
	audited s.item --groups 'no such role,Nobody'
	clerk "update item set price = 1"
	sql "update item set price = 2"
	is "$(events 'role, new')" 'postgres|{"price": 2}'
}

@test "--groups: a group that the application named" {
	make_clerk
	audited s.item --groups 'sales,night shift'
	clerk "begin; set local audit.groups = 'managers,night shift';
		update item set price = 1; commit" "update item set price = 2" \
	    "begin; set local audit.groups = 'night'; update item set price = 3;
		set local audit.groups = 'sales'; update item set price = 4; commit"
	is "$(events new)" '{"price": 1}
{"price": 4}'
}

@test "--actors: the actor, else the role; never both" {
	make_clerk
	audited s.item --actors ann,rule_clerk
	clerk "update item set price = 1" \
	    "begin; set local audit.actor = 'bob'; update item set price = 2; commit" \
	    "begin; set local audit.actor = 'ann'; update item set price = 3; commit"
	sql "update item set price = 4"
	sql "set role rule_clerk; update item set price = 5"
	is "$(events 'actor, role, as_role, new')" \
		'|rule_clerk||{"price": 1}
ann|rule_clerk||{"price": 3}
|postgres|rule_clerk|{"price": 5}'
}

@test "--except-actors: everybody but them" {
	make_clerk
	audited s.item --except-actors bob,rule_clerk
	clerk "update item set price = 1" \
	    "begin; set local audit.actor = 'bob'; update item set price = 2; commit" \
	    "begin; set local audit.actor = 'ann'; update item set price = 3; commit"
	sql "update item set price = 4"
	is "$(events 'actor, role, new')" 'ann|rule_clerk|{"price": 3}
|postgres|{"price": 4}'
}

@test "who it is counts anew for each change, in one session and plan" {
	audited s.item --actors ann
	script <<-'END'
		prepare p as update item set price = price + 1;
		begin;
		set local audit.actor = 'ann';
		execute p;
		set local audit.actor = 'bob';
		execute p;
		set local audit.actor = 'ann';
		execute p;
		commit;
		execute p;
	END
	is "$(events new)" '{"price": 13.30}
{"price": 15.30}'
}

@test "a truncate asks who it is as well" {
	make_clerk
	audited s.item --actors ann
	sql "truncate item" "insert into item values (1)"
	is "$(events op)" ''
	sql "begin; set local audit.actor = 'ann'; truncate item; commit"
	is "$(events op)" 'delete
truncate'
}

# --when

@test "--when: the new row of an insert or update, the old one of a delete" {
	audited s.item --when 'price > 5'
	sql "insert into item(id, price) values (2, 3)" \
	    "update item set price = 6 where id = 2" \
	    "update item set price = 7 where id = 2" \
	    "update item set price = 4 where id = 2" "delete from item"
	is "$(events 'op, key, new')" 'update|{"id": 2}|{"price": 6}
update|{"id": 2}|{"price": 7}
delete|{"id": 1}|'
}

@test "--when: NULL is no" {
	audited s.item --when 'price > 5'
	sql "update item set price = null" "insert into item(id) values (2)"
	is "$(events)" ''
}

@test "--when: where it fails, the change is recorded" {
	audited s.item --when '100 / price > 5'
	sql "update item set price = 0" "update item set price = 90" \
	    "update item set price = 10"
	is "$(events new)" '{"price": 0}
{"price": 10}'
}

@test "--when: columns of any name and type, and the table's own at that" {
	script <<-'END'
		create type mood as enum ('ok', 'bad');
		create domain amount as numeric;
		create table odd(id int primary key, "A ""b" mood, "new" amount,
		    "old" int[], "by" timestamptz, "row" text, d date, j jsonb);
	END
	audited s.odd --when "\"A \"\"b\" = 'ok' and \"new\" > 1.5
		and 3 = any(\"old\") and \"by\" > '2026-01-01 00:00+00'
		and \"row\" ~ '^x' and d < '2026-02-01' and j @> '{\"a\": 1}'"
	sql "insert into odd values (1, 'ok', 2, '{1,3}', '2026-01-02', 'xy',
		'2026-01-31', '{\"a\": 1, \"b\": 2}')" \
	    "update odd set \"new\" = 1" "update odd set \"new\" = 1.6" \
	    "update odd set \"A \"\"b\" = 'bad'"
	is "$(events "op, coalesce(new -> 'new')")" 'insert|2
update|1.6'
}

@test "--when: it follows a renamed column; one that is gone hides nothing" {
	audited s.item --when 'price > 5'
	sql "alter table item rename price to cost" \
	    "update item set cost = 4" "update item set cost = 6" \
	    "alter table item drop cost" "update item set name = 'ink'"
	is "$(events new)" '{"cost": 6}
{"name": "ink"}'
}

@test "--when: a partition's row is tested as the parent's" {
	script <<-'END'
		create table part(id int, n int, primary key (id))
		    partition by range (id);
		create table part1(n int, id int not null);
	END
	audited s.part --when 'n > 5'
	sql "alter table part attach partition part1 for values from (0) to (9)" \
	    "insert into part values (1, 6), (2, 5)" "delete from part1"
	is "$(events 'op, key')" 'insert|{"id": 1}
delete|{"id": 1}'
}

@test "--when: the writer's search_path and settings change nothing" {
	audited s.item --when "name = 'ok' and by < '01/02/2026'"
	script <<-'END'
		create function lie(text, text) returns bool language sql
		    as 'select true';
		create operator = (function = s.lie, leftarg = text, rightarg = text);
		set search_path = s, pg_catalog;
		set standard_conforming_strings = off;
		set transform_null_equals = on;
		update item set name = 'no', by = '';
		update item set name = 'ok', by = '';
	END
	is "$(events new)" '{"name": "ok"}'
}

@test "--when: a truncate tells the rows for which it holds" {
	audited s.item --when 'price > 5'
	sql "insert into item(id, price) values (2, 3), (3, 6)"
	begin_trail
	sql "truncate item"
	is "$(events 'op, key')" 'delete|{"id": 1}
delete|{"id": 3}
truncate|'
}

@test "several rules ask each for its own" {
	audited s.item --name sum.a --when 'price > 5' --actors ann
	audited s.item --name sum.b --ops update --ignore name
	audited s.item --name sum.c --ops insert --except-actors ann
	sql "begin; set local audit.actor = 'ann';
		insert into item(id, price) values (2, 6), (3, 1);
		update item set name = 'x' where id > 1;
		update item set price = price + 1 where id > 1; commit" \
	    "insert into item(id, price) values (4, 6)"
	is "$(events 'op, key, rules')" 'insert|{"id": 2}|sum.a
update|{"id": 2}|sum.a
update|{"id": 2}|sum.a,sum.b
update|{"id": 3}|sum.b
insert|{"id": 4}|sum.c'
}

# --label, --actor-column

@test "--label: what people call it, before the change" {
	audited s.item --label name
	sql "insert into item(id, name) values (2, 'ink')" \
	    "update item set name = 'blue ink' where id = 2" \
	    "update item set price = 1 where id = 2" "delete from item where id = 2" \
	    "insert into item(id) values (3)" "truncate item"
	is "$(events 'op, label' "op <> 'truncate'")" 'insert|ink
update|ink
update|blue ink
delete|blue ink
insert|
delete|pen
delete|'
}

@test "--actor-column: inserts and updates carry it, a delete does not" {
	audited s.item --actor-column by
	sql "insert into item(id, by) values (2, 'bob')" \
	    "update item set by = 'ann' where id = 2" \
	    "update item set price = 1 where id = 2" "delete from item where id = 2" \
	    "truncate item"
	is "$(events 'op, actor')" 'insert|bob
update|ann
update|ann
delete|
delete|
truncate|'
}

@test "--actor-column: who the application said goes first" {
	audited s.item --actor-column by
	sql "begin; set local audit.actor = 'eve'; update item set by = 'bob';
		delete from item; commit"
	is "$(events 'op, actor')" 'update|eve
delete|eve'
}

@test "--actor-column: rules for actors know it too" {
	audited s.item --actor-column by --actors bob
	sql "update item set by = 'bob'" "update item set by = 'ann'"
	is "$(events 'actor, new')" 'bob|{"by": "bob"}'
}

# Enabling and disabling

@test "disabling counts from the next statement in an open connection" {
	audited s.item --name toggle.a
	open_session
	say "update item set price = 1" "begin" "update item set price = 2"
	audit-rule disable toggle.a
	say "update item set price = 3"
	audit-rule enable toggle.a
	say "update item set price = 4" "commit"
	say "begin isolation level repeatable read" "update item set price = 5"
	audit-rule disable toggle.a
	say "update item set price = 6" "commit" "update item set price = 7"
	close_session
	is "$(events new)" '{"price": 1}
{"price": 2}
{"price": 4}
{"price": 5}
{"price": 6}'
}

# What cannot be recorded

# break_trail CONDITION - it refuses events for which this is not true
break_trail() {
	sql "alter table audit.event add constraint broken check ($1) not valid"
}

mend_trail() {
	sql "alter table audit.event drop constraint if exists broken"
}

@test "a change that cannot be recorded does not happen" {
	audited s.item
	break_trail "op not in ('insert', 'truncate')"
	refused 23514 "insert into item values (2)"
	refused 23514 "truncate item"
	sql "update item set price = 1"
	mend_trail
	is "$(events 'op, key')" 'update|{"id": 1}'
	is "$(sql "select id, price from item")" '1|1'
}

@test "--on-error warn: it happens, and a gap says so" {
	audited s.item --on-error warn --name warn.a
	break_trail "op not in ('insert', 'update', 'delete', 'truncate')"
	sql "begin; set local audit.actor = 'ann'; insert into item values (2);
		update item set price = 1 where id = 2; delete from item where id = 2;
		commit" "truncate item"
	mend_trail
	is "$(sql "select count(*) from item")" 0
	is "$(events "op, \"schema\", \"table\", actor, new ->> 'op'" |
		sed '/insert/,/delete/!d')" 'gap|s|item|ann|insert
gap|s|item|ann|update
gap|s|item|ann|delete'
	is "$(events "new ->> 'op'" | tail -n 1)" truncate
	is "$(events op "new::text ~ 'broken' and new::text ~ '23514'" | sort -u)" gap
}

@test "--on-error warn: where even that fails, a warning of its own" {
	audited s.item --on-error warn
	break_trail false
	run -0 psql -AtX -v VERBOSITY=sqlstate -c "set client_min_messages = warning" \
		-c "update item set price = 1"
	mend_trail
	is "$(sed -n 's/WARNING: *//p' <<<"$output" | sort -u)" UA001
	is "${lines[-1]}" 'UPDATE 1'
	is "$(events)" ''
	is "$(sql "select price from item")" 1
}

@test "a rule that may warn does not let another's change go by" {
	audited s.item --on-error warn
	audited s.item --ops update
	break_trail "op <> 'update'"
	refused 23514 "update item set price = 1"
	mend_trail
	is "$(sql "select price from item")" 12.30
}
