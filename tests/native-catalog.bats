#!/usr/bin/env bats
# native-catalog - whatever the catalog and the plan hold, the server stays up,
# and a change has its event or does not happen

load native

setup_file() {
	fresh_database
	module_here
	audit-rule init --capture native
	# to be copied: each test may do as it likes with its trail
	export TEMPLATE=$PGDATABASE
}

teardown_file() {
	sql_in postgres "drop database if exists ${TEMPLATE}_test (force)"
	drop_database
}

setup() {
	copy_database "$TEMPLATE" "${TEMPLATE}_test"
	export PGDATABASE=${TEMPLATE}_test
	module_here
	export PGOPTIONS='-c client_min_messages=warning -c search_path=s'
	sql 'create schema s' \
		'create table item(id int primary key, n int, name text)' \
		"insert into item values (1, 1, 'pen')"
	audit-rule add s.item --name r
	STARTED=$(sql 'select pg_postmaster_start_time()')
	LOGGED=$(wc -l <"$SERVER_DIR/log")
	REL=$(sql "select id from audit.relation where \"table\" = 'item'")
	begin_trail
}

teardown() {
	is "$(sql_in postgres 'select pg_postmaster_start_time()')" "$STARTED"
	is "$(tail -n "+$((LOGGED + 1))" "$SERVER_DIR/log" |
		grep -E 'PANIC|TRAP:|was terminated by signal')" ''
}

# attempt [STATEMENT]... - after these, one change of each kind and again in
# the same connection: each either fails, then nothing of it is there, or is
# done, and then the last one says which
attempt() {
	{
		echo '\set VERBOSITY sqlstate'
		echo '\set ON_ERROR_ROLLBACK on'
		printf '%s;\n' "$@" 'insert into item values (2, 2)' \
			'update item set n = n + 10' 'delete from item where id = 1' \
			"update item set name = 'ink'"
		echo "select 'alive';"
	} | psql -qAtX 2>&1 | sed 's/.*ERROR: *//' | xargs
}

# attempt_each <LINES - the statements of each line in a transaction of its own,
# then these changes; whatever fails, the connection lives on
attempt_each() {
	local line n=0

	{
		echo '\set ON_ERROR_ROLLBACK on'
		while read -r line; do
			n=$((n + 1))
			printf '%s;\n' begin "$line"
			cat <<-'END'
				insert into item values (2, 2);
				\set a :ROW_COUNT
				update item set n = n + 10;
				\set b :ROW_COUNT
				delete from item where id = 1;
				\set c :ROW_COUNT
				update item set name = 'ink';
				select 'whole' from audit.event where txid = txid_current()
				    and op in ('insert', 'update', 'delete')
				    having count(*) = :a + :b + :c + :ROW_COUNT;
				select 'alive';
				rollback;
			END
			echo "$line" >"$BATS_TEST_TMPDIR/line$n"
		done
	} | psql -qAtX >"$BATS_TEST_TMPDIR/each" 2>"$BATS_TEST_TMPDIR/errors" || true
	n=$(grep -c alive "$BATS_TEST_TMPDIR/each")
	if [ -e "$BATS_TEST_TMPDIR/line$((n + 1))" ]; then
		echo "no more after: $(cat "$BATS_TEST_TMPDIR/line$((n + 1))")"
		return 1
	fi
	# what was to be altered was
	! grep -B 1 -A 1 'syntax error\|cannot' "$BATS_TEST_TMPDIR/errors"
}

# again - as it was before the first attempt
again() {
	sql 'truncate item' "insert into item values (1, 1, 'pen')"
	begin_trail
}

# lives [STATEMENT]... - after these, whatever comes of the changes
lives() {
	[[ $(attempt "$@") = *alive ]]
}

