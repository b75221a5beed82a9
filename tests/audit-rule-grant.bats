#!/usr/bin/env bats
# audit-rule grant and revoke: who may do what with the trail

load rule

setup_file() {
	rule_template
	as postgres make_role grant_clerk login
	as postgres make_role grant_boss login
}

teardown_file() {
	rule_end
	PGUSER=postgres psql -qd postgres -c 'drop role grant_clerk, grant_boss'
}

setup() {
	rule_database
}

teardown() {
	rule_sessions_end
	root "alter role rule_dba nocreaterole"
	PGUSER=postgres psql -qAtXd postgres -c "select format('drop role %I;', rolname)
		from pg_roles where rolname like 'audit\_%'" >"$BATS_TEST_TMPDIR/groups"
	rule_database
	PGUSER=postgres psql -qXd postgres -f "$BATS_TEST_TMPDIR/groups"
}

# with_groups - the trail's owner may make roles
with_groups() {
	root "alter role rule_dba createrole"
}

# grants - what the trail says of grants
grants() {
	sql "select op, key, old, new from audit.event
		where op in ('grant', 'revoke') order by id"
}

@test "where the owner may make no roles a grant is plain, and says so" {
	run -0 --separate-stderr audit-rule grant -v grant_clerk auditor
	is "$output" '{"role":"grant_clerk","kind":"auditor","group":null,"tables":null}'
	[[ $stderr == *'no group role, the privileges are granted without it: permission denied to create role'* ]]
	is "$(as grant_clerk sql "select count(*) > 0 from audit.event")" t
	is "$(grants)" 'grant|{"kind": "auditor", "role": "grant_clerk"}||{"group": null, "tables": null}'
	audit-rule check
}

@test "where he may, a group named after the database has the privileges" {
	with_groups
	run -0 --separate-stderr audit-rule grant grant_clerk auditor
	is "$output" '{"role":"grant_clerk","kind":"auditor","group":"audit_auditor_'"$PGDATABASE"'","tables":null}'
	is "$stderr" ''
	is "$(as grant_clerk sql "select count(*) > 0 from audit.event")" t
	is "$(audit-rule grant)" "$output"
	is "$(foreign_rights | cut -d'|' -f2 | sort -u)" \
		"audit_auditor_$PGDATABASE"
	run -0 audit-rule check
	is "$output" ''
}

@test "each kind can be granted and leaves check nothing to say" {
	for kind in app reader auditor operator ingester sealer purger admin; do
		for groups in nocreaterole createrole; do
			root "alter role rule_dba $groups"
			audit-rule grant grant_clerk $kind >/dev/null
			run -0 audit-rule check
			is "$output" ''
		done
	done
	is "$(audit-rule grant | field kind | xargs)" \
		'admin app auditor ingester operator purger reader sealer'
	for kind in app reader auditor operator ingester sealer purger admin; do
		audit-rule revoke grant_clerk $kind >/dev/null
		run -0 audit-rule check
		is "$output" ''
	done
	is "$(as postgres sql "select count(*) from audit.privilege
		where grantee = 'grant_clerk'::regrole")" 0
}

@test "a grant again is none, and makes no event; revoke likewise" {
	with_groups
	audit-rule grant grant_clerk reader >/dev/null
	run -0 --separate-stderr audit-rule grant -v grant_clerk reader
	is "$output" "$(audit-rule grant)"
	is "$stderr" 'audit-rule: grant_clerk has this already'
	is "$(grants | wc -l)" 1
	line=$output
	is "$(audit-rule revoke grant_clerk reader)" "$line"
	run -0 --separate-stderr audit-rule revoke -v grant_clerk reader
	is "$output" ''
	is "$stderr" 'audit-rule: grant_clerk is no reader'
	is "$(audit-rule grant)" ''
	is "$(grants | cut -d'|' -f1)" 'grant
revoke'
	is "$(grants | tail -n 1)" 'revoke|{"kind": "reader", "role": "grant_clerk"}|{"group": "audit_reader_'"$PGDATABASE"'", "tables": null}|'
}

@test "what another kind gives stays when one is revoked, columns too" {
	for kind in sealer auditor admin; do
		audit-rule grant grant_clerk reader >/dev/null
		audit-rule grant grant_clerk $kind >/dev/null
		audit-rule revoke grant_clerk $kind >/dev/null
		run -0 audit-rule check
		is "$output" ''
	done
	audit-rule revoke grant_clerk reader >/dev/null
	is "$(sql 'select * from audit.privilege')" ''
}

@test "-n only says what would be" {
	run -0 audit-rule grant -n grant_clerk auditor
	is "$output" '{"role":"grant_clerk","kind":"auditor","group":null,"tables":null}'
	is "$(audit-rule grant)$(grants)$(foreign_rights)" ''
	audit-rule grant grant_clerk auditor
	run -0 audit-rule revoke -n grant_clerk auditor
	is "$output" "$(audit-rule grant)"
}

