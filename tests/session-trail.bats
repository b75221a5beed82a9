#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031 # each test has a shell of its own
# session-trail - sessions beside the rest: grants, check, seals, dump and
# restore, uninstall

load session

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	# shellcheck source=server.sh
	. "$ROOT/tests/server.sh"
	session_schema
}

teardown() {
	if [ -e "$SERVER_DIR/standby/postmaster.pid" ]; then standby_stop; fi
	drop_other_database
}

# in_another - a database with a trail, an audited table t and a session of ann
in_another() {
	other_database
	audit-rule init
	sql "create table t(id int primary key)"
	audit-rule add t --require-session
	sql "select audit.put_session_policy(null, '{\"idle\": \"1 h\", \"max_per_actor\": 2}')" >/dev/null
	log_in ann "'10.0.0.1', 'x/1', '{g}'"
	sql "begin; $(use); insert into t values (1); commit"
}

@test "a grant gives an application or an operator what he needs, and revoke takes it" {
	make_role ses_app login
	make_role ses_op login
	audit-rule grant ses_app app >/dev/null
	audit-rule grant ses_op operator >/dev/null
	is "$(sql "select string_agg(p.proname, ' ' order by p.proname) from pg_proc p
		where pronamespace = 'audit'::regnamespace and has_function_privilege('ses_app', p.oid, 'execute')")" \
		'close_session current_session log_login_failed log_read log_read log_read open_session put_reads session_alive use_session'
	is "$(sql "select string_agg(distinct c.relname, ' ') from pg_class c where relnamespace = 'audit'::regnamespace
		and relkind in ('r', 'v', 'p') and has_any_column_privilege('ses_app', c.oid, 'select, insert, update, references')")" trail
	is "$(sql "select string_agg(c.relname, ' ' order by c.relname) from pg_class c where relnamespace = 'audit'::regnamespace
		and relkind in ('r', 'v', 'p') and has_any_column_privilege('ses_op', c.oid, 'select, insert, update, references')")" \
		'session_blocked session_list session_policies session_policy trail'
	IFS='|' read -r ID TOKEN REFUSED < <(as ses_app sql "select * from audit.open_session('ann', '10.0.0.1')")
	as ses_app sql "begin; $(use); commit" "select audit.session_alive('$TOKEN')" \
		"select audit.log_login_failed('x')" >/dev/null
	as ses_op sql "select * from audit.session_list" "table audit.session_policies" "table audit.session_blocked" \
		"select * from audit.put_session_policy(null, '{\"idle\": \"1 h\"}')" "select * from audit.expire_sessions(true)" \
		"select * from audit.expire_sessions()" "select * from audit.session_backends('{$ID}')" \
		"select * from audit.session_events('{$ID}', audit.first_id(now() - interval '1 day'))" \
		"select * from audit.session_deeds('$ID')" "select * from audit.block_sessions('{$ID}')" \
		"select * from audit.unblock_sessions('{$ID}')" "select * from audit.block_actor('ann')" \
		"select * from audit.unblock_actor('ann')" "select * from audit.remove_session_policy(null)" >/dev/null
	is "$(sql "select role, count(*) from audit.event where op like 'session%' and id >= '$SINCE' group by 1")" 'ses_op|6'
	audit-rule revoke ses_app app
	audit-rule revoke ses_op operator
	as ses_app refused 42501 "$(use)"
	as ses_op refused 42501 'table audit.session_list'
	is "$(audit-rule check | jq -r 'select(.hole != "table_dropped")')" ''
	sql 'drop role ses_app, ses_op'
}

@test "seals hold over what sessions did, and check finds nothing" {
	in_another
	audit-seal >/dev/null
	sql "begin; $(use); insert into t values (2); commit"
	block >/dev/null
	sql "select audit.unblock_sessions('{$ID}')" "select audit.log_login_failed('eve')" \
		"select audit.put_session_policy('g', '{\"idle\": \"2 h\"}')" >/dev/null
	audit-seal >/dev/null
	sql "select audit.close_session('$TOKEN')" "select audit.expire_sessions()" >/dev/null
	log_in bob
	audit-seal >/dev/null
	is "$(audit-seal verify -q | jq -c 'select(.note != "unsigned") | [.verified, .unsealed]')" '[true,0]'
	run -0 audit-rule check
	is "$output" ''
}

@test "sessions go on after dump and restore" {
	in_another
	gone=$ID gone_token=$TOKEN
	block >/dev/null
	log_in ann "'10.0.0.1', 'x/1'"
	pg_dump -Fc "$PGDATABASE" >"$BATS_TEST_TMPDIR/dump"
	other_database
	pg_restore -d "$PGDATABASE" "$BATS_TEST_TMPDIR/dump"
	audit-rule apply --missing </dev/null >/dev/null 2>&1
	refused UA012 "$(use "$gone_token")"
	run -1 sql 'insert into t values (2)'
	sql "begin; $(use); insert into t values (2); commit" \
		"begin isolation level repeatable read; $(use); insert into t values (3); commit"
	is "$(sql "select count(*) from audit.event where session = '$ID' and op = 'insert'")" 2
	is "$(sql "select session, alive from audit.session_list order by 1")" "$gone|f
$ID|t"
	last=$ID
	log_in ann "'10.0.0.1', 'x/1'"
	log_in ann
	is "$REFUSED" limit
	is "$(sql "select new_device from audit.session where opened > (select opened from audit.session where id = '$last')")" f
	run -0 audit-rule check
	is "$output" ''
}

@test "uninstall leaves nothing of them" {
	in_another
	audit-rule uninstall -y >/dev/null
	sql "select count(*) from audit.session" >/dev/null
	audit-rule uninstall -y --drop-trail >/dev/null
	is "$(sql "select count(*) from pg_namespace where nspname = 'audit'")" 0
	is "$(sql "select count(*) from pg_proc where proname ~ 'session' and pronamespace = 'public'::regnamespace")" 0
	sql 'insert into t values (9)'
}

standby_stop() {
	server_as "$SERVER_BIN/pg_ctl" -s -D "$SERVER_DIR/standby" \
		-m immediate stop
}

@test "on a standby a session is used, and nothing is noted; a block is seen" {
	local rr='begin isolation level repeatable read;'

	policy '{"idle": "1 hour"}'
	log_in ann
	idle '30 min'
	sql checkpoint
	server_as "$SERVER_BIN/pg_basebackup" -h "$SERVER_DIR" -U postgres \
		-D "$SERVER_DIR/standby" -R -c fast
	server_as sh -c "echo port = 5433 >>'$SERVER_DIR/standby/postgresql.conf'"
	server_as "$SERVER_BIN/pg_ctl" -s -w -D "$SERVER_DIR/standby" \
		-l "$SERVER_DIR/standby.log" start 3>&- 4>&-
	for begin in 'begin;' "$rr"; do
		is "$(PGPORT=5433 sql "$begin $(use); select actor from audit.current_session(); commit" | tail -n 1)" ann
	done
	is "$(PGPORT=5433 sql "select audit.session_alive('$TOKEN')")" t
	PGPORT=5433 audit-session who | jq -r .actor | grep -qx ann
	block
	# what the standby has to replay; more may come meanwhile
	local written
	written=$(sql 'select pg_current_wal_flush_lsn()')
	PGPORT=5433 await gives t "select pg_last_wal_replay_lsn() >= '$written'"
	for begin in 'begin;' "$rr"; do
		PGPORT=5433 refused UA012 "$begin $(use)"
	done
	standby_stop
}