# all_or_nothing - what is attempted is done, and the trail says exactly what
# comes of it
all_or_nothing() {
	local rows

	is "$(attempt)" alive
	rows=$(sql "select coalesce(string_agg(format('%s %s %s', id, n, name), ','
		order by id), '') from item")
	is "$(sql "with e as (select * from audit.event where id >= '$SINCE'
			and op in ('insert', 'update', 'delete')),
		r(id, row) as (
			select 1, '{\"id\": 1, \"n\": 1, \"name\": \"pen\"}'::jsonb
			union all select (key ->> 'id')::int, new from e
			where op = 'insert'),
		f as (select r.id, r.row || coalesce((
			select jsonb_object_agg(x.k, x.v) from (
			    select distinct on (v.key) v.key, v.value
			    from e, jsonb_each(e.new) v where e.op = 'update'
				and e.key = jsonb_build_object('id', r.id)
			    order by v.key, e.id desc) x(k, v)), '{}') as row
		    from r where not exists (select from e where e.op = 'delete'
			and e.key = jsonb_build_object('id', r.id)))
		select coalesce(string_agg(format('%s %s %s', row ->> 'id',
			row ->> 'n', row ->> 'name'), ',' order by id), '') from f")" \
		"$rows"
}

@test "as it should be" {
	all_or_nothing
	is "$(sql "select count(*) from audit.event where id >= '$SINCE'
		and op in ('insert', 'update', 'delete')")" 5
}

@test "called by hand" {
	for call in 'select audit.capture()' 'select * from audit.capture()' \
		'select audit.capture() from generate_series(1, 3)' \
		'do $$ begin perform audit.capture(); end $$' \
		'select audit.native_version()' \
		"select audit.capture_change(1, 'insert', 's.item'::regclass, null, null)" \
		"select audit.capture_change(null, null, null, null, null)" \
		"select audit.capture_change(-1, 'x', 0, row(1), row(2))" \
		"select audit.capture_change($REL, 'insert', 's.item'::regclass, row(1), row(1))" \
		"select audit.capture_change($REL, 'update', 's.item'::regclass, i, i) from s.item i" \
		'select audit.capture_who()' \
		'explain (analyze) select audit.capture_who()'; do
		psql -qAtXc "$call" >/dev/null 2>&1 || true
	done
	again
	all_or_nothing
}

@test "as a trigger of another kind" {
	sql 'create view shown as select * from item'
	for how in 'before insert or update on other for each row' \
		'before insert on other for each statement' \
		'after insert on other for each statement' \
		'after truncate on other for each statement' \
		'before delete on other for each row' \
		'instead of insert on shown for each row' \
		'after update on other referencing old table as o new table as n
			for each statement'; do
		sql 'drop table if exists other' \
			'create table other(id int primary key)' \
			"create trigger odd $how execute function audit.capture('$REL')"
		psql -qX 2>&1 <<-'END' | grep -c ERROR >"$BATS_TEST_TMPDIR/n" || true
			insert into other values (1);
			update other set id = 2;
			delete from other;
			truncate other;
			insert into shown values (7, 7);
		END
		[ "$(cat "$BATS_TEST_TMPDIR/n")" -ge 1 ]
		sql 'drop trigger if exists odd on shown'
	done
	sql 'drop view shown' 'drop table other'
	all_or_nothing
}

@test "with no, too many, bad and huge arguments" {
	local arg

	for arg in '' "'1', '2'" "''" "'0'" "'-1'" "'x'" "'1x'" "' 1'" "'1 '" \
		"'2147483647'" "'2147483648'" "'99999999999999999999'" "'1e3'" \
		"'$(printf '9%.0s' {1..5000})'" "'\\x00'" "'0x1'" "'٣'" "'999'"; do
		sql 'drop table if exists other' 'create table other(id int)' \
			"create trigger odd after insert or update or delete on other
			for each row execute function audit.capture($arg)"
		psql -qX >/dev/null 2>&1 <<-'END' || true
			insert into other values (1);
			update other set id = 2;
			delete from other;
		END
	done
	sql 'drop table other'
	all_or_nothing
}

