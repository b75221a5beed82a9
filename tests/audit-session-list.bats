#!/usr/bin/env bats
# audit-session list, show and who: what they print, and for whom

load audit-session

firefox='Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0'
iphone='Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1'

setup_file() {
	session_database
}

teardown_file() {
	session_end
}

setup() {
	sql 'truncate audit.session, audit.session_activity, audit.session_actor, audit.session_known'
	cd "$BATS_TEST_TMPDIR" || return
}

# The lines

@test "a line has these keys in this order" {
	login alice --addr 10.0.0.7 --user-agent "$firefox"
	is "$(operator list | jq -c keys_unsorted)" '["session","actor","opened","last_activity","idle_seconds","closed","reason","duration_seconds","active_seconds","addr","browser","browser_version","os","os_version","device","device_type","new_device","events"]'
	is "$(operator show "$id" | jq -c 'keys_unsorted[18:]')" '["groups","role","app","user_agent","details","operations","tables"]'
	is "$(operator list | jq -c '[.actor, .closed, .reason, .addr, .browser, .browser_version, .os, .device_type, .new_device, .events]')" \
		'["alice",null,null,"10.0.0.7","Firefox","125.0","Linux","desktop",true,1]'
	is "$(operator who | jq -c keys_unsorted)" '["actor","sessions","opened","last_activity","idle_seconds","addr","browser","os"]'
}

@test "times and seconds are exact" {
	login alice
	sql "update audit.session set opened = '2026-11-01 10:00:00.000001Z', closed = '2026-11-01 11:00:00.5Z',
		reason = 'logout', seen = '2026-11-01 10:59:59Z', active = '90.25 s' where id = '$id'"
	TZ=Asia/Tokyo operator list >line
	grep -q '"opened":"2026-11-01T10:00:00.000001Z","last_activity":"2026-11-01T10:59:59.000000Z","idle_seconds":null,"closed":"2026-11-01T11:00:00.500000Z","reason":"logout","duration_seconds":3600.499999,"active_seconds":90.25,' line
}

@test "a device or network never seen is new, and once only" {
	login alice --addr 10.0.0.7 --user-agent "$firefox"
	login alice --addr 10.0.0.8 --user-agent "$firefox"
	login alice --addr 10.9.0.8 --user-agent "$firefox"
	login alice --addr 10.9.0.8 --user-agent "$iphone"
	login bob --addr 10.9.0.8 --user-agent "$iphone"
	is "$(operator list | jq -r .new_device | xargs)" 'true false true true true'
	is "$(operator list -l 1 | jq -r '"\(.browser) \(.os) \(.device_type)"')" \
		'Mobile Safari iOS mobile'
}

@test "client hints count, and rules of one's own" {
	login alice --user-agent "$firefox" \
		--details '{"client_hints": {"Sec-CH-UA-Platform": "\"Windows\""}}'
	is "$(operator list | jq -r .os)" Windows
	cat >rules.yaml <<-'END'
		user_agent_parsers:
		  - regex: '(Fire)fox'
		    family_replacement: 'Our $1'
		os_parsers: []
		device_parsers: []
	END
	is "$(operator list --regexes rules.yaml | jq -r .browser)" 'Our Fire'
	PGHOST=/nonexistent run -2 --separate-stderr operator list --regexes none.yaml
	[[ $stderr == "audit-session: --regexes: "* ]]
}

@test "events of each session are counted, by operation and table in show" {
	login alice
	in_session "$token" 'truncate t' 'insert into t select generate_series(1, 3)' \
		"update t set v = 'x' where id < 3"
	login bob
	is "$(operator list | jq -r '"\(.actor) \(.events)"')" $'alice 7\nbob 1'
	[[ $(operator show "$(operator list -a alice | jq -r .session)") == \
		*'"operations":{"insert":3,"update":2,"login":1,"truncate":1},"tables":{"t":6}}' ]]
}

# Which

@test "actor, network, number and state choose" {
	login alice --addr 10.0.0.7
	session close <<<"$token"
	login bob --addr 10.1.0.7
	login carl --addr 2001:db8::1
	of() {
		operator list "$@" | jq -r .actor | xargs
	}
	is "$(of)" 'alice bob carl'
	is "$(of --open)" 'bob carl'
	is "$(of -a alice -a carl)" 'alice carl'
	is "$(of -a nobody)" ''
	is "$(of --addr 10.0.0.0/8)" 'alice bob'
	is "$(of --addr 2001:db8::/32)" carl
	is "$(of -l 2)" 'bob carl'
	is "$(of -l 1 --addr 10.0.0.0/8)" bob
	for bad in "--addr 10" "-l 0" "-l x" "-s nonsense" "-u 5x" "-f xml" "alice" "--why x"; do
		# shellcheck disable=SC2086 # these are words
		run -2 --separate-stderr operator list $bad
		is "$output" ""
	done
	run -2 --separate-stderr operator list --addr 10
	[[ $stderr == "audit-session: --addr 10: "* ]]
}

@test "since and until find the sessions that were open then" {
	for n in 1 2 3; do
		sql "insert into audit.session(id, token, actor, role, opened, new_device, closed, reason, seen, active)
			select audit.new_id(o), sha256('$n'), '$n', 'x', o, false, o + '1 h', 'logout', o, '0'
			from (select '2026-10-0$n 12:00Z'::timestamptz) x(o)"
	done
	of() {
		TZ=UTC operator list "$@" | jq -r .actor | xargs
	}
	is "$(of -s '2026-10-02 12:30')" '2 3'
	is "$(of -s '2026-10-02 13:00:01')" 3
	is "$(of -u '2026-10-02 12:00')" 1
	is "$(of -u '2026-10-02 12:00:01')" '1 2'
	is "$(of -s '2026-10-02 12:30' -u '2026-10-02 12:31')" 2
	is "$(of -s -1d)" ''
}

