#!/usr/bin/env bats
# attack - what an application's role and a table's owner try against the
# trail: it is refused, or it changes nothing, or audit-rule check finds it

load attack

setup_file() {
	attack_database
}

teardown_file() {
	attack_end
}

@test "an application's role reads nothing of the trail" {
	refused atk_web 42501 'select * from audit.event'
	refused atk_web 42501 'select secret from audit.trail'
	refused atk_web 42501 'table audit.rule'
	refused atk_web 42501 'table audit.partition'
	refused atk_web 42501 'table audit.seal'
	refused atk_web 42501 'copy audit.event to stdout'
	refused atk_web 42501 "select * from audit.matching()"
	for part in $(as postgres sql 'select part from audit.partition limit 2'); do
		refused atk_web 42501 "table $part"
	done
}

@test "it writes nothing there, by whatever statement" {
	refused atk_web 42501 "insert into audit.event(id, at, op)
		values (gen_random_uuid(), now(), 'update')"
	refused atk_web 42501 "update audit.event set actor = 'ann'"
	refused atk_web 42501 'delete from audit.event'
	refused atk_web 42501 'truncate audit.event'
	refused atk_web 42501 'delete from audit.event_rest'
	refused atk_web 42501 "insert into audit.event_rest(id, at, op)
		values (gen_random_uuid(), now(), 'update')"
	refused atk_web 42501 'delete from audit.plan'
	refused atk_web 42501 'update audit.rule set enabled = false'
	refused atk_web 42501 "insert into audit.seal
		values (0, now(), 1, '', '', '{}')"
	refused atk_web 42501 begin 'lock table audit.event in access share mode'
	refused atk_web 42501 'create table audit.mine()'
	refused atk_web '42501|42809' 'create table part partition of audit.event default'
}

@test "it calls nothing there" {
	refused atk_web 42501 "select audit.note('gap', null, null, null, null, null, null)"
	refused atk_web 42501 "select audit.ticket()"
	refused atk_web 42501 "select audit.ticket_mac('x')"
	refused atk_web 42501 'select audit.make_partitions(1)'
	refused atk_web 42501 "select audit.put_rule('{}', true)"
	refused atk_web 42501 'select audit.recompile(1)'
	# and all the others
	is "$(as postgres sql "select count(*) from pg_proc p
		where pronamespace = 'audit'::regnamespace
		and has_function_privilege('atk_web', p.oid, 'execute')")" 0
	is "$(as postgres sql "select has_schema_privilege('atk_web', 'audit', 'usage')")" f
}

@test "it does not switch the triggers off" {
	refused atk_web 42501 'alter table account disable trigger all'
	refused atk_web 42501 "alter table account disable trigger \"$TRIGGER\""
	refused atk_web 42501 "drop trigger \"$TRIGGER\" on account"
	refused atk_web 42501 "alter trigger \"$TRIGGER\" on account rename to x"
	refused atk_web 42501 'set session_replication_role = replica'
	refused atk_web 42501 'truncate account'
	refused atk_web 42501 'drop table account'
	refused atk_web 42501 'set role atk_shop'
	refused atk_web 42501 'set session authorization atk_dba'
	refused atk_web 42501 'create event trigger mine on ddl_command_start
		execute function pg_catalog.suppress_redundant_updates_trigger()'
	refused atk_web 42501 "alter role atk_web set audit.actor = 'x';
		alter role atk_dba set audit.actor = 'x'"
}

@test "it does not use the capture function for itself, whatever the argument" {
	as atk_web sql 'create table mine(id int primary key, v text)'
	refused atk_web 42501 'create trigger "!audit_1" after insert on mine
		for each row execute function audit.capture(1)'
	refused atk_web 42501 'create trigger mine after insert on mine
		for each row execute function audit.capture(1)'
	refused atk_web 42501 'create trigger mine before truncate on mine
		for each statement execute function audit.capture_truncate(1)'
}

@test "settings that it forges make no session and hide no change" {
	captured atk_web "set audit.ticket = '{\"session\":\"s\",\"actor\":\"ann\"}'"
	captured atk_web "set audit.ticket = '$(printf '0%.0s' {1..64}){\"session\":\"s\",\"actor\":\"ann\"}'"
	captured atk_web "set audit.session = 's'" "set audit.role = 'postgres'"
	captured atk_web "set audit.plan = ''" "set audit.enabled = off"
	is "$(as postgres sql "select count(*) from audit.event
		where session is not null or actor is not null")" 0
}

