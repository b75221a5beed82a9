# audit-session.bash - what the tests of audit-session share: "load audit-session" makes
# these functions known, and those of capture.bash

load capture

# session_database - a trail, a role for each kind that has to do with
# sessions, and an audited table t
session_database() {
	local kind

	trail_database
	sql 'create table t(id int primary key, v text)'
	for kind in app operator auditor; do
		make_role "session_$kind" login
		audit-rule grant "session_$kind" $kind >/dev/null
	done
	sql 'grant insert, select, update, delete, truncate on t to session_app'
	audited t
}

session_end() {
	sql 'drop owned by session_app, session_operator, session_auditor' \
		'drop role session_app, session_operator, session_auditor'
	drop_database
}

# session ARGUMENT... - as the application; operator ARGUMENT...
session() {
	as session_app audit-session "$@"
}

operator() {
	as session_operator audit-session "$@"
}

# shellcheck disable=SC2034 # whoever calls it uses what it sets
# login ACTOR [OPTION]... - a new session: sets id and token
login() {
	local line

	line=$(session open -a "$@")
	id=$(jq -r .session <<<"$line")
	token=$(jq -r .token <<<"$line")
}

# aged SESSION INTERVAL - as if it had been opened and used so much earlier
aged() {
	sql "update audit.session set opened = opened - interval '$2' where id = '$1'" \
		"update audit.session_activity set seen = seen - interval '$2' where id = '$1'"
}

# field SESSION NAME... - what list says of it
field() {
	audit-session list | jq -r --arg id "$1" "select(.session == \$id) | $2"
}

# in_session TOKEN STATEMENT... - one transaction in it
in_session() {
	as session_app sql begin "select audit.use_session('$1')" "${@:2}" commit |
		sed '/^$/d'
}

# on_terminal COLUMNS COMMAND - what it prints on a terminal so wide
on_terminal() {
	command script -qec "stty cols $1 rows 24; $2" /dev/null </dev/null |
		tr -d '\r' | sed 's/\x1b\[[0-9;]*m//g'
}
