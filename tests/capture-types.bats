#!/usr/bin/env bats
# capture-types - values of every type come out exact, whatever the session's
# settings, and no value, shape or setting makes a write fail

load capture

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	fresh_schema
}

# values_table <LINES - a line is a type, a value in SQL and what an event must
# say of it: makes a row of them in a table w, and v, audited, to copy it to
values_table() {
	local n=0 type value json columns='' row=''

	wanted=''
	while IFS='|' read -r type value json; do
		n=$((n + 1))
		columns+=", c$n $type"
		row+=", $value"
		wanted+="c$n|$json"$'\n'
	done
	sql "create table w(id int primary key$columns)" \
	    "insert into w values (1$row)" \
	    "create table v(like w including all)"
	audited s.v
}

# the lines of the only event's new row
got() {
	sql "select f.key, f.value from audit.event, jsonb_each(new) f
		where id >= '$SINCE' and op = 'insert' and f.key <> 'id'
		order by substr(f.key, 2)::int"
}

built_in_values() {
	cat <<-'END'
		smallint|-32768|-32768
		bigint|9223372036854775807|9223372036854775807
		numeric|12.30|12.30
		numeric|1234567890123456789012345678901234567890.1234567890|1234567890123456789012345678901234567890.1234567890
		numeric(50,0)|1e40|10000000000000000000000000000000000000000
		numeric|0.000|0.000
		numeric|'NaN'|"NaN"
		real|1.1|1.1
		double precision|0.1::float8 + 0.2|0.30000000000000004
		double precision|'-Infinity'|"-Infinity"
		double precision|1e-300|0.000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001
		real|'NaN'|"NaN"
		money|'-1234.50'|"-$1,234.50"
		boolean|false|false
		text|e'a"b\\c\n\t\x01é€😀'|"a\"b\\c\n\t\u0001é€😀"
		text|''|""
		text|null|null
		varchar(10)|'  x '|"  x "
		char(4)|'ab'|"ab  "
		"char"|'c'|"c"
		name|'n'|"n"
		date|'2026-02-28'|"2026-02-28"
		date|'0044-03-15 BC'|"0044-03-15 BC"
		date|'infinity'|"infinity"
		timestamp|'2026-02-28 12:34:56.789012'|"2026-02-28T12:34:56.789012"
		timestamp|'4713-01-01 00:00 BC'|"4713-01-01T00:00:00 BC"
		timestamptz|'2026-02-28 12:34:56.1+05:30'|"2026-02-28T07:04:56.1+00:00"
		timestamptz|'-infinity'|"-infinity"
		timestamptz|'0044-03-15 12:00+00 BC'|"0044-03-15T12:00:00+00:00 BC"
		timestamptz|'294276-12-31 23:59:59.999999+00'|"294276-12-31T23:59:59.999999+00:00"
		time|'24:00'|"24:00:00"
		timetz|'12:00:00.5+02'|"12:00:00.5+02"
		interval|'1 year -2 months 3 days -04:05:06.7'|"10 mons 3 days -04:05:06.7"
		uuid|'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'|"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
		inet|'10.0.0.1/8'|"10.0.0.1/8"
		cidr|'2001:db8::/32'|"2001:db8::/32"
		macaddr|'08:00:2b:01:02:03'|"08:00:2b:01:02:03"
		bit(5)|b'10110'|"10110"
		bit varying|b''|""
		point|'(1.5,-2)'|"(1.5,-2)"
		polygon|'((0,0),(1,0.1),(1,1))'|"((0,0),(1,0.1),(1,1))"
		xml|'<a b="c">d</a>'|"<a b=\"c\">d</a>"
		tsvector|'a:1A b'|"'a':1A 'b'"
		tsquery|'a & !b'|"'a' & !'b'"
		regclass|'pg_class'|"pg_class"
		regtype|'int'|"integer"
		pg_lsn|'16/B374D848'|"16/B374D848"
		jsonpath|'$.a[*]'|"$.\"a\"[*]"
		jsonb|'{"b": [1.50, null, "\u00e9"], "a": {}}'|{"a": {}, "b": [1.50, null, "é"]}
		json|'{"a": [], "b": 1.50}'|{"a": [], "b": 1.50}
		int[]|'{{1,2},{3,null}}'|[[1, 2], [3, null]]
		int[]|'{}'|[]
		text[]|array['', null, 'NULL', 'a,"b"\']|["", null, "NULL", "a,\"b\"\\"]
		numeric[]|'{1.0,NaN}'|[1.0, "NaN"]
		timestamptz[]|'{2026-01-01 00:00+01}'|["2025-12-31T23:00:00+00:00"]
		bytea[]|array['\xdead'::bytea]|["\\xdead"]
		jsonb[]|array['{"a":1}'::jsonb]|[{"a": 1}]
		int4range|'[1,5]'|"[1,6)"
		tstzrange|'[2026-01-01 00:00+01,)'|"[\"2025-12-31 23:00:00+00\",)"
		numrange|'empty'|"empty"
	END
}

made_values() {
	cat <<-'END'
		mood|'sad "x"'|"sad \"x\""
		mood[]|'{ok,NULL}'|["ok", null]
		price|12.30|12.30
		prices|'{1.0,2}'|[1.0, 2]
		moods|'{ok}'|["ok"]
		pair|row(1.50, 'a"b')|{"a": 1.50, "B c": "a\"b"}
		pair|null|null
		pair[]|array[row(null, null)::pair, null]|[{"a": null, "B c": null}, null]
		nest|row(row(1, 'x'), '{1,2}', 'ok', '2026-01-01 00:00+01')|{"m": "ok", "n": [1, 2], "p": {"a": 1, "B c": "x"}, "t": "2025-12-31T23:00:00+00:00"}
		moment|'2026-01-01 00:00+01'|"2025-12-31T23:00:00+00:00"
		timerange|'[01:00,02:00)'|"[01:00:00,02:00:00)"
		digits|b'101'|"101"
	END
}

make_types() {
	script <<-'END'
		create type mood as enum ('ok', 'sad "x"');
		create domain price as numeric check (value > 0);
		create domain prices as numeric[];
		create domain moods as mood[];
		create type pair as (a numeric, "B c" text);
		create type nest as (p pair, n int[], m mood, t timestamptz);
		create domain moment as timestamptz;
		create type timerange as range (subtype = time);
		create domain digits as bit(3);
	END
}

# what a session may set that could change how values look or SQL is read
hostile_settings() {
	cat <<-END
		set datestyle = 'SQL, DMY';
		set intervalstyle = 'sql_standard';
		set timezone = 'America/New_York';
		set bytea_output = 'escape';
		set extra_float_digits = -15;
		set quote_all_identifiers = on;
		set lc_monetary = '$(locale -a | grep -m 1 _ || echo C.UTF-8)';
		set escape_string_warning = off;
		set standard_conforming_strings = off;
		set transform_null_equals = on;
		set default_transaction_isolation = 'serializable';
		set row_security = off;
		set xmloption = document;
		set xmlbinary = hex;
		set array_nulls = off;
		set backslash_quote = on;
		set check_function_bodies = off;
		set plpgsql.extra_errors = 'all';
		set plpgsql.extra_warnings = 'all';
		set constraint_exclusion = off;
		set enable_seqscan = off;
		set enable_indexscan = off;
		set plan_cache_mode = force_generic_plan;
		set default_text_search_config = 'simple';
		set search_path = pg_temp, s, public;
	END
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
	values_table <<-'END'
		numeric|'-infinity'|"-Infinity"
		int4multirange|'{[1,3), [5,6]}'|"{[1,3),[5,7)}"
		tstzmultirange|'{[2026-01-01 00:00+01,)}'|"{[\"2025-12-31 23:00:00+00\",)}"
	END
	sql "insert into v select * from w"
	diff <(printf %s "$wanted") <(got)
}

@test "citext and hstore are as well" {
	[ "$(sql "select count(*) from pg_available_extensions
		where name in ('citext', 'hstore')")" = 2 ] || skip 'no contrib'
	sql "create extension citext schema s" "create extension hstore schema s"
	values_table <<-'END'
		citext|'Abc'|"Abc"
		hstore|'a=>1, b=>NULL'|{"a": "1", "b": null}
		hstore[]|array['a=>1'::hstore]|[{"a": "1"}]
	END
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
