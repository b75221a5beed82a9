#!/usr/bin/env bats
# native-toast - the native engine reads no value that is stored elsewhere and
# has not changed

load native

setup_file() {
	two_trails
}

teardown_file() {
	drop_two_trails
}

setup() {
	two_schemas
	play <<-'END'
		create table item(id int primary key, n int, t text, j jsonb, a text[],
		    b bytea);
		alter table item alter t set storage external,
		    alter j set storage external, alter a set storage external,
		    alter b set storage external;
		insert into item select i, i, repeat('x', 1000000),
		    jsonb_build_object('a', repeat('y', 1000000)),
		    array[repeat('z', 1000000)],
		    convert_to(repeat('b', 1000000), 'UTF8')
		    from generate_series(1, 2) i;
	END
	begin_trail
}

# toast_reads STATEMENT... - how many blocks of TOAST they look at, of item's
# table and of its index: what the server itself counts. Nothing of it stays.
toast_reads() {
	sql_in "$NATIVE" "begin" "do \$\$ begin $(printf '%s;' "$@") end \$\$" \
		"select pg_stat_get_xact_blocks_fetched(c.reltoastrelid)
			+ pg_stat_get_xact_blocks_fetched(i.indexrelid)
		from pg_class c join pg_index i on i.indrelid = c.reltoastrelid
		where c.oid = 's.item'::regclass" "rollback"
}

@test "an update beside values that stay" {
	audited s.item
	is "$(toast_reads 'update item set n = 5 where id = 1')" 0
	is "$(toast_reads 'update item set id = 7, n = n where id = 1')" 0
	is "$(toast_reads 'update item set t = t, n = 6 where id = 2')" 0
	# what is read is counted
	[ "$(toast_reads 'perform length(t || a::text) from item')" -gt 100 ]
	both sql 'update item set n = 5 where id = 1' \
		'update item set id = 7, n = n where id = 1' \
		'update item set t = t, n = 6 where id = 2'
	is "$(sql_in "$NATIVE" "select op, key, old, new from audit.event
		where id >= '$SINCE' and op = 'update' order by id")" \
		'update|{"id": 1}|{"n": 1}|{"n": 5}
update|{"id": 1}|{"id": 1}|{"id": 7}
update|{"id": 2}|{"n": 2}|{"n": 6}'
	same 3
}

@test "what changes is read, and nothing else" {
	local alone

	change="update item set b = '\x00' where id = 1"
	alone=$(toast_reads "$change")
	one=$(($(toast_reads 'perform sha256(b) from item where id = 1')))
	audited s.item
	# by the server, to remove it, and once by capture, or twice
	[ "$(toast_reads "$change")" -gt "$alone" ]
	[ "$(toast_reads "$change")" -le "$((alone + 2 * one))" ]
}

@test "values that are excluded or masked are not read" {
	local excluded masked

	excluded=$(toast_reads "update item set t = 'new' where id = 1")
	masked=$(toast_reads "update item set n = 3, b = '' where id = 1")
	audited s.item --exclude t,j --mask a,b
	is "$(toast_reads "update item set t = 'new' where id = 1")" "$excluded"
	is "$(toast_reads "update item set n = 3, b = '' where id = 1")" "$masked"
	both sql "update item set n = 3, b = '' where id = 1"
	is "$(sql_in "$NATIVE" "select new from audit.event where id >= '$SINCE'
		and op = 'update'")" '{"b": {"masked": true}, "n": 3}'
	same 1
}

@test "a label or an actor beside them is no reason to read them" {
	both sql "alter table item add name text default 'pen', add by text"
	audited s.item --label name --actor-column by
	is "$(toast_reads "update item set by = 'ann' where id = 1")" 0
}

@test "a partition's values as well, and a statement of many rows" {
	play <<-'END'
		create table sale(id int, area text, n int, t text,
		    primary key (id, area)) partition by list (area);
		create table sale_n partition of sale for values in ('n');
		alter table sale_n alter t set storage external;
		insert into sale select i, 'n', i, repeat('x', 100000)
		    from generate_series(1, 50) i;
	END
	audited s.sale
	is "$(sql_in "$NATIVE" "begin" "update sale set n = n + 1" "select
			pg_stat_get_xact_blocks_fetched(reltoastrelid)
		from pg_class where oid = 's.sale_n'::regclass" "commit")" 0
	both sql 'update sale set n = n + 1' >/dev/null
	is "$(sql_in "$NATIVE" "select count(*), count(distinct new::text)
		from audit.event where id >= '$SINCE' and op = 'update'")" '100|51'
}

@test "large values are the same with either engine, and fit as they did" {
	both sql 'alter table item alter t set storage extended' 'truncate item'
	audited s.item --keep-bytes
	play <<-'END'
		insert into item(id, t) values (1, repeat('x', 59000)),
		    (2, repeat('x', 60001)), (3, repeat('é', 300000)),
		    (4, repeat(chr(1), 300000)), (5, repeat('x', 32769));
		insert into item(id, b) values (11, decode(repeat('00', 30000), 'hex')),
		    (12, decode(repeat('0f', 500000), 'hex'));
		insert into item(id, j) values (21, to_jsonb(repeat('j', 300000))),
		    (22, (select jsonb_agg(i) from generate_series(1, 20000) i)),
		    (23, (select jsonb_object_agg(i, i) from generate_series(1, 9000) i));
		insert into item(id, a) values (31, array_fill('x'::text, array[5000])),
		    (32, array[repeat('a', 300000)]);
		update item set n = 1;
		update item set t = t || 'y', b = b || '\x01', a = a || 'b'::text,
		    j = jsonb_build_array(j);
		delete from item;
		insert into item(id, t) values (6, repeat('x', 16777213)),
		    (7, repeat('x', 16777217));
	END
	same 50
}

@test "a million bytes that are compressed, in columns and in the event" {
	both sql 'alter table item alter t set storage main,
		alter j set storage main, alter a set storage plain'
	audited s.item
	play <<-'END'
		insert into item(id, t, j) values (5, repeat('main', 25000),
		    to_jsonb(repeat('main', 25000)));
		update item set n = 7 where id = 5;
		update item set t = t || '!' where id = 5;
		delete from item;
	END
	same 6
}
