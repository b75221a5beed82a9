#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2153 # what is SQL is no expansion; log_in sets TOKEN
# session - opening, using and closing sessions, from SQL

load session

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	session_schema
}

@test "a session is opened, used, and closed" {
	log_in ann
	[[ $ID =~ ^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$ ]]
	[[ $TOKEN =~ ^[0-9a-f]{64}$ ]]
	is "$REFUSED" ''
	is "$(sql "select audit.session_alive('$TOKEN')")" t
	usable
	is "$(sql "select alive, closed, reason from audit.session_list")" 't||'
	is "$(sql "select audit.close_session('$TOKEN')")" t
	is "$(sql "select audit.session_alive('$TOKEN')")" f
	is "$(sql "select audit.close_session('$TOKEN')")" f
	refused UA011 "$(use)"
	is "$(sql "select alive, closed is null, reason from audit.session_list")" 'f|f|logout'
}

@test "a token opens nothing but its own session, and no two are the same" {
	log_in ann
	first=$ID first_token=$TOKEN
	log_in ann
	[ "$first_token" != "$TOKEN" ]
	[ "$first" != "$ID" ]
	[[ $first < $ID ]]
	sql "select audit.close_session('$first_token')"
	is "$(state "$first")" logout
	is "$(state)" open
	# more of them than chance could make
	is "$(sql "select count(distinct t.token), count(distinct t.session)
		from generate_series(1, 200) i, audit.open_session('many' || i % 3) t")" '200|200'
}

@test "a token is stored nowhere, nor does an event or a list show it" {
	log_in ann "'10.1.2.3', 'Mozilla/5.0'"
	usable
	block >/dev/null
	refused UA012 "$(use)"
	pg_dump -n audit --inserts "$PGDATABASE" >"$BATS_TEST_TMPDIR/dump"
	grep -q "$ID" "$BATS_TEST_TMPDIR/dump"
	run grep -c "$TOKEN" "$BATS_TEST_TMPDIR/dump"
	is "$output" 0
	# nor its digest but in one place
	is "$(grep -c "$(printf %s "$TOKEN" | sha256sum | cut -c 1-64)" "$BATS_TEST_TMPDIR/dump")" 1
	run -3 psql -qAtX -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -v TOKEN="$TOKEN" \
		-f - <<<"select :'TOKEN' as token \\gset
		prepare p(text) as select audit.use_session(\$1); execute p(:'token');"
	[[ $output == *UA012* ]]
	run grep -c "$TOKEN" <<<"${output/execute p*/}"
	is "$output" 0
}

@test "an unknown or malformed token is no session's" {
	local token

	log_in ann
	for token in '' x "${TOKEN:1}" "${TOKEN}0" " $TOKEN" "$TOKEN " "${TOKEN^^}" \
		"$ID" "$(printf '0%.0s' {1..64})" "''; drop table s.item; --" é \
		"\\x$TOKEN" "$(printf 'a%.0s' {1..100000})"; do
		[ "$token" != "$TOKEN" ] || continue # digits only
		token=${token//\'/\'\'}
		refused UA010 "select audit.use_session('$token')"
		refused UA010 "select audit.close_session('$token')"
		is "$(sql "select audit.session_alive('$token')")" f
	done
	refused UA010 "select audit.use_session(null)"
	refused UA010 "select audit.close_session(null)"
	is "$(sql "select audit.session_alive(null)")" f
	refused UA010 "set standard_conforming_strings = off" "$(use "\\\\$TOKEN")"
	usable
}

@test "each end has its SQLSTATE and says why" {
	local way

	for way in logout:UA011 blocked:UA012 killed:UA012 idle:UA013 expired:UA014 replaced:UA011; do
		log_in "${way%:*}"
		case ${way%:*} in
		logout) sql "select audit.close_session('$TOKEN')" ;;
		blocked) block ;;
		killed) kill_session ;;
		idle)
			policy '{"idle": "30 min"}'
			idle '31 minutes'
			refused UA013 "$(use)"
			;;
		expired)
			policy '{"idle": null, "max_age": "8 h"}'
			age '8 hours'
			refused UA014 "$(use)"
			;;
		replaced)
			policy '{"max_per_actor": 1, "on_limit": "replace"}'
			sql "select audit.open_session('replaced')"
			;;
		esac >/dev/null
		sql 'select audit.expire_sessions()' >/dev/null
		is "$(state)" "${way%:*}"
		refused "${way#*:}" "$(use)"
		refused "${way#*:}" 'begin isolation level repeatable read' "$(use)"
		refused "${way#*:}" 'begin read only' "$(use)"
		is "$(sql "select audit.session_alive('$TOKEN')")" f
		is "$(sql "select audit.close_session('$TOKEN')")" f
		is "$(state)" "${way%:*}"
		sql "select audit.remove_session_policy(null)"
	done
	run -1 sql "$(use)"
	[[ $output == *"session $ID was replaced by a newer one"* ]]
	refused UA010 'select audit.use_session($$no$$)'
}

