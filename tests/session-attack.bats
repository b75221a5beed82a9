#!/usr/bin/env bats
# shellcheck disable=SC2034 # the helpers use what is set
# session-attack - what an application's role, an operator, an auditor, an admin
# and a table's owner try against sessions

load attack
load session

setup_file() {
	attack_database
	local role

	for role in atk_op atk_aud atk_adm; do
		make_role "$role" login
	done
	as atk_dba audit-rule grant atk_web app >/dev/null
	as atk_dba audit-rule grant atk_op operator >/dev/null
	as atk_dba audit-rule grant atk_aud auditor >/dev/null
	as atk_dba audit-rule grant atk_adm admin >/dev/null
}

teardown_file() {
	attack_end
	sql_in postgres 'drop role atk_op, atk_aud, atk_adm'
}

setup() {
	IFS='|' read -r ID TOKEN REFUSED < <(
		as atk_web sql "select * from audit.open_session('ann')")
	DIGEST=$(printf %s "$TOKEN" | sha256sum | cut -c 1-64)
}

teardown() {
	connection_end
}

# the refused of attack.bash was overwritten by that of capture.bash
load attack

everybody='atk_web atk_op atk_aud atk_adm atk_shop atk_eve'

@test "nobody reads a token's digest" {
	local role

	for role in $everybody; do
		refused "$role" 42501 'select token from audit.session'
		refused "$role" 42501 "select id from audit.session where token = '\\x$DIGEST'"
		refused "$role" 42501 'select s from audit.session s'
		refused "$role" 42501 'table audit.session'
		refused "$role" 42501 'copy audit.session to stdout'
		refused "$role" 42501 'copy (select row_to_json(s) from audit.session s) to stdout'
		refused "$role" 42501 'select id from audit.session order by token'
		refused "$role" '42501|42P01' 'select * from audit.session natural join (select null::bytea as token) x'
	done
	sql 'analyze audit.session'
	for role in $everybody; do
		is "$(as "$role" sql "select count(*) from pg_stats where tablename = 'session' and attname = 'token'")" 0
	done
	# what they may see has it nowhere
	for role in atk_op atk_aud; do
		as "$role" sql 'select * from audit.session_list' 'select * from audit.session_blocked' \
			'select * from audit.session_policies' >"$BATS_TEST_TMPDIR/seen"
		grep -q "$ID" "$BATS_TEST_TMPDIR/seen"
		run grep -ciE "$TOKEN|$DIGEST" "$BATS_TEST_TMPDIR/seen"
		is "$output" 0
	done
	as atk_aud sql 'select * from audit.event' >"$BATS_TEST_TMPDIR/seen"
	run grep -ciE "$TOKEN|$DIGEST" "$BATS_TEST_TMPDIR/seen"
	is "$output" 0
}

@test "nobody writes the tables of sessions" {
	local role table

	for role in $everybody; do
		for table in session session_activity session_actor session_known session_policy; do
			refused "$role" 42501 "insert into audit.$table select * from audit.$table"
			refused "$role" 42501 "insert into audit.$table default values"
			refused "$role" 42501 "delete from audit.$table"
			refused "$role" 42501 "truncate audit.$table"
			refused "$role" 42501 begin "lock audit.$table in access exclusive mode"
			refused "$role" 42501 "create trigger x before insert on audit.$table for each row
				execute function suppress_redundant_updates_trigger()"
			refused "$role" 42501 "create rule x as on update to audit.$table do instead nothing"
			refused "$role" 42501 "alter table audit.$table disable row level security"
		done
		refused "$role" 42501 "update audit.session set closed = null, reason = null"
		refused "$role" 42501 "update audit.session_activity set seen = now()"
		refused "$role" 42501 "update audit.session_actor set blocked = null"
		refused "$role" 42501 "update audit.session_policy set idle = null"
		refused "$role" '42501|55000' "update audit.session_list set actor = 'x'"
		refused "$role" '42501|55000' "delete from audit.session_blocked"
		refused "$role" 42501 "select 1 from audit.session for update"
		refused "$role" 42501 "select 1 from audit.session_policy for share"
	done
}

