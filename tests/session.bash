# session.bash - what the tests of sessions share: "load session" makes these
# functions known, and those of capture.bash
#
# shellcheck disable=SC2034 # whoever calls these uses what they set

load capture

# session_schema - for each test: a schema s with an audited table item, no
# sessions and no policies
session_schema() {
	fresh_schema
	sql "truncate audit.session, audit.session_activity, audit.session_actor,
		audit.session_known, audit.session_policy" \
		"create table item(id int primary key, name text)"
	audited s.item
}

# log_in ACTOR [ARGUMENT] - a new session: $ID, $TOKEN, or $REFUSED; the
# argument is SQL
log_in() {
	IFS='|' read -r ID TOKEN REFUSED < <(
		sql "select * from audit.open_session('$1'${2:+, $2})")
}

# use [TOKEN] - as SQL
use() {
	echo "select audit.use_session('${1-$TOKEN}')"
}

# usable [TOKEN] - it can be used now
usable() {
	sql "$(use "$@")" >/dev/null
}

# block [ID] [WHY], kill - from another connection
block() {
	sql "select done from audit.block_sessions('{${1-$ID}}', '${2-}')"
}

kill_session() {
	sql "select done from audit.block_sessions('{${1-$ID}}', '', true)"
}

# policy SETTINGS [GROUP] - as JSON, for all or a group
policy() {
	sql "select done from audit.put_session_policy(
		$([ -n "${2-}" ] && echo "'$2'" || echo null), '$1')" >/dev/null
}

# age INTERVAL [ID] - what is known of the session's times is longer ago
age() {
	sql "update audit.session set opened = opened - interval '$1',
			closed = closed - interval '$1', seen = seen - interval '$1'
		where id = '${2-$ID}'" \
		"update audit.session_activity set seen = seen - interval '$1'
		where id = '${2-$ID}'"
}

# idle INTERVAL [ID] - likewise of its last activity alone
idle() {
	sql "update audit.session_activity set seen = seen - interval '$1'
		where id = '${2-$ID}'"
}

# state [ID] - whether it is open, and else why not
state() {
	sql "select coalesce(reason, 'open') from audit.session where id = '${1-$ID}'"
}

# session_log [COLUMNS [CONDITION]] - what the trail says of sessions since the
# test began
session_log() {
	sql "select ${1-op, actor} from audit.event e
		where e.id >= '$SINCE' and (${2-true})
		and (op like 'log%' or op like 'session%') order by e.id"
}

# connection_end - a failed test must not leave the other connection open
connection_end() {
	[ -z "${session-}" ] || kill "$session" 2>/dev/null || :
}