@test "each act is an event that says all that there is to say" {
	log_in ann "'10.1.2.3/8', 'Mozilla/5.0', '{sales,\"a,b\"}', '{\"n\": 1.50}'"
	sql "select audit.close_session('$TOKEN')"
	is "$(session_log "op, key, \"schema\", \"table\", label, actor, session, addr,
		role, as_role, app, reason, rules, old, new - '{closed,duration_seconds,active_seconds}'::text[]")" \
		"login|{\"session\": \"$ID\"}||||ann|$ID|10.1.2.3|postgres||psql||||{\"addr\": \"10.1.2.3\", \"groups\": [\"sales\", \"a,b\"], \"details\": {\"n\": 1.50}, \"new_device\": true, \"user_agent\": \"Mozilla/5.0\"}
logout|{\"session\": \"$ID\"}||||ann|$ID|10.1.2.3|postgres||psql||||{\"reason\": \"logout\"}"
	is "$(sql "select e.at = s.opened, e.at >= e.at, e.new ->> 'closed' = audit.utc(s.closed),
			(e.new ->> 'duration_seconds')::numeric = extract(epoch from s.closed - s.opened),
			(e.new -> 'active_seconds') = e.new -> 'duration_seconds'
		from audit.event e join audit.session s on s.id = e.session where e.op = 'logout'
			and s.id = '$ID'" | cut -d'|' -f 2-)" 't|t|t|t'
}

@test "who was not let in leaves an event and no session" {
	sql "select audit.log_login_failed('eve', 'password', '10.0.0.1', 'curl/7', '{\"form\": 2}')" \
		"select audit.log_login_failed('eve')"
	is "$(session_log 'op, key, actor, session, addr, new')" \
		'login_failed||eve||10.0.0.1|{"addr": "10.0.0.1", "reason": "password", "details": {"form": 2}, "user_agent": "curl/7"}
login_failed||eve|||{"addr": null, "reason": null, "details": null, "user_agent": null}'
	is "$(sql 'select count(*) from audit.session')" 0
}

@test "who was not let in stays out of the trail by nothing that he sends" {
	sql "select audit.log_login_failed(repeat('é', 2000), repeat('r', 2000), repeat('1', 300), repeat('u', 1048576))" \
		"select audit.log_login_failed('', null, '10.0.0.1, 10.0.0.2')" \
		"select audit.log_login_failed(null, null, '10.0.0.0/8', E'\\x01\\x1b')"
	is "$(session_log "length(actor), addr, length(new ->> 'reason'), left(new ->> 'addr', 20), length(new ->> 'user_agent')")" \
		'1000||1000|11111111111111111111|8192
|||10.0.0.1, 10.0.0.2|
|||10.0.0.0/8|2'
}

@test "a refusal leaves its event and no session, and says which" {
	policy '{"max_per_actor": 1, "on_limit": "refuse"}'
	log_in ann
	first=$TOKEN
	log_in ann "'10.0.0.9', 'x', '{g}', '{}'"
	is "$ID|$TOKEN|$REFUSED" '||limit'
	sql "select audit.block_actor('bob', 'left')" >/dev/null
	log_in bob
	is "$ID|$TOKEN|$REFUSED" '||blocked'
	usable "$first"
	is "$(session_log 'op, actor, session, addr, new' "op = 'login_failed'")" \
		'login_failed|ann||10.0.0.9|{"addr": "10.0.0.9", "groups": ["g"], "reason": "limit", "details": {}, "user_agent": "x"}
login_failed|bob|||{"addr": null, "groups": null, "reason": "blocked", "details": null, "user_agent": null}'
	is "$(sql "select actor, count(*) from audit.session group by 1")" 'ann|1'
}

@test "what makes no sense is refused as a whole" {
	local args

	for args in "null" "''" "repeat('a', 1001)" "'a', 'nowhere'" "'a', '10.0.0.300'" \
		"'a', '10.0.0.1:80'" "'a', '10.0.0.1, 10.0.0.2'" "'a', '10.0.0.0/8'" "'a', '2001:db8::/32'" "'a', repeat('1', 101)" \
		"'a', null, repeat('x', 8193)" "'a', null, repeat('x', 1048576)" \
		"'a', null, null, '{{a,b},{c,d}}'" "'a', null, null, '{a,null}'" \
		"'a', null, null, '{\"\"}'" \
		"'a', null, null, array(select 'group ' || i from generate_series(1, 10000) i)" \
		"'a', null, null, null, '[]'" "'a', null, null, null, '1'" \
		"'a', null, null, null, jsonb_build_object('x', repeat('y', 70000))"; do
		refused '22023' "select audit.open_session($args)" ||
			refused '22P02' "select audit.open_session($args)"
	done
	refused 22023 "select audit.log_login_failed('a', null, null, null, '[]')"
	is "$(session_log)" ''
	is "$(sql 'select count(*) from audit.session_actor')" 0
}

@test "what is hostile but no nonsense is kept as it is" {
	local name=$'x\'"\\\n\t\e[31m</script>$undo$ é😀' quoted

	quoted="\$q\$$name\$q\$"
	log_in x "'::1', $quoted, array[$quoted, 'null', '{}'], jsonb_build_object($quoted, $quoted)"
	is "$(sql "select user_agent = $quoted, groups = array[$quoted, 'null', '{}'],
		details = jsonb_build_object($quoted, $quoted), addr from audit.session_list")" 't|t|t|::1'
	sql "select audit.open_session($quoted, '', repeat(E'\\x01', 8192), '{}', 'null')" >/dev/null
	is "$(sql "select addr, length(user_agent), groups, details, client_hints
		from audit.session_list where actor = $quoted")" '|8192|{}|null|'
	sql "select audit.block_actor($quoted, $quoted)" >/dev/null
	is "$(sql "select since is not null, why = $quoted from audit.session_blocked")" 't|t'
	is "$(sql "select count(*) from audit.event where actor = $quoted and op in ('login', 'logout')
		and id >= '$SINCE'")" 2
}

@test "a user agent of any bytes costs no time" {
	local agent

	for agent in "repeat('1.', 4000)" "repeat('/1', 4000)" "repeat('1', 8192)" \
		"repeat('Build/', 1300)" "repeat('_', 8192)" "repeat('a/1_', 2000)"; do
		sql "set statement_timeout = '1s'" "select audit.open_session('a', null, $agent)" >/dev/null
	done
}

@test "a device is known by what stays of it, an address by its network" {
	local firefox='Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'

	new() {
		log_in "$1" "$2, $3, null, ${4-null}"
		sql "select new_device from audit.session where id = '$ID'"
	}
	is "$(new ann "'10.1.2.3'" "'$firefox'")" t
	is "$(new ann "'10.1.2.3'" "'$firefox'")" f
	is "$(new ann "'10.1.2.200'" "'${firefox//128/131}'")" f
	is "$(new ann "'10.1.3.1'" "'$firefox'")" t
	is "$(new ann "'10.1.3.77'" "'$firefox'")" f
	is "$(new ann "'10.1.2.3'" "'${firefox/X11; Linux x86_64/Windows NT 10.0}'")" t
	is "$(new bob "'10.1.2.3'" "'$firefox'")" t
	is "$(new bob null "'$firefox'")" f
	is "$(new bob "'10.1.2.9'" null)" f
	is "$(new bob "'2001:db8:1:2::1'" "'$firefox'")" t
	is "$(new bob "'2001:db8:1:3::1'" "'$firefox'")" f
	is "$(new bob "'2001:db8:2:3::1'" "'$firefox'")" t
	is "$(new bob null null)" f
	# as servers with one socket for both say it
	is "$(new bob "'::ffff:10.1.2.4'" "'$firefox'")" f
	is "$(sql "select addr from audit.session order by id desc limit 1")" 10.1.2.4
	is "$(new bob "'::ffff:10.77.2.4'" "'$firefox'")" t
	# client hints: another machine with the same agent
	is "$(new cay null "'$firefox'" "'{\"client_hints\": {\"Sec-CH-UA-Platform\": \"\\\"Windows\\\"\"}}'")" t
	is "$(new cay null "'$firefox'" "'{\"client_hints\": {\"sec-ch-ua-platform\": \"\\\"Windows\\\"\"}}'")" f
	is "$(new cay null "'$firefox'" "'{\"client_hints\": {\"sec-ch-ua-platform\": \"\\\"macOS\\\"\"}}'")" t
	is "$(new cay null "'$firefox'" "'{\"client_hints\": [1]}'")" t
}

@test "the first login from a device is always a new one" {
	sql "select count(o) from generate_series(1, 500) i,
		audit.open_session('one ' || i, null, 'curl/7') o" >/dev/null
	is "$(sql "select count(*) filter (where new_device), count(*)
		from audit.session where actor like 'one %'")" '500|500'
}

@test "open and close that are rolled back have not been" {
	sql "begin; select audit.open_session('ann'); rollback" >/dev/null
	is "$(sql 'select count(*) from audit.session')" 0
	log_in ann
	sql "begin; select audit.close_session('$TOKEN'); rollback" >/dev/null
	usable
	is "$(session_log)" 'login|ann'
}
