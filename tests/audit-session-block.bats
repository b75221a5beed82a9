#!/usr/bin/env bats
# audit-session block and unblock: who is thrown out, and with --kill at once

load audit-session

setup_file() {
	session_database
}

teardown_file() {
	session_end
	PGDATABASE=postgres sql 'drop role if exists session_lord'
}

setup() {
	sql 'truncate audit.session, audit.session_activity, audit.session_actor'
	cd "$BATS_TEST_TMPDIR" || return
}

# states - actor and reason of each session
states() {
	audit-session list | jq -r '"\(.actor) \(.reason)"' | xargs
}

@test "block ends sessions for good, and the trail says why" {
	login alice
	run -0 --separate-stderr operator block --why 'stolen, "it" says' "$id"
	is "$output$stderr" ""
	is "$(states)" 'alice blocked'
	run -1 --separate-stderr session use <<<"$token"
	is "$(audit-log --op session_block -l 1 | jq -c '[.role, .key.session == "'"$id"'", .new.why]')" \
		'["session_operator",true,"stolen, \"it\" says"]'
	login alice
	run -0 --separate-stderr operator block -v --kill "${id:0:30}"
	is "$stderr" "audit-session: session $id of alice has ended
audit-session: 0 connections ended"
	is "$(states)" 'alice blocked alice killed'
}

@test "what had ended before is said with -v, and is no failure" {
	login alice
	session close <<<"$token"
	run -0 --separate-stderr operator block "$id"
	is "$output$stderr" ""
	run -0 --separate-stderr operator block -v "$id"
	is "$stderr" "audit-session: session $id of alice had ended before"
	is "$(states)" 'alice logout'
}

@test "all that are named are ended, or none" {
	login alice
	one=$id
	login bob
	run -1 --separate-stderr operator block "$one" ffffffff "$id" -a carl
	is "$stderr" "audit-session: ffffffff: no such session"
	run -2 --separate-stderr operator block "$one" "${one:0:4}"
	is "$stderr" "audit-session: ${one:0:4}: more than one session begins so"
	run -2 --separate-stderr operator block "$one" -a ''
	is "$(states)" 'alice null bob null'
	is "$(operator block)" ''
	operator block "$one" "$id" "$one"
	is "$(states)" 'alice blocked bob blocked'
}

@test "an actor is kept out until he is let in again" {
	login alice
	login alice
	login bob
	run -0 --separate-stderr operator block -v -a alice -a 'nobody yet' --why fraud
	is "$(head -n 1 <<<"$stderr")" "audit-session: alice is blocked"
	is "$(wc -l <<<"$stderr")" 4
	is "$(states)" 'alice blocked alice blocked bob null'
	is "$(operator block | jq -c '[.actor, .blocked_by, .why]')" \
		$'["alice","session_operator","fraud"]\n["nobody yet","session_operator","fraud"]'
	is "$(operator unblock)" "$(operator block)"
	run -1 session open -a alice
	run -0 --separate-stderr operator block -v -a alice
	is "$stderr" "audit-session: alice was blocked already"
	run -0 --separate-stderr operator unblock -v -a alice -a bob
	is "$stderr" "audit-session: alice may have sessions again
audit-session: bob was not blocked"
	session open -a alice
}

@test "unblock brings a session back, or says why not" {
	login alice
	operator block "$id"
	run -0 --separate-stderr operator unblock -v "$id"
	is "$stderr" "audit-session: session $id of alice is open again"
	session use <<<"$token" >/dev/null
	run -0 --separate-stderr operator unblock -v "$id"
	is "$stderr" "audit-session: session $id of alice is open"
	operator block -a alice
	run -1 --separate-stderr operator unblock "$id"
	is "$stderr" "audit-session: session $id stays closed: alice is blocked"
	operator unblock -a alice
	operator unblock "$id"
	session close <<<"$token"
	run -1 --separate-stderr operator unblock "$id"
	is "$stderr" "audit-session: session $id of alice stays closed: logout"
	run -1 --separate-stderr operator unblock ffffffff
	is "$stderr" "audit-session: ffffffff: no such session"
}

@test "an actor and his session are let in again together" {
	login alice
	operator block -a alice
	run -0 --separate-stderr operator unblock -v -a alice "$id"
	is "$stderr" "audit-session: alice may have sessions again
audit-session: session $id of alice is open again"
}