@test "names and settings of its own change nothing of what is recorded" {
	captured atk_web 'set quote_all_identifiers = on' 'set array_nulls = off'
	captured atk_web 'set transform_null_equals = on' 'set timezone = "Asia/Tokyo"'
	captured atk_web 'set search_path = pg_temp, public, pg_catalog' \
		'create temp table event(id int)' \
		'create temp table plan(id int)' \
		"create function pg_temp.to_jsonb(anyelement) returns jsonb
			language sql as 'select null::jsonb'" \
		"create function pg_temp.clock_timestamp() returns timestamptz
			language sql as 'select timestamptz ''2000-01-01'''"
	as atk_web sql "create function public.txid_current() returns bigint
			language sql as 'select 1::bigint'" \
		"create function public.gen_random_uuid() returns uuid
			language sql as 'select null::uuid'" \
		"create function public.eq(text, text) returns bool
			language sql as 'select false'" \
		"create operator public.= (leftarg = text, rightarg = text, function = public.eq)"
	captured atk_web 'set search_path = public, pg_catalog'
	captured atk_web "set statement_timeout = '10s'" 'set lock_timeout = 1' \
		'set work_mem = 64' 'set enable_indexscan = off' 'set plan_cache_mode = force_generic_plan'
}

@test "a transaction that it ends otherwise leaves what it should" {
	local before

	before=$(trail_now)
	as atk_web sql begin 'update account set money = 0' rollback
	is "$(trail_now)" "$before"
	captured atk_web begin 'savepoint a' 'update account set money = 0 where id = 1' \
		'rollback to a' 'release a' commit
	is "$(as postgres sql "select count(*) from audit.event
		where new ->> 'money' = '0'")" 0
}

@test "what a name says is never a statement" {
	local evil="x\"'; delete from audit.event; --"

	as atk_shop sql "create table \"${evil//\"/\"\"}\"(
		\"${evil//\"/\"\"}\" int primary key, \"\$1\" text, \"a,b\" text)"
	as atk_dba audit-rule add "\"${evil//\"/\"\"}\"" --label "\$1" --name evil
	as atk_shop sql "insert into \"${evil//\"/\"\"}\" values (1, '''); drop table account; --', 'x')" \
		"update \"${evil//\"/\"\"}\" set \"a,b\" = 'y'" \
		"alter table \"${evil//\"/\"\"}\" rename \"a,b\" to \"'||(select 1)||'\"" \
		"update \"${evil//\"/\"\"}\" set \"'||(select 1)||'\" = 'z'" \
		"truncate \"${evil//\"/\"\"}\""
	is "$(as postgres sql "select string_agg(op, ' ' order by id)
		from audit.event where \"table\" = 'x\"''; delete from audit.event; --'
		and op !~ '_'")" 'insert update update delete truncate'
	as atk_dba audit-log -t "\"${evil//\"/\"\"}\"" -k 1 >/dev/null
	as atk_dba audit-rule remove evil
	as atk_shop sql "drop table \"${evil//\"/\"\"}\""
}

@test "what a rule's condition says is never a statement either" {
	local when

	for when in 'true); delete from audit.event; --' \
		"(select count(*) from audit.event) > 0" \
		"pg_sleep(1) is null" "pg_read_file('/etc/passwd') > ''" \
		"set_config('role', 'atk_dba', false) > ''" \
		"money > 0; drop table account" "nextval('x') > 0" \
		"exists (select from pg_shadow)" "current_setting('x') = ''"; do
		run as atk_dba audit-rule add account --name w --when "$when"
		is "$status" 2
	done
}

@test "pg_write_all_data changes nothing of it" {
	as postgres sql 'grant pg_write_all_data to atk_eve'
	refused atk_eve 42501 "update audit.event set actor = 'ann'"
	refused atk_eve 42501 'delete from audit.event'
	refused atk_eve 42501 'truncate audit.event'
	refused atk_eve 42501 "insert into audit.event(id, at, op)
		values (gen_random_uuid(), now(), 'update')"
	refused atk_eve 42501 "insert into audit.event_rest(id, at, op)
		values (gen_random_uuid(), now(), 'update')"
	refused atk_eve 42501 "insert into audit.seal
		values (0, now(), 1, '', '', '{}')"
	refused atk_eve 42501 'delete from audit.leaf'
	as postgres sql 'revoke pg_write_all_data from atk_eve'
}

@test "default privileges that somebody set give nothing on what is made later" {
	local part

	as atk_dba sql 'alter default privileges grant all on tables to public' \
		'alter default privileges grant all on functions to public' \
		'alter default privileges grant all on schemas to public'
	as atk_dba sql 'select audit.make_partitions(14)' >/dev/null
	part=$(as postgres sql 'select part from audit.partition order by lo desc limit 1')
	refused atk_web 42501 "table $part"
	is "$(as postgres sql "select has_table_privilege('atk_web', '$part', 'insert')")" f
	is "$(holes)" ''
	as atk_dba sql 'alter default privileges revoke all on tables from public' \
		'alter default privileges revoke all on functions from public' \
		'alter default privileges revoke all on schemas from public'
}

