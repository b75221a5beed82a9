#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031 # each test has a shell of its own
# native-attack - what goes wrong inside the native engine, or is done to it, costs
# no event, no other statement and no server

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
		create table item(id int primary key, name text);
		insert into item values (1, 'pen');
	END
}

# aside <FILE - the lines of a script for psql, those that begin with ! run in
# another connection
aside() {
	sed "s/^\s*!\(.*\)/\\\\! psql -qX -v ON_ERROR_STOP=1 -c \"\1\"/"
}

# waits NUMBER - whether somebody waits for this advisory lock
waits() {
	[ "$(sql "select count(*) from pg_locks where locktype = 'advisory'
		and objid = $1 and not granted")" = 1 ]
}

@test "a plan that could not be read in time is read by the next statement" {
	audited s.item
	aside <<-'END' | play
		\set ON_ERROR_STOP 0
		\set VERBOSITY sqlstate
		set lock_timeout = '1ms';
		! begin; lock audit.plan in access exclusive mode; prepare transaction 'a'
		insert into item values (2, 'a');
		! rollback prepared 'a'
		insert into item values (3, 'b');
		update item set name = 'c' where id = 1;
	END
	[[ $(printed) = *55P03* ]]
	same 2
}

@test "a month that could not be opened in time is opened by the next event" {
	local before month

	month=$(sql "select part from audit.partition
		where audit.first_id(now()) between lo and hi")
	audited s.item
	before=$(handed)
	aside <<-END | play
		\\set ON_ERROR_STOP 0
		\\set VERBOSITY sqlstate
		set lock_timeout = '1ms';
		! begin; lock $month in access exclusive mode; prepare transaction 'a'
		insert into item values (2, 'a');
		! rollback prepared 'a'
		insert into item values (3, 'b');
		update item set name = 'c' where id = 1;
	END
	[[ $(printed) = *55P03* ]]
	same 2
	is "$(handed)" "$before"
}

@test "indexes of the plans that are made anew while a statement is at work" {
	audited s.item
	export PGDATABASE=$NATIVE
	open_session
	say 'select pg_advisory_lock(7)' >/dev/null
	sql "insert into s.item values (2, 'warm')" "insert into s.item
		select g, case when g = 4 then pg_advisory_xact_lock(7)::text end
		from generate_series(3, 4) g" &
	await waits 7
	sql 'alter table audit.plan drop constraint plan_pkey,
		add primary key (relid, rel)'
	say 'select pg_advisory_unlock(7)' >/dev/null
	close_session
	wait $!
	is "$(events key)" '{"id": 2}
{"id": 3}
{"id": 4}'
}

@test "a plan that says what no column is" {
	audited s.item
	play <<-'END'
		begin;
		update audit.plan set bytes = '{id}', trims = true;
		insert into item values (2, 'a');
		update item set id = 3 where id = 2;
		select op, key, old, new from audit.event
		order by id desc limit 2;
		rollback;
	END
	is "$(printed)" 'update|{"id": 2}|{"id": 2}|{"id": 3}
insert|{"id": 2}||{"id": 2, "name": "a"}'
	same 0
}

@test "plans whose columns are of other types" {
	audited s.item
	export PGDATABASE=$NATIVE
	for change in "alter parents type int[] using '{5}'" \
		"alter parents type s.pair[] using array[('a', 1)::s.pair]" \
		"alter rules type text[] using '{abc}'" \
		"alter rules type s.pair[] using array[('a', 1)::s.pair]" \
		'drop rules'; do
		run ! sql 'begin' 'create type s.pair as (rel text, cols int)' \
			"alter table audit.plan $change" \
			"insert into item values (2, 'a')" 'rollback'
		echo "$change: $output"
		[[ $output = *ERROR* && $output != *'server closed'* ]]
	done
	sql "insert into item values (2, 'a')"
	is "$(events op)" insert
}

@test "a predicate means the same whatever the writer has set" {
	audited s.item --when "name ~ '^\d+\$'"
	audited s.item --when "name = any ('{a,NULL}')"
	play <<-'END'
		set standard_conforming_strings = off;
		set escape_string_warning = off;
		set array_nulls = off;
		set transform_null_equals = on;
		insert into item values (2, '123'), (3, 'NULL'), (4, 'a');
	END
	play <<-'END'
		insert into item values (5, '123'), (6, 'NULL'), (7, 'a');
	END
	is "$(PGDATABASE=$NATIVE events "key, split_part(rules, '.', 2)")" \
		'{"id": 2}|1
{"id": 4}|2
{"id": 5}|1
{"id": 7}|2'
	same 4
}

@test "ranges of what is written as the writer has set it" {
	play <<-'END'
		create type tables as range (subtype = regclass,
		    subtype_opclass = oid_ops);
		create table span(id int primary key, over tables);
	END
	audited s.span
	play <<-'END'
		insert into span values (1, '[item,item]');
		set search_path = pg_catalog;
		update s.span set over = '(,s.item)';
	END
	same 2
	is "$(PGDATABASE=$NATIVE events new)" \
		'{"id": 1, "over": "[s.item,s.item]"}
{"over": "(,s.item)"}'
}

@test "a session that the statement itself has opened" {
	audited s.item
	play <<-'END'
		with s as materialized (
		    select token from audit.open_session('alice'))
		insert into item select 2, 'a'
		from s, lateral (select audit.use_session(token)) u;
	END
	is "$(PGDATABASE=$NATIVE events "actor, session is not null")" 'alice|t'
	is "$(PGDATABASE=$PORTABLE events "actor, session is not null")" 'alice|t'
}

@test "what its owner may not write the function does not write for him" {
	audited s.item
	(make_role native_forger)
	for PGDATABASE in $PORTABLE $NATIVE; do
		refused 42501 'begin' "insert into s.item values (2, 'a')" \
			'alter function audit.capture() owner to native_forger' \
			"insert into s.item values (3, 'a')"
	done
}

@test "who acts, and why, is text: what a connection brings is looked at" {
	local options=$PGOPTIONS said

	audited s.item
	for said in actor reason; do
		PGOPTIONS="$options -c audit.$said="$'\xff\xfe'
		play <<-'END'
			\set ON_ERROR_STOP 0
			insert into item values (2, 'a');
			update item set name = 'b';
			delete from item;
			update item set name = name;
			set audit.actor = '';
			set audit.reason = 'because';
			insert into item values (3, 'a');
			delete from item where id = 3;
		END
		is "$(printed | grep -c 'invalid byte sequence for encoding "UTF8": 0xff')" 3
	done
	same 4
}
