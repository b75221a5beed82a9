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

@test "a rule that asks for a condition makes the same events otherwise" {
	for table in plain asked; do
		script <<-END
			create table $table(id int, area text, name text, by text,
			    data bytea, price numeric, secret text, at timestamptz,
			    tags text[], j jsonb, gone int, primary key (area, id));
			create table bare_$table(a int, b bytea);
			alter table $table drop gone;
		END
	done
	options=(--mask secret --exclude tags --label name --actor-column by)
	audited s.plain "${options[@]}"
	audited s.asked "${options[@]}" --when true
	audited s.bare_plain
	audited s.bare_asked --when true
	for table in plain asked; do
		script <<-END
			set timezone = 'Asia/Tokyo';
			insert into $table values (1, 'n', 'pen', 'ann', '\xde', 1.50, 'x',
			    '2026-01-01 00:00+00', '{a}', '[1.0]');
			insert into $table(id, area) values (2, 's'), (3, 'n');
			update $table set price = 1.5, data = '\xad', secret = 'y';
			update $table set tags = '{b}';
			update $table set id = id + 10, name = 'ink', by = 'bob';
			begin;
			set local audit.actor = 'eve';
			delete from $table where area = 's';
			commit;
			insert into bare_$table values (1, '\x00'), (null, null);
			update bare_$table set b = '\x01';
			delete from bare_$table where a = 1;
			truncate $table, bare_$table;
		END
	done
	same='replace("table", '"'asked', 'plain'), op, key, label, actor, old, new,
		record & 4294967295, record_to & 4294967295"
	diff <(events "$same" "\"table\" ~ 'plain'") \
		<(events "$same" "\"table\" ~ 'asked'")
	is "$(events op "\"table\" ~ 'plain'" | wc -l)" 20
}

# --label

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

# Enabling and disabling

@test "--related: an event tells the records to which its own belongs" {
	script <<-'END'
		create table sale(id int, day date, primary key (id, day));
		create table line(id int primary key, other int, day date,
		    sale int, foreign key (day, sale) references sale(day, id));
		insert into sale values (1, '2026-01-01'), (2, '2026-01-02');
		insert into line values (1, 1, '2026-01-01', 1);
	END
	audited s.sale --related
	script <<-'END'
		insert into line values (2, 1, '2026-01-02', 2);
		insert into line values (3, 0);
		update line set other = 2;
		update line set day = '2026-01-02', sale = 2 where id = 1;
		delete from line;
		insert into line values (4, 1, '2026-01-01', 1);
		truncate line;
		update sale set day = '2026-01-03' where id = 2;
	END
	is "$(events "\"table\", op, key ->> 'id', (select string_agg(x, ' '
			order by x) from (select distinct e2.key::text as x
			from audit.event e2 where e2.\"table\" = 'sale'
			    and e2.record = any(e.parents)
			union all select 'other' from unnest(e.parents) p
			where p <> audit.record((p >> 32)::int,
				to_jsonb(array['2', '2026-01-02'])::text)
		    ) y)" "op <> 'truncate'")" \
		'line|insert|2|{"id": 2, "day": "2026-01-02"}
line|insert|3|
line|update|1|
line|update|2|
line|update|3|
line|update|1|other {"id": 2, "day": "2026-01-02"}
line|delete|2|{"id": 2, "day": "2026-01-02"}
line|delete|3|
line|delete|1|{"id": 2, "day": "2026-01-02"}
line|insert|4|other
line|delete|4|other
sale|update|2|'
}

@test "--label: that of a rule without such a column here hides no other's" {
	sql "create table a_sale(id int primary key, name text)" \
	    "create table a_line(id int primary key, number text,
		sale int references a_sale)"
	audit-rule add s.a_sale --name "a$BATS_TEST_NUMBER" --label name --related
	audit-rule add s.a_line --name "b$BATS_TEST_NUMBER" --label number
	begin_trail
	sql "insert into a_sale values (1, 'one')" \
	    "insert into a_line values (1, 'N1', 1)"
	is "$(events '"table", label')" 'a_sale|one
a_line|N1'
}

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
