#!/usr/bin/env bats
# Sessions in an application, through a client driver and a pool of one
# connection: no user acts in another one's name

load audit-session

who='SELECT audit_who()'
# the one that has Debian's modules
DEBIAN=/usr/bin/python3

setup_file() {
	session_database
	# what the application sees of it, as the trail does
	sql "create function audit_who() returns text language sql security definer
		as 'select coalesce(audit.actor(), '''')'"
}

teardown_file() {
	session_end
}

setup() {
	sql 'truncate audit.session, audit.session_activity, audit.session_actor' \
		'truncate t'
	cd "$BATS_TEST_TMPDIR" || return
}

# answers - to the requests on stdin
answers() {
	as session_app "$DEBIAN" "$ROOT/tests/middleware.py"
}

# begin - a pipe that goes on; ask REQUEST - and its answer; finish
begin() {
	coproc APP { PGUSER=session_app exec "$DEBIAN" "$ROOT/tests/middleware.py"; }
	app=$APP_PID
	exec {hears}<&"${APP[0]}" {asks}>&"${APP[1]}"
	eval "exec ${APP[0]}<&- ${APP[1]}>&-"
}

ask() {
	local answer

	printf '%s\n' "$1" >&"$asks"
	read -r answer <&"$hears"
	echo "$answer"
}

finish() {
	exec {asks}>&- {hears}<&-
	wait "$app"
}

# recorded - who did what to t
recorded() {
	audit-log -t t | jq -r '"\(.actor) \(.op) \(.key.id) \(.session != null)"'
}

@test "two users who alternate over one connection stay apart" {
	begin_trail
	for n in {1..20}; do
		echo "as alice INSERT INTO t VALUES ($((2 * n)), 'a')"
		echo "as bob INSERT INTO t VALUES ($((2 * n + 1)), 'b')"
	done | { echo 'login alice 10.0.0.1 curl/8'; echo 'login bob 10.0.0.2 curl/8'; cat; } |
		answers >said
	is "$(sort said | uniq -c | tr -s ' ')" $' 40 200 1\n 2 200 welcome'
	is "$(sql "select distinct e.actor, s.actor = e.actor, new ->> 'v' from audit.event e
		join audit.session s on s.id = e.session where e.id >= '$SINCE' and op = 'insert'
		order by 1")" $'alice|t|a\nbob|t|b'
}

@test "nothing of a session is left on the connection" {
	printf '%s\n' 'login alice 10.0.0.1 curl/8' "as alice $who" "anonymous $who" \
		"as alice SELECT 1/0" "anonymous $who" "as alice $who" |
		answers >said
	is "$(cat said)" "200 welcome
200 [('alice',)]
200 [('',)]
500 22012
200 [('',)]
200 [('alice',)]"
	echo "anonymous INSERT INTO t VALUES (100, 'x')" | answers
	is "$(recorded | tail -n 1)" "null insert 100 false"
}

@test "a cookie of a session that has ended is answered by 401, and deleted" {
	begin
	for user in alice bob carl dora; do
		is "$(ask "login $user 10.0.0.1 curl/8")" '200 welcome'
	done
	is "$(ask "logout alice")" '200 bye'
	is "$(ask "logout alice")" '200 gone before'
	is "$(ask "as alice SELECT 1")" '401 UA011'
	operator block -a bob
	is "$(ask "as bob SELECT 1")" '401 UA012'
	operator policy --idle 30m --max-age 12h >/dev/null
	aged "$(operator list -a carl | jq -r .session)" '31 minutes'
	is "$(ask "as carl SELECT 1")" '401 UA013'
	operator policy --idle none >/dev/null
	aged "$(operator list -a dora | jq -r .session)" '13 hours'
	is "$(ask "as dora SELECT 1")" '401 UA014'
	operator policy unset >/dev/null
	# no cookie any more
	is "$(ask "as dora SELECT 1")" '401 UA010'
	is "$(ask "as nobody SELECT 1")" '401 UA010'
	is "$(ask "login bob 10.0.0.1 curl/8")" '403 blocked'
	is "$(ask "login erin 10.0.0.1 curl/8")" '200 welcome'
	is "$(ask "as erin $who")" "200 [('erin',)]"
	finish
}

@test "one session a user: the newest browser wins" {
	operator policy --max-per-actor 1 --on-limit replace >/dev/null
	begin
	ask 'login alice 10.0.0.1 curl/8'
	first=$(ask "as alice $who")
	old=$(operator list --open | jq -r .session)
	ask 'login alice 10.0.0.2 Firefox'
	is "$first" "200 [('alice',)]"
	is "$(ask "as alice $who")" "$first"
	is "$(operator show "$old" | jq -r .reason)" replaced
	finish
	operator policy unset >/dev/null
}

@test "hostile names, agents and cookies are values and no SQL" {
	begin
	is "$(ask "login x';drop_table_t;-- 10.0.0.1 \"\$undo\$</script>'\\")" '200 welcome'
	is "$(ask "as x';drop_table_t;-- INSERT INTO t VALUES (7, 'x')")" '200 1'
	is "$(ask "as ';-- SELECT 1")" '401 UA010'
	finish
	is "$(recorded | tail -n 1)" "x';drop_table_t;-- insert 7 true"
}