@test "each kind calls what is its own, and nobody the owner's" {
	local role

	for role in $everybody; do
		refused "$role" 42501 "select audit.end_session('$ID', 'logout', now(), now())"
		refused "$role" 42501 "select audit.note_use('$ID', '1 h')"
		refused "$role" 42501 "select audit.note_session('login', 'x', 'x', null, null)"
		refused "$role" 42501 "select audit.close_due(null)"
		refused "$role" 42501 "select audit.end_sessions('{$ID}', false)"
		refused "$role" 42501 "select audit.make_room('ann', null)"
		refused "$role" 42501 "select audit.is_new('ann', '{x}')"
		refused "$role" 42501 "select audit.note_policy(null, null, null)"
	done
	for role in atk_op atk_aud atk_adm atk_shop atk_eve; do
		refused "$role" 42501 "select audit.open_session('x')"
		refused "$role" 42501 "select audit.use_session('$TOKEN')"
		refused "$role" 42501 "select audit.close_session('$TOKEN')"
		refused "$role" 42501 "select audit.session_alive('$TOKEN')"
		refused "$role" 42501 "select audit.log_login_failed('x')"
	done
	for role in atk_web atk_aud atk_adm atk_shop atk_eve; do
		refused "$role" 42501 "select audit.block_sessions('{$ID}')"
		refused "$role" 42501 "select audit.unblock_sessions('{$ID}')"
		refused "$role" 42501 "select audit.block_actor('ann')"
		refused "$role" 42501 "select audit.unblock_actor('ann')"
		refused "$role" 42501 "select audit.expire_sessions()"
		refused "$role" 42501 "select audit.put_session_policy(null, '{}')"
		refused "$role" 42501 "select audit.remove_session_policy(null)"
		refused "$role" 42501 "select audit.session_backends('{$ID}')"
	done
	for role in atk_web atk_adm atk_shop atk_eve; do
		refused "$role" 42501 'select * from audit.session_list'
		refused "$role" 42501 'select * from audit.session_policies'
		refused "$role" 42501 'select id from audit.session'
		refused "$role" 42501 "select audit.session_events('{$ID}', audit.first_id(now()))"
	done
	refused atk_op 42501 'select * from audit.event'
	refused atk_op 42501 'select secret from audit.trail'
	is "$(as atk_op sql 'select count(*) from audit.session_list' | grep -c 0)" 0
}

@test "what has ended stays ended, whatever the application tries" {
	as atk_op sql "select audit.block_sessions('{$ID}')" >/dev/null
	refused atk_web UA012 "select audit.use_session('$TOKEN')"
	refused atk_web UA012 begin "savepoint a" "select audit.use_session('$TOKEN')"
	refused atk_web UA012 "set audit.session = '$ID'" "select audit.use_session('$TOKEN')"
	# nor does it take another one's
	refused atk_web UA010 "select audit.use_session('$ID')"
	refused atk_web UA010 "select audit.use_session('$DIGEST')"
	refused atk_web UA010 "select audit.use_session(E'\\\\x$DIGEST')"
	# the ticket that it had
	captured atk_web "set audit.ticket = '$ID.$DIGEST'"
	captured atk_web "set audit.ticket = '$ID.$TOKEN'"
	# made as use_session() makes it, but of what it knows
	captured atk_web "begin" "select set_config('audit.ticket', '$ID.' || encode(sha256(sha256('$TOKEN') ||
		int4send(pg_backend_pid()) || timestamptz_send(now())), 'hex'), true)"  2>/dev/null &&
		false
	is "$(as postgres sql "select count(*) from audit.event where session = '$ID' and op = 'update'")" 0
}