@test "a session may be named by its beginning, if that is enough" {
	login alice
	one=$id
	login bob
	is "$(operator show "${one:0:23}" | jq -r .actor)" alice
	run -2 --separate-stderr operator show "${one:0:5}"
	is "$stderr" "audit-session: ${one:0:5}: more than one session begins so"
	run -1 --separate-stderr operator show "$one" ffff
	is "$output" ""
	is "$stderr" "audit-session: ffff: no such session"
	for bad in alice "" "$one'" % "$one$one"; do
		run -2 --separate-stderr operator show "$bad"
		is "$output" ""
	done
	is "$(operator show "$id" "$one" "$id" | jq -r .actor | xargs)" 'bob alice bob'
}

@test "a session's own table tells times to the second" {
	login alice
	at=$(field "$id" .opened)
	[[ $(TZ=UTC audit-session show -f table "$id") == *"opened         ${at:0:10} ${at:11:8} "* ]]
	operator block -a alice
	at=$(operator block | jq -r .since)
	[[ $(TZ=UTC operator block -f table) == *"alice  ${at:0:10} ${at:11:8}  session_operator"* ]]
	operator unblock -a alice
}

@test "who has a line for each actor that is logged in" {
	login alice --addr 10.0.0.1 --user-agent "$firefox"
	aged "$id" '2 hours'
	login alice --addr 10.0.0.2 --user-agent "$iphone"
	aged "$id" '1 hour'
	login bob
	login carl
	session close <<<"$token"
	is "$(operator who | jq -c '[.actor, .sessions, .addr, .browser, .os]')" \
		$'["alice",2,"10.0.0.2","Mobile Safari","iOS"]\n["bob",1,null,null,null]'
	is "$(operator who | jq -s '.[0].idle_seconds >= 3600')" true
	operator policy --idle 30m >/dev/null
	is "$(operator who | jq -r .actor)" bob
	operator policy unset >/dev/null
}

# On a terminal

@test "tables fit 80 columns, with a session that can be named" {
	login alice --addr 10.0.0.7 --user-agent "$firefox"
	login 'a rather long name of somebody' --addr 2001:db8:1234:5678::1 --user-agent "$iphone"
	session close <<<"$token"
	for width in 80 120; do
		for verb in list who "show $id" "policy list" block; do
			on_terminal $width "PGUSER=session_operator audit-session $verb" >screen
			[ "$(wc -L <screen)" -le $width ]
		done
	done
	on_terminal 80 "PGUSER=session_operator TZ=Europe/Berlin audit-session list -q" >screen
	is "$(head -n 1 screen | tr -s ' ')" 'ACTOR AT (Europe/Berlin) IDLE STATE FROM BROWSER/OS EVENTS SESSION'
	is "$(operator show "$(sed -n 3p screen | awk '{print $NF}')" | jq -r .session)" "$id"
}

@test "on a terminal list has the newest 50 and says so, unless it is asked for others" {
	for _ in {1..60}; do
		echo "select session from audit.open_session('many');"
	done | script >/dev/null
	on_terminal 100 'PGUSER=session_operator audit-session list' >screen
	is "$(grep -c many screen)" 50
	grep -q 'audit-session: the newest 50 sessions: -l and the filters show others' screen
	on_terminal 100 'PGUSER=session_operator audit-session list -q' >screen
	run -1 grep newest screen
	on_terminal 100 'PGUSER=session_operator audit-session list -a many' >screen
	is "$(grep -c many screen)" 60
	is "$(operator list -f table | grep -c many)" 60
}

@test "hostile actors and agents do no harm, neither in lines nor on a terminal" {
	evil=$'\e]0;x\a\e[31m\'"\\ \n$undo$</script>\u202e'
	login "$evil" --user-agent "$evil" --groups "$evil" --details "$(jq -nc --arg x "$evil" '{x: $x}')"
	is "$(operator list | jq -r .actor)" "$evil"
	is "$(operator show "$id" | jq -r .user_agent)" "$evil"
	is "$(operator show "$id" | jq -r '.groups[0], .details.x')" "$evil"$'\n'"$evil"
	is "$(operator who | jq -r .actor)" "$evil"
	operator block -a "$evil" --why "$evil"
	is "$(operator block | jq -r '.actor, .why')" "$evil"$'\n'"$evil"
	operator unblock -v -a "$evil" 2>said
	for verb in list who "show $id" block; do
		# shellcheck disable=SC2086 # these are words
		operator $verb -f table >>said
	done
	run -1 grep -P '[\x00-\x09\x0b-\x1f\x7f]|\x{202e}' said
	is "$(operator list -a "$evil" | wc -l)" 1
}

# Pipes

@test "what was done in a session is a pipe away" {
	login alice
	in_session "$token" "insert into t values (100, 'x')"
	as session_auditor bash -o pipefail -c "audit-session show '$id' | audit-log --session -" >events
	is "$(jq -r .op events)" $'login\ninsert'
	as session_auditor bash -o pipefail -c "audit-session list -a alice | audit-log --session - --op insert" |
		diff <(sed -n 2p events) -
}

@test "a reader that has seen enough ends it quietly" {
	echo "select count(*) from generate_series(1, 3000) n, audit.open_session('many' || n % 9, user_agent => repeat('x', 1000));" |
		script >/dev/null
	run -141 --separate-stderr as session_operator bash -o pipefail -c 'audit-session list | head -n 1 >/dev/null'
	is "$stderr" ""
	run -3 --separate-stderr as session_operator bash -c 'audit-session list >/dev/full'
	is "$stderr" "audit-session: standard output: No space left on device"
}
