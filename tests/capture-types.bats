#!/usr/bin/env bats
# capture-types - values of every type come out exact, whatever the session's
# settings, and no value, shape or setting makes a write fail

load capture
load types

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	fresh_schema
}

# the lines of the only event's new row
got() {
	sql "select f.key, f.value from audit.event, jsonb_each(new) f
		where id >= '$SINCE' and op = 'insert' and f.key <> 'id'
		order by substr(f.key, 2)::int"
}

@test "every built-in type is what to_jsonb makes of it" {
	values_table < <(built_in_values)
	sql "insert into v select * from w"
	diff <(printf %s "$wanted") <(got)
}

@test "enums, domains, composites and ranges are as well" {
	make_types
	values_table < <(made_values)
	sql "insert into v select * from w"
	diff <(printf %s "$wanted") <(got)
}

@test "multiranges and infinite numerics are as well" {
	from_version 140000
	values_table < <(new_values)
	sql "insert into v select * from w"
	diff <(printf %s "$wanted") <(got)
}

@test "citext and hstore are as well" {
	make_extensions
	values_table < <(extension_values)
	sql "insert into v select * from w" "update v set c1 = 'aBC'"
	diff <(printf %s "$wanted") <(got)
	is "$(events 'old, new' "op = 'update'")" '{"c1": "Abc"}|{"c1": "aBC"}'
}

@test "values cast back give the same row" {
	make_types
	values_table < <(built_in_values; made_values)
	sql "insert into v select * from w" "update v set id = id" \
	    "delete from v"
	is "$(events 'op, w *= jsonb_populate_record(null::w, coalesce(old, new))' \
		'true' 's.w')" 'insert|t
delete|t'
}

@test "hostile settings change nothing in an event, nor it them" {
	make_types
	values_table < <(built_in_values; made_values)
	{
		hostile_settings
		echo "insert into v select * from w;"
		echo "update v set c1 = 1, c27 = c27 + interval '1 day';"
		echo "show datestyle; show timezone; show bytea_output;"
		echo "delete from v;"
	} | script >"$BATS_TEST_TMPDIR/shown"
	is "$(cat "$BATS_TEST_TMPDIR/shown")" 'SQL, DMY
America/New_York
escape'
	diff <(printf %s "$wanted") <(got)
	is "$(events 'old, new' "op = 'update'")" \
		'{"c1": -32768, "c27": "2026-02-28T07:04:56.1+00:00"}|{"c1": 1, "c27": "2026-03-01T07:04:56.1+00:00"}'
	is "$(events "old - '{c1,c27}'::text[] = (select new - '{c1,c27}'::text[]
		from audit.event i where i.id >= '$SINCE' and op = 'insert')" \
		"op = 'delete'")" t
}

@test "the writer's functions, operators and tables do not shadow ours" {
	script <<-'END'
		create table item(id int primary key, name text);
		create function boom() returns text language plpgsql as
		    $$ begin raise exception 'shadow'; end $$;
		create function lpad(text, int, text) returns text
		    language sql as 'select s.boom()';
		create function clock_timestamp() returns timestamptz
		    language sql as 'select s.boom()::timestamptz';
		create function to_jsonb(anyelement) returns jsonb
		    language sql as 'select s.boom()::jsonb';
		create function right(text, int) returns text
		    language sql as 'select s.boom()';
		create function boom(jsonb, text) returns text
		    language sql as 'select s.boom()';
		create operator ->> (function = s.boom, leftarg = jsonb,
		    rightarg = text);
		create function boom(jsonb, jsonb) returns jsonb
		    language sql as 'select s.boom()::jsonb';
		create operator || (function = s.boom, leftarg = jsonb,
		    rightarg = jsonb);
		create type jsonb as (a int);
		create table event(id uuid);
		create table plan(id int);
	END
	audited s.item
	script <<-'END'
		create temp table item(like s.item);
		create temp table event(like audit.event);
		create temp table ready(relid oid);
		create temp table pg_class(oid oid);
		create temp table pg_attribute(oid oid);
		create function pg_temp.clock_timestamp() returns timestamptz
		    language sql as 'select s.boom()::timestamptz';
		create function pg_temp.to_jsonb(anyelement) returns pg_catalog.jsonb
		    language sql as 'select s.boom()::pg_catalog.jsonb';
		set search_path = pg_temp, s, pg_catalog;
		insert into s.item values (1, 'pen');
		update s.item set name = 'ink';
		delete from s.item;
		truncate s.item;
	END
	is "$(events 'op, "schema", coalesce(new, old)')" \
		'insert|s|{"id": 1, "name": "pen"}
update|s|{"name": "ink"}
delete|s|{"id": 1, "name": "ink"}
truncate|s|{"rows": 0, "unread": 0}'
}

@test "plpgsql.variable_conflict and extra checks do not reach capture" {
	sql "create table item(id int primary key, name text, rules text,
		key text, label text, old text, new text, op text, p text,
		x text, rel int, \"table\" text)"
	audited s.item
	for conflict in error use_variable use_column; do
		script <<-END
			set plpgsql.variable_conflict = $conflict;
			set plpgsql.extra_errors = 'all';
			set plpgsql.check_asserts = off;
			insert into item(id, name, rules, op) values (1, 'a', 'b', 'c');
			update item set rules = 'x', op = 'y';
			delete from item;
			truncate item;
		END
	done
	is "$(events op)" "$(for _ in 1 2 3; do
		printf '%s\n' insert update delete truncate
	done)"
}

# Bytes