@test "a table's owner may switch its triggers off, and check finds it" {
	local what

	for what in 'alter table account disable trigger all' \
		"alter table account disable trigger \"$TRIGGER\"" \
		"alter table account enable trigger \"$TRIGGER\"" \
		"alter table account enable replica trigger \"$TRIGGER\""; do
		as atk_shop sql "$what"
		run holes
		grep -q 'trigger_disabled public.account' <<<"$output"
		as atk_dba audit-rule apply --missing
		is "$(holes)" ''
	done
	for what in "drop trigger \"$TRIGGER\" on account" \
		"alter trigger \"$TRIGGER\" on account rename to harmless" \
		"drop trigger \"${TRIGGER/audit/audit_truncate}\" on account"; do
		as atk_shop sql "$what"
		run holes
		grep -qE 'trigger_(missing|altered|stray) public.account' <<<"$output"
		as atk_dba audit-rule apply --missing
		is "$(holes)" ''
	done
	captured atk_web 'select 1'
}

@test "an owner's triggers, rules and policies do not hide a change that happens" {
	as atk_shop sql "create function drop_it() returns trigger language plpgsql
			as 'begin return null; end'" \
		'create trigger "!aaa" after update on account for each row execute function drop_it()' \
		'create trigger zzz after update on account for each row execute function drop_it()' \
		'alter table account enable row level security' \
		'alter table account force row level security' \
		'create policy p on account using (true)'
	captured atk_web 'select 1'
	as atk_shop sql 'drop trigger "!aaa" on account' 'drop trigger zzz on account' \
		'drop policy p on account' 'alter table account no force row level security' \
		'alter table account disable row level security'
}

@test "another table under the name, and a child beside it, are found" {
	as atk_shop sql 'create table heir() inherits (account)'
	grep -q 'heir' <<<"$(holes)"
	as atk_shop sql 'drop table heir' 'alter table account rename to account_old' \
		'create table account(like account_old including all)' \
		"insert into account select * from account_old"
	# the rule follows the table; check --all tells of the new one
	as atk_dba audit-rule check --all | jq -r '.table' | grep -qx 'public.account'
	as atk_shop sql 'drop table account' 'alter table account_old rename to account'
	is "$(holes)" ''
}

@test "an owner does not make his table part of the trail" {
	refused atk_shop 42501 'alter table account set schema audit'
	refused atk_shop '42501|42P16' 'alter table audit.event attach partition account default'
	refused atk_shop 42501 'alter table account inherit audit.event'
	refused atk_shop 42501 'create view v as select * from audit.event; select * from v'
	refused atk_shop 42501 'alter function audit.capture() owner to atk_shop'
	refused atk_shop 42501 "create or replace function audit.capture() returns trigger
		language plpgsql as \$\$begin return null; end\$\$"
	refused atk_shop 42501 'grant select on audit.event to atk_web'
	refused atk_shop 42501 'drop schema audit cascade'
	refused atk_shop 42501 'alter schema audit rename to x'
}

@test "the trail's owner and a superuser change nothing by plain SQL either" {
	local who

	for who in atk_dba postgres; do
		refused "$who" 42501 "update audit.event set actor = 'ann'"
		refused "$who" 42501 'delete from audit.event where false'
		refused "$who" 42501 'truncate audit.event'
		refused "$who" 42501 'set session_replication_role = replica;
			delete from audit.event'
		refused "$who" 42501 'delete from audit.seal'
		refused "$who" 42501 'truncate audit.leaf'
		refused "$who" 42501 "update audit.seal_state set state = ''"
	done
	captured postgres 'set session_replication_role = replica'
}

@test "what the trail's owner can do all the same, check finds" {
	as atk_dba sql 'alter table audit.event disable trigger "!audit_guard"'
	grep -q 'guard_missing audit.event' <<<"$(holes)"
	as atk_dba sql "select audit.protect('audit.event')" >/dev/null
	as atk_dba sql 'alter table audit.seal disable trigger all'
	grep -q 'guard_missing audit.seal' <<<"$(holes)"
	as atk_dba sql "select audit.protect('audit.seal')" >/dev/null
	as atk_dba sql 'grant insert on audit.event to atk_eve'
	grep -q 'foreign_grant audit.event' <<<"$(holes)"
	as atk_dba sql 'revoke all on audit.event from atk_eve'
	as atk_dba sql "alter function audit.actor() security definer"
	grep -q 'function_altered audit.actor()' <<<"$(holes)"
	as atk_dba sql "alter function audit.actor() security invoker"
	as atk_dba sql "delete from audit.plan"
	grep -q 'plan' <<<"$(holes)"
	as atk_dba audit-rule apply --missing
	as atk_dba sql "create function swallow() returns trigger language plpgsql
			as 'begin return null; end'" \
		'create trigger swallow before insert on audit.event
			for each row execute function swallow()'
	grep -q 'trail_altered audit.event' <<<"$(holes)"
	as atk_dba sql 'drop function swallow() cascade'
	is "$(holes)" ''
}
