# audit-purge.bash - what the tests of audit-purge share: "load audit-purge"
# makes these functions known, and those of capture.bash

load capture

# purge_database - a trail, two purgers, an auditor, an admin, and audited
# tables
purge_database() {
	local name

	trail_database
	for name in one two auditor admin; do
		make_role "purge_$name" login
	done
	audit-rule grant purge_one purger >/dev/null
	audit-rule grant purge_two purger >/dev/null
	audit-rule grant purge_auditor auditor >/dev/null
	audit-rule grant purge_admin admin >/dev/null
	sql 'create schema shop' \
		'create table shop.customer(id int primary key, name text)' \
		'create table shop.sale(id int primary key,
			customer int references shop.customer, note text)' \
		'create table line(sale int, n int, what text, primary key (sale, n))' \
		'create table unaudited(id int)'
	audited shop.customer --related
	audited line
}

purge_end() {
	sql 'drop owned by purge_one, purge_two, purge_auditor, purge_admin' \
		'drop role purge_one, purge_two, purge_auditor, purge_admin'
	drop_database
}

# purge ARGUMENT... - as one purger; other ARGUMENT... - as the other one
purge() {
	as purge_one audit-purge "$@"
}

other() {
	as purge_two audit-purge "$@"
}

# no_policies, no_holds, no_acts - as it was in the beginning
no_policies() {
	sql 'truncate audit.retention restart identity' \
		'update audit.purge_setting set require_approval = false'
}

no_holds() {
	sql 'truncate audit.hold restart identity'
}

no_acts() {
	sql 'truncate audit.prepared'
}

# no_orphans - no rules of tables that are gone
no_orphans() {
	audit-rule list | jq -r 'select(.orphaned).rule' |
		xargs -r audit-rule remove >/dev/null
}

# acts COLUMNS [CONDITION] - what the trail says of policies, holds and acts
# since the test began
acts() {
	sql "select $1 from audit.event e where e.id >= '$SINCE' and (${2-true})
		and op in ('policy', 'hold', 'release', 'prepare', 'approve')
		order by e.id"
}

# prepared [WHAT] - the id of an act that purge_one has prepared
prepared() {
	as purge_one sql "select audit.prepare_act('${1-run}',
		'{\"items\": []}', '{\"n\": 0}')"
}

# on_terminal COLUMNS COMMAND - what it prints on a terminal so wide
on_terminal() {
	command script -qec "stty cols $1 rows 24; $2" /dev/null </dev/null |
		tr -d '\r' | sed 's/\x1b\[[0-9;]*m//g'
}