@test "bytea is its size and digest" {
	sql "create table file(id int primary key, data bytea, n int)"
	audited s.file
	sql "insert into file values (1, '\\xdeadbeef', 1), (2, '', 1), (3, null, null)" \
	    "update file set data = '\\x00' where id = 1" \
	    "update file set n = 2 where id = 1" \
	    "delete from file where id = 1"
	sum=$(printf '\xde\xad\xbe\xef' | sha256sum | cut -d ' ' -f 1)
	zero=$(printf '\0' | sha256sum | cut -d ' ' -f 1)
	none=$(sha256sum </dev/null | cut -d ' ' -f 1)
	is "$(events 'old -> '"'data', new -> 'data'")" \
		"|{\"bytes\": 4, \"sha256\": \"$sum\"}
|{\"bytes\": 0, \"sha256\": \"$none\"}
|null
{\"bytes\": 4, \"sha256\": \"$sum\"}|{\"bytes\": 1, \"sha256\": \"$zero\"}
|
{\"bytes\": 1, \"sha256\": \"$zero\"}|"
}

@test "a domain over bytea is bytea; inside arrays and composites it is hex" {
	sql "create domain blob as bytea" "create type part as (b bytea)" \
	    "create table file(id int primary key, d blob, a bytea[], p part)"
	audited s.file
	sql "set bytea_output = escape; insert into file
		values (1, '\\x00', array['\\x00'::bytea], row('\\x00'::bytea))"
	zero=$(printf '\0' | sha256sum | cut -d ' ' -f 1)
	is "$(events new)" "{\"a\": [\"\\\\x00\"], \"d\": {\"bytes\": 1, \"sha256\": \"$zero\"}, \"p\": {\"b\": \"\\\\x00\"}, \"id\": 1}"
}

@test "--keep-bytes keeps them as hex" {
	sql "create table file(id int primary key, data bytea)"
	audited s.file --keep-bytes
	sql "set bytea_output = escape; insert into file values (1, '\\xdead')"
	is "$(events new)" '{"id": 1, "data": "\\xdead"}'
	is "$(sql "select file *= jsonb_populate_record(null::file, e.new)
		from file, audit.event e where e.id >= '$SINCE' and op = 'insert'")" t
}

@test "a bytea key is hex in the key" {
	sql "create table file(data bytea primary key)"
	audited s.file
	sql "insert into file values ('\\xdead')" \
	    "update file set data = '\\xbeef'" "delete from file"
	is "$(events 'op, key')" 'insert|{"data": "\\xdead"}
update|{"data": "\\xdead"}
delete|{"data": "\\xbeef"}'
}

# json, which jsonb does not always take

@test "json that jsonb cannot hold is its text" {
	sql "create domain doc as json" "create type page as (j json, n int)" \
	    "create table note(id int primary key, j json, d doc, a json[],
		p page, n int)"
	audited s.note
	sql "insert into note values (1, '{\"a\": \"\\u0000\"}',
		'\"\\u0000\"', array['1'::json], row('{}', 1), 1)"
	is "$(events new)" '{"a": [1], "d": {"json": "\"\\u0000\""}, "j": {"json": "{\"a\": \"\\u0000\"}"}, "n": 1, "p": {"j": {}, "n": 1}, "id": 1}'
	begin_trail
	sql "update note set n = 2" "update note set j = '{}'" \
	    "update note set j = '[\"\\u0000\"]', n = 3" "delete from note"
	is "$(events 'op, old, new' "op = 'update'")" \
		'update|{"n": 1}|{"n": 2}
update|{"j": {"json": "{\"a\": \"\\u0000\"}"}}|{"j": {}}
update|{"j": {}, "n": 2}|{"j": {"json": "[\"\\u0000\"]"}, "n": 3}'
	is "$(events "old -> 'j'" "op = 'delete'")" '{"json": "[\"\\u0000\"]"}'
}

@test "json that jsonb cannot hold, in an array or composite, fails nothing" {
	sql "create type page as (j json, n int)" \
	    "create table note(id int primary key, a json[], p page, q page[])"
	audited s.note
	sql "insert into note values (1, array['\"\\u0000\"'::json],
		row('\"\\u0000\"', 1), array[row('\"\\u0000\"', 1)::page])" \
	    "update note set a = '{}'" "truncate note"
	is "$(events "op, coalesce(new, old) -> 'id'")" 'insert|1
update|
delete|1
truncate|'
	is "$(events "key, strpos(new ->> 'a', 'u0000') > 0,
		strpos(new ->> 'p', 'u0000') > 0" "op = 'insert'")" \
		'{"id": 1}|t|t'
}

@test "numbers and depths in json that jsonb cannot hold fail nothing" {
	sql "create table note(id int primary key, j json, t text)"
	audited s.note
	sql "insert into note values (1, '{\"n\": 1e200000}', 'a')" \
	    "insert into note values (2, (repeat('[', 5000) || repeat(']', 5000))
		::json, 'b')" "update note set t = 'c'" "delete from note"
	is "$(events 'op, key, new - '"'{id,j}'::text[]" "op <> 'delete'")" \
		'insert|{"id": 1}|{"t": "a"}
insert|{"id": 2}|{"t": "b"}
update|{"id": 1}|{"t": "c"}
update|{"id": 2}|{"t": "c"}'
	is "$(events "new -> 'j'" "op = 'insert' and key = '{\"id\": 1}'")" \
		'{"json": "{\"n\": 1e200000}"}'
}

@test "what jsonb cannot tell apart makes no event" {
	sql "create table t(id int primary key, f float8, j jsonb, t json,
		a int[])" \
	    "insert into t values (1, 0, null, '{\"a\":1,\"a\":2}', '{1}')"
	audited s.t
	sql "update t set f = '-0'" "update t set j = 'null'" \
	    "update t set t = '{ \"a\": 2 }'" "update t set a = '[5:5]={1}'"
	is "$(events)" ''
	sql "update t set f = 1"
	is "$(events 'old, new')" '{"f": 0}|{"f": 1}'
}