@test "--table narrows a reader down, and a later grant replaces it" {
	as rule_shop sql 'create table "a,b" (id int primary key)'
	audit-rule add sale customer '"a,b"'
	run -0 audit-rule grant grant_clerk reader --table sale,customer -t '"a,b"'
	is "$(jq -c .tables <<<"$output")" '["public.\"a,b\"","public.customer","public.sale"]'
	as rule_shop sql 'alter table customer rename to client'
	run -0 audit-rule grant
	is "$(jq -c .tables <<<"$output")" '["public.\"a,b\"","public.client","public.sale"]'
	audit-rule grant grant_clerk reader --table sale >/dev/null
	is "$(audit-rule grant | jq -c .tables)" '["public.sale"]'
	audit-rule grant grant_clerk reader >/dev/null
	is "$(audit-rule grant | jq -c .tables)" null
	is "$(grants | tail -n 1)" 'grant|{"kind": "reader", "role": "grant_clerk"}|{"group": null, "tables": ["public.sale"]}|{"group": null, "tables": null}'
}

@test "what cannot be granted is exit 2 with nothing on stdout, and none of it done" {
	audit-rule add sale
	while IFS='|' read -r what message; do
		echo "$what"
		run -2 --separate-stderr bash -c "audit-rule $what"
		is "$output" ''
		[[ $stderr == *"$message"* ]]
	done <<-'END'
	grant nobody_here reader|no such role: nobody_here
	grant PUBLIC reader|PUBLIC is refused
	grant GRANT_CLERK reader|no such role: GRANT_CLERK
	grant grant_clerk king|no such kind: king
	grant grant_clerk Reader|no such kind: Reader
	grant grant_clerk auditor -t sale|tables are for a reader
	grant grant_clerk reader -t nowhere|no such table: nowhere
	grant grant_clerk reader -t customer|customer has no rule
	grant grant_clerk reader -t ''|invalid name syntax
	grant grant_clerk|say which role and which kind
	grant -n|say which role and which kind
	grant a b c|usage:
	grant audit_reader_x reader|no such role
	revoke nobody_here reader|no such role
	revoke grant_clerk king|no such kind
	revoke grant_clerk|usage:
	END
	is "$(grants)$(foreign_rights)" ''
}

@test "names are names: quotes, case, length and newlines" {
	with_groups
	# shellcheck disable=SC2016
	for name in 'We"ird \ $x' "o'brien" $'two\nlines' '$undo$' 'a;drop' \
		'-x' 'UPPER' 'üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü'; do
		root "create role \"${name//\"/\"\"}\""
		run -0 audit-rule grant -- "$name" reader
		is "$(field role <<<"$output")" "$name"
		is "$(audit-rule grant | field role)" "$name"
		run -0 audit-rule check
		is "$output" ''
		root "drop role \"${name//\"/\"\"}\""
		is "$(holes)" 'grant_missing '
		fix=$(audit-rule check | field fix)
		[[ $fix == *-x* ]] && fix='audit-rule revoke reader -- -x' || :
		[[ $name == -x ]] && audit-rule revoke -- -x reader ||
			bash -c "$fix"
		is "$(audit-rule grant)" ''
	done
}

