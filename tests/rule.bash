# rule.bash - what the tests of audit-rule share: "load rule" makes these
# functions known, and those of capture.bash

load capture

# rule_template - a database with a trail and an application, owned by roles
# that are not superusers, to be copied for each test
rule_template() {
	local role

	fresh_database
	export TEMPLATE=$PGDATABASE
	for role in rule_dba rule_shop rule_other; do
		make_role "$role" login
	done
	sql "grant rule_shop to rule_dba" \
		"alter database $PGDATABASE owner to rule_dba" \
		"grant create on schema public to rule_shop"
	as rule_dba audit-rule init
	as rule_shop sql \
		"create table customer(id int primary key, name text, tag text)" \
		"create table sale(id int primary key, customer int
			references customer, total numeric, note text)"
	export PGUSER=rule_dba
}

# rule_database - a copy for this test
rule_database() {
	export PGDATABASE=${TEMPLATE}_test
	as postgres copy_database "$TEMPLATE" "$PGDATABASE" owner rule_dba
}

# rule_sessions_end - a failed test must not leave one open
rule_sessions_end() {
	if [ -n "${session-}" ]; then
		kill "$session" 2>/dev/null || :
	fi
}

rule_end() {
	PGUSER=postgres psql -qd postgres \
		-c 'set client_min_messages = warning' \
		-c "drop database if exists ${TEMPLATE}_test (force)" \
		-c "drop database $TEMPLATE (force)" \
		-c 'drop role rule_shop, rule_other, rule_dba'
}

# root STATEMENT... - as a superuser
root() {
	PGOPTIONS='-c client_min_messages=warning' as postgres sql "$@"
}

# field NAME - of each JSON line on stdin
field() {
	jq -r ".$1"
}

# rule_events - what the trail says of rules
rule_events() {
	sql "select op, key ->> 'rule' from audit.event
		where op like 'rule%'
		and op not in ('rule_trigger', 'rule_compile') order by id"
}

# identity RULE - of the first table that it covers
identity() {
	audit-rule show "$1" | field 'covers[0].identity'
}

# holes - the kinds that check finds, with their tables
holes() {
	audit-rule check "$@" | jq -r 'select(.severity == "hole") |
		[.hole, .table] | join(" ")'
}

# notes - likewise what loses nothing
notes() {
	audit-rule check | jq -r 'select(.severity == "note") |
		[.hole, .table] | join(" ")'
}

# triggers - the triggers of ours in this database
triggers() {
	sql "select count(*) from pg_trigger
		where tgname like '!audit%' and tgname !~ '^!audit_guard'"
}

# ops TABLE - the kinds of the row events of a table, in order
ops() {
	sql "select string_agg(op, ' ' order by id) from audit.event
		where \"table\" = '$1' and op !~ '_'"
}
