#!/usr/bin/env bats
# native-types - values of every type are the same with either engine

load native
load types

setup_file() {
	two_trails
}

teardown_file() {
	drop_two_trails
}

setup() {
	two_schemas
	HANDED=$(handed)
}

# typed LINES - a table w of these values and v, audited, to copy it to
typed() {
	both values_made_of "$1"
	audited s.v
}

values_made_of() {
	values_made <<<"$1"
}

# none_handed - the native engine did without the portable one
none_handed() {
	is "$(handed)" "$HANDED"
}

each_op='insert into v select * from w;
	update v set id = id;
	update v set id = 2;
	delete from v;
	insert into v(id) values (3);
	update v set (%s) = (select %s from w) where id = 3;
	update v set (%s) = (select %s from v where false);'

# all_columns - the statements above, for the columns of v
all_columns() {
	local columns

	columns=$(sql_in "$PORTABLE" "select string_agg(attname, ', ')
		from pg_attribute where attrelid = 's.v'::regclass and attnum > 1")
	# shellcheck disable=SC2059 # the format is above
	printf "$each_op" "$columns" "$columns" "$columns" "$columns"
}

@test "every built-in type" {
	typed "$(built_in_values)"
	all_columns | play
	same 6
}

@test "of these all but json, money and names of objects take the quick way" {
	typed "$(built_in_values | grep -vE '^(json|money|reg[a-z]*)[|]')"
	all_columns | play
	same 6
	none_handed
}

@test "enums, domains, composites, ranges" {
	both make_types
	typed "$(made_values)"
	all_columns | play
	same 6
}

@test "multiranges and infinite numerics" {
	from_version 140000
	typed "$(new_values)"
	all_columns | play
	same 6
	none_handed
}

@test "citext and hstore" {
	both make_extensions
	typed "$(extension_values)"
	all_columns | play
	play <<<"update v set c1 = 'aBC', c2 = 'x=>y' where id = 3;"
	same 7
}

@test "whatever the session has set" {
	both make_types
	typed "$(built_in_values; made_values)"
	{
		hostile_settings
		all_columns
		echo "set role pg_monitor; reset role;"
		echo "show datestyle; show timezone; show bytea_output;"
		echo "show intervalstyle; show extra_float_digits;"
	} | play
	same 6
	is "$(printed)" 'SQL, DMY
America/New_York
escape
sql_standard
-15'
}

@test "each of the settings that change how a value looks, by itself" {
	local setting

	typed "$(built_in_values)"
	while read -r setting; do
		play <<-END
			set $setting;
			insert into s.v select * from s.w;
			update s.v set c19 = null, c23 = null, c26 = null, c27 = null;
			delete from s.v;
		END
	done <<-'END'
		datestyle = 'German, DMY'
		datestyle = 'Postgres, MDY'
		datestyle = 'SQL, YMD'
		intervalstyle = 'postgres_verbose'
		intervalstyle = 'iso_8601'
		timezone = 'Asia/Kathmandu'
		timezone = '<+15>-15:59'
		bytea_output = 'escape'
		extra_float_digits = -15
		extra_float_digits = 3
		xmlbinary = 'hex'
		quote_all_identifiers = on
		array_nulls = off
		lc_messages = 'C'
		client_encoding = 'LATIN1'
		row_security = off
		search_path = ''
		search_path = 'pg_temp'
	END
	same 54
}

@test "numbers at their limits" {
	play <<-'END'
		create table v(id int primary key, n numeric, m numeric(30, 5),
		    f float8, g float4, i8 bigint, na numeric[], nr numrange);
	END
	audited s.v
	play <<-'END'
		insert into v(id, n) select row_number() over (), x::numeric
		    from unnest('{0, 0.0, 0.000, -0.00, 1, 10, 100, 10000, 1e4, 1e5,
		    1e8, 1e100, 1.0, 1.00, 1.10, 0.1, 0.0001, 0.00001, 1e-20,
		    1e-100, 9999, 99999999, 12345678901234567890.09876543210,
		    NaN, -1, -1e50, 1e1000, 1e-1000, 0.00000000, 10000.0000,
		    123.4560000}'::text[]) x;
		insert into v(id, n) values (100, ('1e131000')::numeric),
		    (101, ('1e-16383')::numeric), (102, -('9e131071')::numeric / 2),
		    (103, repeat('9', 131070)::numeric),
		    (104, ('0.' || repeat('9', 16383))::numeric);
		insert into v(id, f) select 200 + row_number() over (), x::float8
		    from unnest('{0, -0, 1, 0.1, 1e15, 1e16, 1e17, 123456789012345678,
		    1e21, 1e22, 1e-5, 1e-4, 1e-6, 1.7976931348623157e308, 5e-324,
		    2.2250738585072014e-308, NaN, Infinity, -Infinity, -1e300,
		    0.30000000000000004, 3.141592653589793, 1e100}'::text[]) x;
		insert into v(id, g) select 300 + row_number() over (), x::float4
		    from unnest('{0, -0, 1, 0.1, 1e5, 1e6, 1e7, 16777217, 3.4028235e38,
		    1e-45, 1.17549435e-38, NaN, Infinity, -Infinity, 3.1415927,
		    1e20}'::text[]) x;
		insert into v(id, i8) values (400, 9223372036854775807),
		    (401, -9223372036854775808);
		insert into v(id, na, nr) values (500, '{NaN,1.0,1e40,0.00,-0}',
		    '[1.00,2.000)'), (501, '{}', '(,)'), (502, '{{1,2},{3,4}}', 'empty'),
		    (503, '[5:6]={7,8}', '[1e100,1e131000]');
		update v set n = n + 1, i8 = i8 / 2;
		update v set f = 0 where f = 0;
		update v set f = '-0' where f = 0;
		update v set n = n::text::numeric;
		update v set n = n + 0.000 where n = 1;
		update v set m = 1.5 where id = 1;
		update v set m = 1.50000 where id = 1;
		delete from v;
	END
	same 203
}

@test "times at their limits" {
	play <<-'END'
		create table v(id serial primary key, d date, ts timestamp,
		    tz timestamptz, t time, ttz timetz, i interval);
	END
	audited s.v
	play <<-'END'
		insert into v(d) values ('infinity'), ('-infinity'), ('4713-01-01 BC'),
		    ('0001-01-01 BC'), ('0001-01-01'), ('5874897-12-31'),
		    ('1999-12-31'), ('2000-01-01'), ('10000-01-01');
		insert into v(ts, tz) select x::timestamp, (x || case when x ~ 'inf'
		    then '' else '+00' end)::timestamptz from unnest('{infinity,
		    -infinity, 0001-12-31 00:00 BC, 1970-01-01 00:00,
		    294276-12-31 23:59:59.999999, 2000-01-01 00:00:00.000001,
		    2026-06-30 23:59:59.5, 1883-11-18 12:00, 1600-02-29 01:02:03.120,
		    4713-11-24 00:00 BC, 9999-12-31 23:59:59.999999,
		    10000-01-01 00:00}'::text[]) x;
		insert into v(t, ttz) values ('00:00', '00:00+15:59:59'),
		    ('24:00', '24:00-15:59'), ('23:59:59.999999', '12:00:00.1+05:30');
		insert into v(i) values ('178000000 years'), ('-178000000 years'),
		    ('1 mon -1 day 00:00:00.000001'), ('0'), ('-00:00:01'),
		    ('1 year 12 mons'), ('24:00'), ('1 day'), ('30 days'), ('1 mon'),
		    ('-1 year +2 days -03:04:05.678');
		set timezone = 'Europe/Amsterdam';
		set datestyle = 'SQL, DMY';
		set intervalstyle = 'iso_8601';
		update v set d = d + 0, i = i + '0', ts = ts + '0';
		update v set i = '1 mon' where i = '30 days' and id % 2 = 0;
		update v set i = '30 days' where i = '1 mon';
		delete from v;
	END
	same 71
	none_handed
}

@test "text of any characters" {
	play <<-'END'
		create table v(id serial primary key, t text, c char(20), vc varchar,
		    n name, q "char", a text[]);
	END
	audited s.v
	play <<-'END'
		insert into v(t) select chr(i) from generate_series(1, 300) i;
		insert into v(t, c, vc) select x, x, x from unnest(array['',
		    ' ', '  x  ', e'\b\f\n\r\t', '"', '\', '''', '\u0041', e'\x7f',
		    '€', '😀', chr(1114111), chr(65533), chr(8232), '</script>',
		    e'a\u0301', 'null', 'true', '{}', '1e5', '[1]']) x;
		-- before PostgreSQL 15 this "char" is half a character
		insert into v(n, q, a) values (repeat('é', 31),
		    case when current_setting('server_version_num')::int
			>= 150000 then 'é' else 'e' end::"char", array['é"\',
		    null, '', 'null', '{', e'\n']), ('', '', '{}'),
		    ('x', e'\x01', array[['a', 'b'], ['c', null]]);
		update v set t = t || t, c = vc, vc = c;
		update v set c = c || '  ';
		delete from v;
	END
	same 968
	none_handed
}

@test "json and jsonb of any shape, and what jsonb cannot hold" {
	play <<-'END'
		create table b(id serial primary key, j jsonb, a jsonb[]);
		create table v(id serial primary key, j json, a json[]);
	END
	audited s.b
	audited s.v
	play <<-'END'
		create table x(n serial, j text);
		insert into x(j) values ('null'), ('true'), ('""'), ('0'), ('-0.00'),
		    ('1e2'), ('1E+400'), ('1.000'), ('[]'), ('{}'), ('[[[]]]'),
		    ('{"a":{"a":{"a":null}}}'), ('{"b":1,"a":2,"aa":3,"":4}'),
		    ('{"a":1,"a":2}'), ('[1,"1",true,null,{}]'), ('"\u00e9\ud83d\ude00"'),
		    ('{"\"\\": "\b\f\n\r\t\/"}'), (' [ 1 , 2 ] '),
		    (repeat('[', 4000) || repeat(']', 4000)),
		    (repeat('{"a":', 3000) || '1' || repeat('}', 3000)),
		    ('{"' || repeat('k', 5000) || '":"' || repeat('v', 70000) || '"}'),
		    ((select json_agg(i) from generate_series(1, 5000) i)::text),
		    ((select json_object_agg('k' || i, i)
			from generate_series(1, 5000) i)::text);
		insert into b(j) select j::jsonb from x order by n;
		insert into v(j) select j::json from x order by n;
		insert into v(j) values ('"\u0000"'), ('{"\u0000": 1}'), ('[1e200000]'),
		    ('{"a": ["\u0000", 1.10]}');
		insert into b(a) values (array['1', 'null', null]::jsonb[]),
		    (array[['{}', '[]'], ['"x"', '1.0']]::jsonb[]);
		insert into v(a) values (array['1', 'null', null]::json[]),
		    (array['"\u0000"', '1']::json[]), ('{}');
		update b set j = jsonb_build_object('was', j);
		update b set j = jsonb_set(j, '{was}', '1.0') where id = 4;
		update b set j = jsonb_set(j, '{was}', '1.00') where id = 4;
		update v set j = json_build_array(id), a = null where id % 2 = 0;
		update b set j = 'null';
		update b set j = null;
		delete from b;
		delete from v;
	END
	same 177
}

@test "composites, arrays of them, domains over them, all nested" {
	play <<-'END'
		create type mood as enum ('ok', 'sad');
		create domain short as varchar(5) check (value <> 'no');
		create domain shorts as short[];
		create type pair as (n numeric, s short, "Ä b" mood);
		create domain good as pair check ((value).n > 0);
		create type deep as (p pair, q pair[], g good, j json, m mood[],
		    i int[][], b bytea, r int4range);
		create table plain(x int, y text);
		alter table plain drop x;
		alter table plain add z numeric default 1.50;
		create table v(id serial primary key, m mood, s short, ss shorts,
		    p pair, pp pair[], g good, d deep, dd deep[], row plain);
	END
	audited s.v
	play <<-'END'
		insert into v(m, s, ss) values ('ok', 'yes', '{a,b}'), (null, null, '{}');
		insert into v(p, pp, g) values (row(1.50, 'a', 'ok'), array[row(1, null,
		    null)::pair, null], row(0.10, 'x', 'sad')),
		    (row(null, null, null), '{}', null);
		insert into v(d) values (row(row(1, 'a', 'ok'), array[row(2.0, 'b', 'sad')
		    ::pair], row(1.0, null, null), '{"a":1.0}', '{ok,NULL}', '{{1,2}}',
		    '\xdead', '[1,5]')), (row(null, null, null, '"\u0000"', null, null,
		    null, null));
		insert into v(dd) select array[d, null, d] from v where d is not null
		    and id = 5;
		insert into v(row) values (row('y', 2.00)), (row(null, null));
		update v set m = 'sad', s = 'else', p.n = 3.0, d.p.n = 7;
		update v set pp[1].s = 'z', dd[1].g = null where id < 20;
		delete from v;
	END
	same 36
}

@test "arrays of any bounds, dimensions and elements" {
	play <<-'END'
		create type mood as enum ('ok', 'sad "x"');
		create domain mine as int;
		create table v(id serial primary key, i int[], t text[], n numeric[],
		    f float8[], b bool[], d date[], tz timestamptz[], j jsonb[],
		    y bytea[], m mood[], e mine[], p point[], u uuid[], iv interval[],
		    mo money[], o oidvector, iv2 int2vector, r int4range[], x xml[]);
	END
	audited s.v
	play <<-'END'
		set timezone = 'Asia/Tokyo';
		set datestyle = 'SQL';
		set bytea_output = 'escape';
		set extra_float_digits = -5;
		insert into v(i) values ('{}'), ('{1}'), ('{null}'), ('{{1},{null}}'),
		    ('[3:4]={1,2}'), ('[0:0][-1:0]={{1,2}}'), (array_fill(7,
		    array[2, 3, 2])), (null), (array_fill(1, array[1000]));
		insert into v(t, n, f, b, d, tz, j, y, m, e, p, u, iv, mo, o, iv2, r, x)
		    values ('{a,"b c",NULL,""}', '{1.0,NaN}', '{0.1,NaN,-Infinity}',
		    '{t,f,NULL}', '{infinity,2026-02-03}',
		    '{-infinity,2026-02-03 04:05+00}', array['{"a":1.0}', 'null']::jsonb[],
		    array['\x00', '\xff']::bytea[], '{ok,"sad \"x\""}', '{1,2}',
		    array[point(1, 2.5)], array['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'
		    ]::uuid[], '{1 day,-1 mon}', '{1.50}', '1 2 3', '4 5',
		    array['[1,2]', 'empty']::int4range[], array['<a/>']::xml[]);
		update v set i = i || 99 where array_ndims(i) = 1 or i = '{}';
		update v set t = t || 'é'::text, m = m || 'ok'::mood;
		update v set i = '[5:5]={1}' where i = '{1}';
		delete from v;
	END
	same 35
}


@test "what leaves the trail in another form: bytea, with digest and without" {
	play <<-'END'
		create domain bytes as bytea;
		create table v(id serial primary key, b bytea, d bytes, a bytea[]);
		create table k(id serial primary key, b bytea, d bytes);
		create table kk(b bytea primary key, n int);
	END
	audited s.v
	audited s.k --keep-bytes
	audited s.kk
	play <<-'END'
		insert into v(b, d, a) values ('', '', '{}'), (null, null, null),
		    ('\x00', '\xff', array['\x00'::bytea]),
		    (decode(repeat('ab', 3000), 'hex'), null, null);
		insert into k(b, d) select b, d from v;
		insert into kk select b, 1 from v where b is not null;
		update v set b = b || '\x01', d = '\x02';
		update v set a = a || '\x03'::bytea;
		update v set b = '', d = null where id = 2;
		update k set b = b || '\x01';
		update kk set n = 2;
		update kk set b = b || '\x05';
		delete from v;
		delete from k;
		delete from kk;
	END
	same 40
}