@test "a database of any name has groups of its own" {
	# shellcheck disable=SC2016
	local name='We"ird $x '\''y'\'' é, which is longer than a name of a role may be'
	with_groups
	name=${name:0:60}
	PGUSER=postgres psql -qd postgres \
		-c "create database \"${name//\"/\"\"}\" owner rule_dba"
	PGDATABASE=$name audit-rule init
	run -0 env PGDATABASE="$name" audit-rule grant grant_clerk auditor
	line=$output
	run -0 env PGDATABASE="$name" audit-rule check
	is "$output" ''
	PGDATABASE=$name as grant_clerk sql "select count(*) from audit.event"
	PGDATABASE=$name audit-rule revoke grant_clerk auditor
	PGUSER=postgres psql -qd postgres \
		-c "drop database \"${name//\"/\"\"}\""
	[[ $(field group <<<"$line") =~ ^audit_auditor_We\"ird\ .*_[0-9a-f]{8}$ ]]
	group=$(field group <<<"$line")
	is "$(sql "select octet_length('${group//\'/\'\'}') <= 63")" t
}

@test "a role of the group's name that is not ours is never used" {
	root "create role audit_auditor_$PGDATABASE"
	with_groups
	run -0 --separate-stderr audit-rule grant grant_clerk auditor
	is "$(field group <<<"$output")" null
	[[ $stderr == *"role audit_auditor_$PGDATABASE is not ours"* ]]
	run -0 audit-rule check
	is "$(foreign_rights | cut -d'|' -f2 | sort -u)" grant_clerk
	root "comment on role audit_auditor_$PGDATABASE is 'audit-utils: each auditor of trail $(sql 'select id from audit.trail')'" \
		"alter role audit_auditor_$PGDATABASE createrole"
	run -0 audit-rule grant grant_boss auditor
	is "$(field group <<<"${lines[-1]}")" null
	root "alter role audit_auditor_$PGDATABASE nocreaterole login"
	run -0 audit-rule grant grant_boss auditor
	is "$(field group <<<"${lines[-1]}")" null
	root "alter role audit_auditor_$PGDATABASE nologin"
	run -2 audit-rule grant "audit_auditor_$PGDATABASE" reader
	[[ $output == *"is a group role of the trail"* ]]
}

@test "what a grantee lost is found and given again, what nobody granted is found" {
	with_groups
	audit-rule grant grant_clerk auditor >/dev/null
	audit-rule grant grant_boss app >/dev/null
	group=audit_auditor_$PGDATABASE
	sql "revoke select on audit.event from $group" \
		"revoke execute on function audit.record(int, text) from $group" \
		"grant select on audit.event to grant_boss" \
		"grant insert on audit.seal to $group"
	root "revoke $group from grant_clerk" "grant $group to rule_other"
	run -1 audit-rule check
	is "$(jq -r '[.hole, .table, .message] | join(": ")' <<<"$output")" \
		"foreign_grant: audit: rule_other is a member of $group without a grant
foreign_grant: audit.event: grant_boss has select
foreign_grant: audit.seal: $group has insert
grant_missing: : $group is auditor and lacks execute on function audit.record(integer,text), select on table audit.event
grant_missing: : grant_clerk is auditor, but no member of $group"
	audit-rule check | field fix | sort -u | while read -r fix; do
		[[ $fix == audit-rule* ]] || root "$fix"
	done
	audit-rule apply --missing </dev/null
	run -0 audit-rule check
	is "$output" ''
	is "$(grants | wc -l)" 3
}

@test "uninstall leaves the trail readable, with --drop-trail no group is left" {
	with_groups
	audit-rule add sale
	sql "insert into sale values (1)"
	audit-rule grant grant_clerk auditor >/dev/null
	audit-rule grant grant_clerk app >/dev/null
	audit-rule uninstall -y
	is "$(as grant_clerk sql "select op from audit.event where op = 'insert'")" insert
	run -0 audit-rule uninstall -n --drop-trail
	[[ $(field sql <<<"$output") == *"drop role audit_auditor_$PGDATABASE"* ]]
	root "create table audit.mine(id int)" \
		"create role audit_reader_$PGDATABASE"
	run -0 --separate-stderr audit-rule uninstall -y --drop-trail
	[[ $stderr == *'schema audit stays'* ]]
	is "$(sql "select rolname from pg_roles where rolname ~ '^audit_'")" \
		"audit_reader_$PGDATABASE"
	is "$(sql "select nspacl from pg_namespace where nspname = 'audit'" |
		grep -c grant_clerk)" 0 || :
}

@test "a group that has got something elsewhere stays, with a warning" {
	with_groups
	audit-rule grant grant_clerk app >/dev/null
	root "grant select on sale to audit_app_$PGDATABASE"
	run -0 --separate-stderr audit-rule uninstall -y --drop-trail
	[[ $stderr == *"warning: a group role stays: role \"audit_app_$PGDATABASE\" cannot be dropped"* ]]
	is "$(sql "select to_regnamespace('audit')")" ''
	root "drop owned by audit_app_$PGDATABASE"
}

@test "after dump and restore grants are by name, and apply --missing gives what is missing" {
	with_groups
	audit-rule add sale
	audit-rule grant grant_clerk auditor >/dev/null
	audit-rule grant grant_boss reader -t sale >/dev/null
	target=${PGDATABASE}_copy
	PGUSER=postgres psql -qd postgres -c "create database $target owner rule_dba"
	as postgres pg_dump -Fc -f "$BATS_TEST_TMPDIR/dump"
	PGUSER=postgres pg_restore -d "$target" "$BATS_TEST_TMPDIR/dump"
	before=$(PGDATABASE=$target holes | grep -c grant_missing)
	run -0 env PGDATABASE="$target" audit-rule apply --missing
	after=$(PGDATABASE=$target audit-rule check)
	seen=$(PGDATABASE=$target as grant_clerk sql \
		"select count(*) > 0 from audit.event")
	told=$(PGDATABASE=$target audit-rule grant | jq -c '[.group, .tables]')
	# without privileges functions are everybody's, but not the schema
	as postgres pg_dump -xFc -f "$BATS_TEST_TMPDIR/dump"
	PGUSER=postgres psql -qd postgres -c "drop database $target" \
		-c "create database $target owner rule_dba"
	PGUSER=postgres pg_restore -d "$target" "$BATS_TEST_TMPDIR/dump"
	public=$(PGDATABASE=$target audit-rule check |
		jq -r 'select(.hole == "foreign_grant") | .message' | sort -u)
	PGDATABASE=$target audit-rule check |
		jq -r 'select(.hole == "foreign_grant") | .fix + ";"' |
		PGDATABASE=$target psql -qX
	PGDATABASE=$target audit-rule apply --missing
	bare=$(PGDATABASE=$target audit-rule check)
	PGUSER=postgres psql -qd postgres -c "drop database $target"
	is "$before" 2
	is "$after$bare" ''
	is "$seen" t
	is "$(grep -v 'is a member of audit_' <<<"$public")" 'public has execute'
	is "$told" '["audit_reader_'"$target"'",["public.sale"]]
["audit_auditor_'"$target"'",null]'
}