@test "a name of its own in its search_path is run by none of our functions" {
	as atk_web sql 'drop schema if exists evil cascade' 2>/dev/null || true
	as postgres sql 'drop schema if exists evil cascade' 'create schema evil authorization atk_web' \
		"grant usage on schema evil to public" "grant temporary on database $PGDATABASE to public"
	as atk_web script <<-'END'
	create table evil.ran(who text);
	grant all on evil.ran to public;
	create function evil.spy() returns bool language plpgsql as $$
	begin
		if current_user not in ('atk_web', 'atk_op') then
			insert into evil.ran values (current_user);
		end if;
		return true;
	end $$;
	create function evil.eq(text, text) returns bool language sql as 'select evil.spy()';
	create function evil.eq(bytea, bytea) returns bool language sql as 'select evil.spy()';
	create function evil.less(timestamptz, timestamptz) returns interval language sql as 'select ''0''::interval where evil.spy()';
	create function evil.ge(interval, interval) returns bool language sql as 'select evil.spy()';
	create operator evil.= (leftarg = text, rightarg = text, function = evil.eq);
	create operator evil.= (leftarg = bytea, rightarg = bytea, function = evil.eq);
	create operator evil.- (leftarg = timestamptz, rightarg = timestamptz, function = evil.less);
	create operator evil.>= (leftarg = interval, rightarg = interval, function = evil.ge);
	create function evil.sha256(bytea) returns bytea language sql as 'select ''\x00''::bytea where evil.spy()';
	create function evil.clock_timestamp() returns timestamptz language sql as 'select timestamptz ''2000-01-01'' where evil.spy()';
	create function evil.gen_random_uuid() returns uuid language sql as 'select ''00000000-0000-0000-0000-000000000000''::uuid where evil.spy()';
	create function evil.encode(bytea, text) returns text language sql as 'select ''x'' where evil.spy()';
	create function evil.set_config(text, text, bool) returns text language sql as 'select ''x'' where evil.spy()';
	create function evil.current_setting(text, bool) returns text language sql as 'select ''x'' where evil.spy()';
	create function evil.hashtextextended(text, bigint) returns bigint language sql as 'select 1::bigint where evil.spy()';
	create function evil.min(interval) returns interval language sql as 'select ''1 s''::interval where evil.spy()';
	create function evil.host(inet) returns text language sql as 'select ''x'' where evil.spy()';
	create function evil.pg_try_advisory_xact_lock_shared(bigint) returns bool language sql as 'select evil.spy()';
	grant execute on all functions in schema evil to public;
	END
	for path in 'evil, pg_catalog' 'pg_temp, evil, pg_catalog' 'evil, audit, pg_catalog'; do
		IFS='|' read -r id token _ < <(as atk_web sql "set search_path = $path" \
			"select session, token, refused from audit.open_session('mallory', '10.0.0.1', 'x 1.0')")
		[[ $token =~ ^[0-9a-f]{64}$ ]]
		as atk_web script <<-END
			set search_path = $path;
			create temp table session(id text, token bytea, actor text);
			create temp table session_activity(id text, seen timestamptz);
			create temp table session_policy(idle interval);
			create temp table pg_locks(locktype text);
			create type pg_temp.who as (a int);
			create domain pg_temp.text as int;
			begin;
			select audit.use_session('$token');
			update public.account set money = money + 1 where id = 1;
			commit;
			select audit.session_alive('$token');
			select audit.log_login_failed('x', 'y', '::1');
		END
		as atk_op script >/dev/null <<-END
			set search_path = $path;
			select audit.put_session_policy('g', '{"idle": "1 h"}');
			select audit.block_sessions('{$id}', 'x');
			select audit.unblock_sessions('{$id}', 'x');
			select audit.expire_sessions();
			select audit.session_backends('{$id}');
			select audit.block_actor('mallory');
			select audit.unblock_actor('mallory');
			select audit.remove_session_policy('g');
		END
		is "$(as postgres sql "select op, actor, session = '$id' from audit.event
			where op = 'update' order by id desc limit 1")" 'update|mallory|t'
		is "$(as postgres sql 'select distinct who from evil.ran')" ''
	done
	as postgres sql 'drop schema evil cascade'
}