@test "deferred, of a constraint, with a condition, of one column, copied" {
	sql "create constraint trigger late after insert or update or delete on item
			deferrable initially deferred for each row
			execute function audit.capture('$REL')" \
		"create trigger a_few after update of n on item for each row
			when (new.n > 0) execute function audit.capture('$REL')" \
		'create table copy(like item including all)' \
		"create trigger copied after insert or update or delete on copy
			for each row execute function audit.capture('$REL')"
	psql -qX <<-'END'
		set search_path = s;
		begin;
		insert into item values (5, 5);
		update item set n = 6 where id = 5;
		alter table item rename name to title;
		rollback;
		begin;
		insert into item values (6, 6);
		savepoint a;
		set constraints all immediate;
		set constraints all deferred;
		delete from item where id = 6;
		commit;
		insert into copy values (1, 1);
		update copy set n = 2;
	END
	[ "$(attempt)" = alive ]
}

@test "a plan with a null in each of its columns" {
	local column

	# null where that means something is a rule that asks for less
	for column in $(sql "select quote_ident(attname) from pg_attribute
		where attrelid = 'audit.plan'::regclass and attnotnull and attnum > 0
		and attname not in ('rel', 'relid')"); do
		echo "alter table audit.plan alter $column drop not null;" \
			"update audit.plan set $column = null"
	done >"$BATS_TEST_TMPDIR/nulls"
	attempt_each <"$BATS_TEST_TMPDIR/nulls"
	is "$(grep -c whole "$BATS_TEST_TMPDIR/each")" \
		"$(wc -l <"$BATS_TEST_TMPDIR/nulls")"
	sed -i 's/;.*//;s/drop not null/type text/' "$BATS_TEST_TMPDIR/nulls"
	attempt_each <"$BATS_TEST_TMPDIR/nulls"
}

@test "a plan with nonsense in each of its columns" {
	sql "create function public.rule(jsonb) returns audit.plan_rule language sql
		as 'select jsonb_populate_record(null::audit.plan_rule, \$1)'"
	sed 's/^/update audit.plan set /' <<-'END' | attempt_each
		fast = false
		image = 'nonsense'
		image = 'select 1'
		root = 1
		root = 'pg_class'::regclass
		named = 's.else'
		named = ''
		filenode = 1
		pkey = 1
		pkey = 'pg_class_oid_index'::regclass
		pkey_column = 'else'
		next = 1
		next = -1
		shape = 0
		contended = true
		warn = true
		require_session = true
		"schema" = '', "table" = ''
		"schema" = repeat('s', 100000)
		"table" = repeat('t', 5000000)
		on_insert = '', on_update = '', on_delete = ''
		on_insert = null
		on_update = repeat('r', 10000)
		cols = '{}'
		cols = '{a,b,c}'
		cols = array[null, 'id']
		cols = '{{id,n},{name,x}}'
		kept = '{}'
		kept = '{nothing}'
		key = '{}'
		key = '{nothing}'
		key = '{id,id}'
		key = array[null]::text[]
		key = '{{id,n},{name,n}}'
		key = array_fill('id'::text, array[5000])
		key = '{n,name}', key1 = null
		key1 = 'nothing'
		trims = true
		bytes = '{id,n,name}', trims = true
		bytes = array[null, 'x'], trims = true
		exclude = '{id}', trims = true
		exclude = '{id,n,name}', trims = true
		exclude = array_fill('x'::text, array[100000]), trims = true
		mask = '{id}', trims = true
		mask = '{id,n,name,more}', trims = true
		label = 'nothing'
		label = ''
		label = repeat('l', 1000000)
		actor_column = 'nothing'
		actor_column = 'id'
		parents = '{}'
		parents = array[null]::audit.parent[]
		parents = array[row(null, null)]::audit.parent[]
		parents = array[row(1, '{}')]::audit.parent[]
		parents = array[row(1, '{nothing}')]::audit.parent[]
		parents = array[row(1, array[null]::text[])]::audit.parent[]
		parents = array[row(-5, '{n,n,n}')]::audit.parent[]
		parents = array_fill(row(1, '{n}')::audit.parent, array[2000])
		parents = array[array[row(1, '{n}')], array[row(1, '{id}')]]::audit.parent[]
		rules = '{}'
		rules = array[null]::audit.plan_rule[]
		rules = array[public.rule('{}')]
		rules = array[public.rule('{"name": "x", "ops": [], "ignore": []}')]
		rules = array[public.rule('{"name": "x", "ops": [null], "groups": [null], "actors": [null], "except_actors": [null], "ignore": [null]}')]
		rules = array[public.rule('{"name": "x", "ops": [["insert", "update"], ["delete", "x"]], "ignore": []}')]
		rules = array[public.rule('{"name": "x", "ops": ["insert", "update", "delete"], "ignore": ["n"], "when": "nonsense"}')]
		rules = array[public.rule('{"name": "x", "ops": ["insert", "update", "delete"], "ignore": ["n"], "when": "nonsense", "when_columns": ["n"]}')]
		rules = array[public.rule('{"name": "x", "ops": ["insert", "update", "delete"], "ignore": ["n"], "when": "nonsense", "when_columns": ["nothing", null]}')]
		rules = array[public.rule('{"name": "x", "ops": ["insert", "update", "delete"], "ignore": ["n"], "when": "select 1"}')]
		rules = array[public.rule('{"name": "x", "ops": ["insert", "update", "delete"], "ignore": ["n"], "when": "select true"}')]
		rules = array[public.rule('{"name": "x", "ops": ["insert", "update", "delete"], "ignore": ["n"], "when": "select true; select 1"}')]
		rules = array[public.rule('{"name": "x", "ops": ["insert", "update", "delete"], "ignore": ["n"], "when": ""}')]
		rules = array[public.rule('{"name": "x", "ops": ["insert", "update", "delete"], "ignore": ["n"], "when": "select generate_series(1, 3) > 1"}')]
		rules = array[public.rule('{"name": "x", "ops": ["insert", "update", "delete"], "ignore": ["n"], "when": "select $7"}')]
		rules = array[public.rule('{"name": "x", "ops": ["insert", "update", "delete"], "ignore": ["n"], "when": "select $7", "when_columns": ["n"]}')]
		rules = array[public.rule('{"name": "x", "ops": ["insert", "update", "delete"], "ignore": ["n"], "when": "select $7", "when_columns": ["nothing", null]}')]
		rules = array[public.rule('{"name": "x", "ops": ["insert", "update", "delete"], "ignore": ["n"], "when": "begin"}')]
		rules = array[public.rule('{"name": "x", "ops": ["insert", "update", "delete"], "ignore": ["n"], "when": "delete from s.item returning true"}')]
		rules = array[public.rule('{"name": "x", "ops": ["insert", "update", "delete"], "ignore": ["n"], "when": "select true from pg_sleep(0)"}')]
		rules = array[public.rule('{"name": "x", "ops": ["insert", "update", "delete"], "ignore": ["n"], "when": "select (select relation from pg_locks limit 1) > 0"}')]
		rules = array[public.rule('{"name": "x", "ops": ["insert", "update", "delete"], "ignore": ["n"], "when": "vacuum"}')]
		rules = array[public.rule('{"name": "x", "ops": ["insert", "update", "delete"], "ignore": [], "when": "select true", "when_columns": ["nothing"]}')]
		rules = array[public.rule('{"name": "x", "ops": ["insert", "update", "delete"], "ignore": [], "when": "select true", "when_columns": [null, "id", "id"]}')]
		rules = array[public.rule(jsonb_build_object('name', 'x', 'ops', '{insert}'::text[], 'ignore', '{}'::text[], 'groups', array_fill('g'::text, array[10000])))]
		rules = array_fill(public.rule('{"name": "x", "ops": ["insert"], "groups": ["a"], "actors": ["b"], "except_actors": ["c"], "ignore": ["n"]}'), array[3000])
		rel = 0
		rel = -7
		rel = 2147483647
		relid = 0
		relid = 4294967295
	END
	sql "select audit.recompile($REL)" >/dev/null
	again
	all_or_nothing
}

@test "audit.plan altered: types, names, an index, a primary key, dropped" {
	sql 'drop index audit.plan_rel'
	all_or_nothing
	sql 'alter table audit.plan drop constraint plan_pkey'
	again
	all_or_nothing
	attempt_each <<-'END'
		alter table audit.plan add column more text, drop column fast
		alter table audit.plan alter column warn type text
		alter table audit.plan alter column key type text using 'x'
		alter table audit.plan alter column rel type bigint
		alter table audit.plan alter column relid type text
		alter table audit.plan rename column rules to rulez
		alter table audit.plan drop column rules
		alter table audit.plan drop column parents
		alter table audit.plan drop column rel cascade
		alter table audit.plan drop column relid cascade
		alter table audit.plan rename to plane
		alter table audit.plan enable row level security, force row level security
		alter type audit.plan_rule add attribute more text
		alter type audit.plan_rule rename attribute ops to opts
		alter type audit.plan_rule drop attribute ignore
		alter table audit.plan drop column rules, add column rules int[] not null default '{1}'
		alter table audit.plan drop column rules, add column rules audit.parent[] not null default array[row(1, '{x}')]::audit.parent[]
		alter table audit.plan drop column parents, add column parents text[] default '{x}'
		alter table audit.plan drop column parents, add column parents audit.who[] default array[row('a', 'b', '{}')]::audit.who[]
		create type audit.odd as (name int, ops int, ignore text[], "when" int, groups int); alter table audit.plan drop column rules, add column rules audit.odd[] not null default array[row(1, 2, '{}', 3, 4)]::audit.odd[]
		create type audit.odd as (rel text, cols int); alter table audit.plan drop column parents, add column parents audit.odd[] default array[row('x', 1)]::audit.odd[]
		alter type audit.parent drop attribute cols
		alter type audit.who drop attribute actor cascade
		drop table audit.plan cascade
		truncate audit.plan
		delete from audit.plan
		drop table audit.plan cascade; create view audit.plan as select 1 as rel, 2::oid as relid
		drop table audit.plan cascade; create table audit.plan(rel int, relid oid)
		drop table audit.plan cascade; create table audit.plan(rel int, relid oid) partition by list (rel)
		drop table audit.plan cascade; create sequence audit.plan
	END
	[ "$(attempt)" != '' ]
}

@test "audit.event altered, renamed, dropped, of another kind" {
	local month

	month=audit.event_$(date -u +%Y_%m)
	sed "s/MONTH/$month/g" <<-'END' | attempt_each
		alter table audit.event rename to events
		alter table audit.event set schema s
		alter table audit.event add column more text not null default 'x'
		alter table audit.event add column more int generated always as (1) stored
		alter table audit.event rename column new to newer
		alter table audit.event drop column new cascade
		drop view audit.visible cascade; drop view audit.visible_newest cascade; alter table audit.event alter column app type varchar(2)
		drop table audit.event cascade
		drop table MONTH
		drop table audit.event_rest
		alter table MONTH rename to event_else
		alter table MONTH set schema s
		alter table audit.event detach partition MONTH
		alter table MONTH set unlogged
		drop table audit.event cascade; create table audit.event(id uuid)
		drop table audit.event cascade; create view audit.event as select 1 as id
		drop table audit.event cascade; create foreign data wrapper w; create server v foreign data wrapper w; create foreign table audit.event(id uuid) server v
		drop table audit.event cascade; create table audit.event(id text) partition by hash (id)
		drop table audit.event cascade; create table audit.event(id uuid, at int) partition by range (id, at)
		drop table audit.event cascade; create table audit.event(id uuid) partition by range ((id::text))
		drop table audit.event cascade; create table audit.event(id uuid) partition by list (id)
		drop table MONTH; drop table audit.event_rest; create table audit.event_rest partition of audit.event default partition by hash (id)
		drop table MONTH; drop table audit.event_rest; create table audit.event_rest partition of audit.event default partition by hash (id); create table audit.h partition of audit.event_rest for values with (modulus 1, remainder 0)
		drop table MONTH; create table audit.m partition of audit.event for values from (minvalue) to (maxvalue)
		create foreign data wrapper w; create server v foreign data wrapper w; drop table audit.event cascade; create table audit.event(id uuid) partition by range (id); create foreign table audit.far partition of audit.event default server v
		alter table MONTH alter column app set storage plain
		alter table MONTH disable trigger all
		create statistics audit.st on op, app from MONTH
	END
	all_or_nothing
}

@test "a partition of audit.event with its columns in another order" {
	local month bound

	month=audit.event_$(date -u +%Y_%m)
	bound=$(sql "select pg_get_expr(relpartbound, oid) from pg_class
		where oid = '$month'::regclass")
	sql "create table public.kept as select * from audit.event" \
		"drop table $month" \
		"create table $month(gone int, parts bytea, \"new\" jsonb, redacted text[],
			parents bigint[], old jsonb, rules text, reason text, addr text,
			app text, session text, as_role text, role text not null,
			actor text, label text, key jsonb, \"table\" text, \"schema\" text,
			op text not null, salt uuid not null, record_to bigint,
			record bigint, txid bigint not null, at timestamptz not null,
			id uuid primary key)" \
		"alter table $month drop gone" \
		"alter table audit.event attach partition $month $bound"
	all_or_nothing
	is "$(sql "select count(*), bool_and(app = 'psql' and role = 'postgres'
			and rules = 'r' and \"schema\" = 's')
		from audit.event where id >= '$SINCE'")" '5|t'
}

@test "functions that are gone, altered, or somebody's" {
	attempt_each <<-'END'
		drop function audit.capture_change cascade
		drop function audit.capture_who cascade
		drop function audit.change cascade
		drop function audit.who cascade
		alter function audit.capture_change rename to x
		alter function audit.capture_who rename to x
		create or replace function audit.capture_who() returns audit.who language sql as 'select null'
		create or replace function audit.capture_who() returns audit.who language sql as 'select (null, null, null)::audit.who'
		drop function audit.capture_who(); create function audit.capture_who() returns int language sql as 'select 1'
		drop function audit.capture_who(); create function audit.capture_who() returns setof audit.who language sql as 'select null'
		drop function audit.capture_who(); create function audit.capture_who() returns record language sql as 'select 1, 2'
		drop function audit.capture_change cascade; create function audit.capture_change(i int, what text, t oid, old record, new record) returns int language plpgsql as 'begin return 1; end'
		drop type audit.who cascade
		drop type audit.plan_rule cascade
		drop type audit.parent cascade
		alter schema audit rename to audited
		drop schema audit cascade
	END
	lives begin "set audit.ticket = 'x'" \
		'drop function audit.capture_who()' \
		"create function audit.capture_who() returns int language sql as 'select 1'" \
		'savepoint a'
	lives begin "set audit.ticket = 'x'" \
		'drop function audit.capture_who()' \
		"create function audit.capture_who() returns record language sql as
			'select 1, 2'" 'savepoint a'
	lives begin "set audit.ticket = 'x'" \
		'drop type audit.who cascade' \
		'create type audit.who as (session int, actor bool, groups point)' \
		"create function audit.capture_who() returns audit.who language sql as
			'select 1, true, point(1, 2)'" 'savepoint a'
	all_or_nothing
}

@test "functions that are made anew under an open connection" {
	open_session
	say 'set search_path = s' "set audit.ticket = 'x'" 'update item set n = 2'
	sql "begin; create temp table was as
			select pg_get_functiondef(oid) as def, n from pg_proc,
			lateral (select case proname when 'capture_who' then 1 else 2
			    end) o(n) where pronamespace = 'audit'::regnamespace
			and proname in ('capture_who', 'capture_change');
		drop function audit.capture_who;
		drop function audit.capture_change;
		do \$\$ declare d text; begin
			for d in select def from was loop execute d; end loop;
		end \$\$; commit"
	say 'update item set n = 3' "alter table item alter name type json using '1'" \
		'update item set n = 4'
	close_session
	is "$(sql "select count(*) from audit.event where id >= '$SINCE'
		and op = 'update'")" 3
}

@test "the schema is dropped, renamed and made anew under open connections" {
	open_session
	say "set search_path = s" "update item set n = 2"
	audit-rule uninstall --drop-trail -y >/dev/null 2>&1 ||
		sql 'drop schema audit cascade' 2>/dev/null
	say "update item set n = 3" "insert into item values (3, 3)"
	audit-rule init --capture native
	audit-rule add s.item --name r
	say "update item set n = 4"
	is "$(sql 'select count(*) from audit.event where op in
		('"'update', 'insert'"')')" 2
	sql 'alter schema audit rename to audited' 'create schema audit'
	say "update item set n = 5"
	is "$(sql 'select count(*) from audited.event where op = '"'update'")" 4
	sql 'drop schema audit' 'alter schema audited rename to audit'
	say "update item set n = 6"
	is "$(sql 'select count(*) from audit.event where op = '"'update'")" 6
	close_session
}

@test "a table of 1600 columns, of none, of one that is as large as a page" {
	sql "create table wide($(printf 'c%d int, ' $(seq 1598)) y bool primary key)" \
		'create table bare()'
	audit-rule add s.wide s.bare --name wide
	psql -qX -v ON_ERROR_STOP=1 <<-'END'
		set search_path = s;
		insert into wide(y) values (true);
		update wide set c1 = 1, c1598 = 2;
		delete from wide;
		insert into bare default values;
		delete from bare;
	END
	is "$(sql "select count(*), max((select count(*) from jsonb_object_keys(
		coalesce(new, old)))) from audit.event where id >= '$SINCE'
		and op in ('insert', 'update', 'delete')")" '5|1599'
}

@test "cancelled, timed out or ended in the middle: nothing of it is there" {
	local writer

	refused 57014 "set statement_timeout = 30" \
		"insert into item select i, i from generate_series(10, 3000000) i"
	is "$(sql 'select count(*) from item')" 1
	for how in pg_cancel_backend pg_terminate_backend; do
		PGAPPNAME=bulk psql -qXc "insert into s.item
			select i, i from generate_series(10, 3000000) i" >/dev/null 2>&1 &
		writer=$!
		await gives t "select count(*) > 0 from pg_stat_activity
			where application_name = 'bulk' and state = 'active'"
		sql "select pg_sleep(0.1)" "select $how(pid) from pg_stat_activity
			where application_name = 'bulk'" >/dev/null
		# not in "run": its subshell has no such child
		wait "$writer" && status=0 || status=$?
		[ "$status" != 0 ]
	done
	is "$(sql "select count(*) from audit.event where id >= '$SINCE'
		and op = 'insert'")" 0
	all_or_nothing
}

@test "a query that capture runs is cancelled while it waits" {
	open_session
	say begin 'lock table audit.event in access exclusive mode'
	refused 55P03 'set lock_timeout = 50' 'update item set n = 9'
	refused 57014 'set statement_timeout = 50' 'update item set n = 9'
	say rollback
	close_session
	all_or_nothing
}

@test "many tables, many connections, many plans at once" {
	for i in $(seq 60); do
		echo "create table m$i(id int primary key, v text);"
	done | script
	audit-rule add 's.m*' --name many
	for i in $(seq 4); do
		for t in $(seq 60); do
			echo "insert into m$t values ($i, 'x'); update m$t set v = 'y' where id = $i;"
			[ $((t % 20)) != 0 ] || echo "alter table m$((t - i)) add c$i int;"
		done | psql -qX >/dev/null 2>&1 &
	done
	wait
	is "$(sql "select count(*) from audit.event where id >= '$SINCE'
		and op = 'insert'")" "$(sql "select count(*) from (
		$(for t in $(seq 60); do echo "select id from m$t union all"; done)
		select 0) x where id > 0")"
}