# waiting N - so many connections of audit-session wait for a lock
waiting() {
	is "$(sql "select count(*) from pg_stat_activity where application_name = 'audit-session'
		and wait_event_type = 'Lock' and datname = current_database()")" "$1"
}

@test "operators who name the same actors in another order never wait for each other" {
	login adam
	open_session
	say begin "select from audit.session_actor where actor = 'adam' for update" >/dev/null
	operator block -a adam -a zoe 2>one &
	first=$!
	await waiting 1
	operator block -a zoe -a adam 2>other &
	second=$!
	await waiting 2
	say commit >/dev/null
	close_session
	wait "$first"
	wait "$second"
	is "$(cat one other)" ''
	is "$(operator block | jq -r .actor | xargs)" 'adam zoe'
}

@test "block without arguments prints, and options alone are misuse" {
	is "$(operator block)" ''
	for bad in '--why x' --kill; do
		# shellcheck disable=SC2086 # these are words
		run -2 --separate-stderr operator block $bad
		is "$stderr" "audit-session: block: say which sessions, or -a whose"
	done
	run -2 --separate-stderr operator unblock --kill
	run -2 --separate-stderr operator block -a x -f json
}

@test "what has been idle is ended by a pipe" {
	login alice
	aged "$id" '2 hours'
	login bob
	as session_operator bash -o pipefail -c "audit-session list --open | jq -r 'select(.idle_seconds > 3600) | .session' | xargs -r audit-session block"
	is "$(states)" 'alice blocked bob null'
	as session_operator bash -o pipefail -c "audit-session list --open | jq -r 'select(.idle_seconds > 3600) | .session' | xargs -r audit-session block"
}

@test "an open transaction of a blocked session writes no more" {
	login alice
	PGUSER=session_app open_session
	say begin "select audit.use_session('$token')" "insert into t values (1, 'x')" >/dev/null
	operator block "$id"
	say "insert into t values (2, 'x')" 2>said || true
	say commit
	close_session
	is "$(sql 'select count(*) from t')" 0
}

# --kill

@test "--kill ends the connections that are in the session, when it is blocked" {
	sql 'grant pg_signal_backend to session_operator'
	login alice
	PGUSER=session_app open_session
	say begin "select audit.use_session('$token')" >/dev/null
	run -0 --separate-stderr operator block -v --kill "$id"
	is "$stderr" "audit-session: session $id of alice has ended
audit-session: 1 connection ended"
	close_session 2>/dev/null || true
	# of the session it has ended; that it is gone shows a moment later
	await gives 0 "select count(*) from pg_stat_activity where usename = 'session_app'"
	sql 'revoke pg_signal_backend from session_operator'
	is "$(states)" 'alice killed'
}

@test "without the right to it, --kill says which go on and what it takes: exit 3" {
	login alice
	PGUSER=session_app open_session
	say begin "select audit.use_session('$token')" >/dev/null
	# who logged in may not have gone yet
	pid=$(say "select pg_backend_pid()")
	run -3 --separate-stderr operator block --kill "$id"
	is "$stderr" "audit-session: pid $pid of role session_app goes on: to end it takes membership in session_app, or in pg_signal_backend
audit-session: the sessions are blocked, their connections go on"
	is "$(states)" 'alice killed'
	is "$(sql "select count(*) from pg_stat_activity where pid = $pid")" 1
	# and with it the same call ends them
	sql 'grant session_app to session_operator'
	run -0 --separate-stderr operator block -v --kill "$id"
	[[ $stderr == *"1 connection ended" ]]
	sql 'revoke session_app from session_operator'
	close_session 2>/dev/null || true
}

@test "a superuser's connection is not ended by an operator" {
	sql 'grant pg_signal_backend to session_operator'
	sql_in postgres 'drop role if exists session_lord' 'create role session_lord login superuser'
	login alice
	PGUSER=session_lord open_session
	say begin "select audit.use_session('$token')" >/dev/null
	run -3 --separate-stderr operator block --kill -a alice
	[[ $stderr == *"of role session_lord goes on: only a superuser may end it"* ]]
	audit-session block --kill "$id"
	close_session 2>/dev/null || true
	sql 'revoke pg_signal_backend from session_operator'
}

@test "no connection but those in the session is ended" {
	login alice
	other=$token
	login bob
	PGUSER=session_app open_session
	say begin "select audit.use_session('$other')" >/dev/null
	run -0 --separate-stderr audit-session block -v --kill "$id"
	[[ $stderr == *"0 connections ended" ]]
	is "$(say 'select 7')" 7
	say rollback
	close_session
}
