# types.bash - values of every type, for the tests that take them through the
# trail: "load types" makes these functions known; load capture, too

# values_table <LINES - makes a row of these values in a table w, and v, audited,
# to copy it to
values_table() {
	values_made
	audited s.v
}

# values_made <LINES - likewise, and audits nothing; a line is a type, a value in
# SQL and what an event must say of it
values_made() {
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

# since PostgreSQL 14
new_values() {
	cat <<-'END'
		numeric|'-infinity'|"-Infinity"
		int4multirange|'{[1,3), [5,6]}'|"{[1,3),[5,7)}"
		tstzmultirange|'{[2026-01-01 00:00+01,)}'|"{[\"2025-12-31 23:00:00+00\",)}"
	END
}

extension_values() {
	cat <<-'END'
		citext|'Abc'|"Abc"
		hstore|'a=>1, b=>NULL'|{"a": "1", "b": null}
		hstore[]|array['a=>1'::hstore]|[{"a": "1"}]
	END
}

make_extensions() {
	[ "$(sql "select count(*) from pg_available_extensions
		where name in ('citext', 'hstore')")" = 2 ] || skip 'no contrib'
	sql "create extension citext schema s" "create extension hstore schema s"
}