@test "settings of whoever calls change no session's fate" {
	local settings

	as atk_op sql "select audit.put_session_policy(null, '{\"idle\": \"1 day 00:00:01\", \"max_age\": \"1 mon\"}')" >/dev/null
	for settings in "set datestyle = 'SQL, DMY'" "set datestyle = 'German'" \
		'set intervalstyle = sql_standard' 'set intervalstyle = iso_8601' \
		'set standard_conforming_strings = off' 'set backslash_quote = on' \
		"set timezone = 'Pacific/Kiritimati'" "set timezone = '+167'" 'set bytea_output = escape' \
		'set extra_float_digits = -15' 'set transform_null_equals = on' 'set array_nulls = off' \
		'set quote_all_identifiers = on' 'set xmloption = document' \
		'set plan_cache_mode = force_generic_plan' 'set enable_indexscan = off; set enable_seqscan = off' \
		"set lock_timeout = 1" "set row_security = off" "set default_transaction_isolation = serializable" \
		'set session_replication_role = origin' 'set work_mem = 64; set jit = on; set jit_above_cost = 0' \
		"set client_encoding = latin1" 'set synchronous_commit = off' \
		"set application_name = 'x''); drop table account; --'"; do
		[[ $settings != *session_replication_role* ]] || continue
		IFS='|' read -r id token _ < <(as atk_web sql "$settings" \
			"select * from audit.open_session('set', '10.1.1.1', 'Firefox/1.0', '{a,b}', '{\"n\": 0.1}')" | tail -n 1)
		captured atk_web "$settings" begin "select audit.use_session('$token') is null" >/dev/null ||
			as atk_web sql "$settings" "begin; select audit.use_session('$token');
				update account set money = money + 1 where id = 1; commit" >/dev/null
		is "$(as postgres sql "select session = '$id', actor from audit.event where op = 'update' order by id desc limit 1")" 't|set'
		is "$(as atk_op sql "$settings" "select alive, addr, idle = '1 day 00:00:01', max_age = '1 mon',
			duration_seconds between 0 and 60 from audit.session_list where session = '$id'" | tail -n 1)" 't|10.1.1.1|t|t|t'
		is "$(as atk_op sql "$settings" 'select count(*) from audit.expire_sessions()' | tail -n 1)" 0
		is "$(as atk_op sql "$settings" "select line from audit.session_policies" | tail -n 1)" \
			'{"group" : null, "idle" : "1 day 00:00:01", "max_age" : "1 mon", "max_per_actor" : null, "on_limit" : null}'
	done
	as atk_op sql "select audit.remove_session_policy(null)" >/dev/null
}

@test "locks that others hold under our keys stop nobody" {
	local key

	key=$(sql "select audit.session_key('$ID')")
	PGUSER=atk_eve open_session
	say "select pg_advisory_lock($key)" >/dev/null
	captured atk_web "set lock_timeout = 1"
	as atk_web timeout 5 psql -qAtX -v ON_ERROR_STOP=1 -c "begin; select audit.use_session('$TOKEN');
		update account set money = 3 where id = 1; commit" >/dev/null
	is "$(sql "select session from audit.event where op = 'update' order by id desc limit 1")" "$ID"
	is "$(as atk_op timeout 5 psql -qAtX -c "select pid from audit.session_backends('{$ID}')")" ''
	as atk_op timeout 5 psql -qAtX -c "select audit.block_sessions('{$ID}')" >/dev/null
	close_session
	session=
}

@test "who may write all data could write these, too, and check says so" {
	sql 'grant pg_write_all_data to atk_eve'
	grep -q 'foreign_grant audit' <<<"$(holes)"
	sql 'revoke pg_write_all_data from atk_eve'
}

@test "check finds nothing amiss after all this" {
	run as atk_dba audit-rule check
	is "$output" ''
}
