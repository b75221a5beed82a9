#!/usr/bin/env bats
# audit-rule: rules with read, which need pgaudit: what they grant and take back,
# what they wait for, and what the server really logs then

load rule

setup_file() {
	rule_template
	as rule_shop sql \
		"create table part(id int primary key, v text)
			partition by range (id)" \
		"create table part_1 partition of part for values from (1) to (9)" \
		"grant select on customer to rule_other"
	# roles belong to all databases: each copy finds it there
	export ROLE=audit_read_${TEMPLATE}_test
	root "create role $ROLE nologin"
	PGDATABASE=$TEMPLATE root "do \$\$ begin execute format(
		'comment on role $ROLE is %L', audit.group_mark('read'));
		end \$\$"
}

teardown_file() {
	PGUSER=postgres psql -qd postgres \
		-c "drop database if exists ${TEMPLATE}_copy (force)"
	rule_end
	PGUSER=postgres psql -qd postgres -c "drop role if exists $ROLE,
		audit_read_${TEMPLATE}_copy"
}

setup() {
	rule_database
}

teardown() {
	rule_sessions_end
}

# read_rule ARGUMENT... - add one; that it waits is no news here
read_rule() {
	audit-rule add "$@" --ops read 2>/dev/null
}

# granted [ROLE] - the tables and columns that the role of pgaudit may SELECT
granted() {
	sql "select string_agg(x.name, ' ' order by x.name) from (
		select c.relname::text, c.relacl from pg_class c
		where c.relnamespace = 'public'::regnamespace
		union all
		select c.relname || '.' || a.attname, a.attacl
		from pg_attribute a join pg_class c on c.oid = a.attrelid
		where c.relnamespace = 'public'::regnamespace) x(name, acl),
		aclexplode(x.acl) g
		where g.grantee = '${1-$ROLE}'::regrole
		and g.privilege_type = 'SELECT'"
}

# waits RULE - why
waits() {
	audit-rule show "$1" | jq -c .waiting
}

@test "a rule with read waits for the server, and add says what it takes" {
	run -0 --separate-stderr audit-rule add sale --ops read
	is "$output" ""
	[[ $stderr == *"rule sale waits: pgaudit is not loaded; "* ]]
	[[ $stderr == *"alter system set shared_preload_libraries = 'pgaudit'"* ]]
	[[ $stderr == *"alter system set logging_collector = on;"* ]]
	[[ $stderr == *"alter database ${TEMPLATE}_test set pgaudit.role = '$ROLE';"* ]]
	[[ $stderr == *"-- then restart the server"* ]]
	is "$(waits sale)" '["pgaudit is not loaded","logging_collector is off",'\
'"log_destination has neither jsonlog nor csvlog","pgaudit.role is not set"]'
	is "$(audit-rule list | jq -c .waiting)" "$(waits sale)"
	audit-rule show sale -f table | grep -q '^waiting  *pgaudit is not' 
	[[ $(audit-rule list -f table) == *"waiting pgaudit is not"* ]]
	is "$(holes)" 'read_waiting 
read_waiting 
read_waiting 
read_waiting '
	run -0 --separate-stderr audit-rule disable sale
	is "$stderr" ""
	is "$(waits sale)" null
	run -1 audit-rule check --all
	run ! grep -q read_ <<<"$output"
}

@test "what list prints of a rule that waits is taken back, and changes nothing" {
	read_rule customer --read-columns name,tag
	audit-rule list >"$BATS_TEST_TMPDIR/rules"
	run -0 audit-rule apply -n "$BATS_TEST_TMPDIR/rules"
	is "$output" ""
	audit-rule remove customer
	audit-rule apply "$BATS_TEST_TMPDIR/rules" 2>/dev/null
	is "$(audit-rule list)" "$(cat "$BATS_TEST_TMPDIR/rules")"
	is "$(granted)" 'customer.name customer.tag'
	[[ $(sql "select new from audit.event where op = 'rule_add'
		order by id limit 1") != *waiting* ]]
}

@test "what rules wait for is asked once, however many roles there are" {
	read_rule customer --name mine
	run -0 root begin "set local track_functions = 'all'" \
		"select from audit.waits()" \
		"select calls < 10 from pg_stat_xact_user_functions
			where funcname = 'seen_setting'" rollback
	is "$output" t
}

@test "a change of a table that only has rules with read makes no event" {
	read_rule sale
	sql "grant insert, update, delete, truncate on sale to rule_other"
	as rule_other sql "insert into sale values (1)" \
		"update sale set total = 2" "truncate sale"
	is "$(ops sale)" ""
	is "$(sql "select count(*) from audit.plan")" 0
	audit-rule add sale --ops delete,read --name both 2>/dev/null
	as rule_other sql "insert into sale values (1)" "delete from sale" 2>&1 ||
		as rule_shop sql "delete from sale"
	is "$(ops sale)" delete
	is "$(audit-rule show both | jq -c .ops)" '["delete","read"]'
}

@test "rules grant pgaudit's role what they say, partitions too, and add up" {
	read_rule part
	is "$(granted)" 'part part_1'
	read_rule customer --read-columns tag --name tags
	read_rule customer --read-columns name,tag --name names
	is "$(granted)" 'customer.name customer.tag part part_1'
	read_rule customer --related --name all
	is "$(granted)" 'customer part part_1 sale'
	audit-rule disable all
	is "$(granted)" 'customer.name customer.tag part part_1'
	audit-rule remove names part
	is "$(granted)" customer.tag
	audit-rule enable all 2>/dev/null
	audit-rule remove tags
	is "$(granted)" 'customer sale'
	jq -c '.read_columns = ["name"]' <<<"$(audit-rule list)" |
		audit-rule apply 2>/dev/null
	is "$(granted)" customer.name
	audit-rule disable all
	is "$(granted)" ""
	is "$(sql 'select count(*) from audit.read_grant')" 0
}

@test "each grant is an event, and audit-seal finds no window in what we do" {
	local keys=$BATS_TEST_TMPDIR/keys

	read_rule customer --read-columns tag
	audit-seal keygen "$keys" >/dev/null
	audit-seal >"$BATS_TEST_TMPDIR/seal"
	audit-rule disable customer
	audit-rule enable customer 2>/dev/null
	audit-rule remove customer
	audit-seal >>"$BATS_TEST_TMPDIR/seal"
	is "$(audit-log --op grant,revoke | jq -c '[.op, .key, .old, .new]')" \
		"[\"grant\",{\"kind\":\"read\",\"role\":\"$ROLE\"},null,$what]
[\"revoke\",{\"kind\":\"read\",\"role\":\"$ROLE\"},$what,null]
[\"grant\",{\"kind\":\"read\",\"role\":\"$ROLE\"},null,$what]
[\"revoke\",{\"kind\":\"read\",\"role\":\"$ROLE\"},$what,null]"
	run -0 audit-seal verify
}

what='{"tables":["public.customer"],"columns":["tag"]}'

@test "what the role had before stays" {
	as rule_shop sql "grant select(name) on customer to $ROLE" \
		"grant select on sale to $ROLE"
	read_rule customer
	read_rule sale
	is "$(granted)" 'customer customer.name sale'
	audit-rule remove customer sale
	is "$(granted)" 'customer.name sale'
	read_rule customer
	read_rule customer --read-columns name,tag --name some
	audit-rule remove customer
	is "$(granted)" 'customer.name customer.tag sale'
	audit-rule remove some
	is "$(granted)" 'customer.name sale'
}

@test "a grant follows its column and its table through renames" {
	read_rule customer --read-columns tag
	as rule_shop sql "alter table customer rename tag to mark" \
		"alter table customer rename to partner" \
		"alter table partner add tag text"
	is "$(granted)" partner.mark
	run ! grep -q read_grant <<<"$(audit-rule check)"
	audit-rule apply --missing
	is "$(granted)" partner.mark
	audit-rule remove customer
	is "$(granted)" ""
}

@test "grants of another's table are printed, ready to paste" {
	root "grant create on schema public to rule_other"
	as rule_other sql "create table mine(id int primary key)"
	run -3 --separate-stderr audit-rule add mine --ops read
	sql "select audit.lend_triggers('rule_other')"
	sed -n '/^-- as rule_other/,/^commit/p' <<<"$stderr" |
		as rule_other psql -qAtX -v ON_ERROR_STOP=1
	sql "select audit.take_back_triggers('rule_other')"
	run -0 --separate-stderr audit-rule add mine --ops read
	[[ $stderr == *"-- as rule_other:"$'\n'"grant select on public.mine to $ROLE;"* ]]
	[[ $(waits mine) == *"$ROLE may not SELECT public.mine"* ]]
	[[ $(audit-rule check) == *'"read_grant"'*"grant select on public.mine to $ROLE"* ]]
	as rule_other sql "grant select on public.mine to $ROLE"
	run ! grep -q SELECT <<<"$(waits mine)"
	run -0 --separate-stderr audit-rule remove mine
	[[ $stderr == *"revoke select on public.mine from $ROLE;"* ]]
	[[ $(audit-rule check) == *"no rule has it so"* ]]
	as rule_other sql "revoke select on public.mine from $ROLE"
	audit-rule apply --missing 2>/dev/null || :
	is "$(sql 'select count(*) from audit.read_grant')" 0
}

@test "nothing of it waits for a lock on the table" {
	read_rule customer
	open_session
	say "begin" "lock table customer in access exclusive mode"
	audit-rule disable customer --wait 0
	is "$(granted)" ""
	audit-rule enable customer --wait 0 2>/dev/null
	is "$(granted)" customer
	close_session
}

@test "check finds grants that are missing or too many, apply --missing mends" {
	read_rule part
	audit-rule add customer
	sql "create table part_2 partition of part for values from (9) to (20)"
	as rule_shop sql "revoke select on part from $ROLE" \
		"grant select on customer to $ROLE"
	is "$(holes | grep -v waiting)" 'truncate_uncovered public.part_2
read_grant public.customer
read_grant public.part
read_grant public.part_2'
	audit-rule apply --missing
	is "$(granted)" 'customer part part_1 part_2'
	is "$(holes | grep -v waiting)" 'read_grant public.customer'
	sql "$(audit-rule check | jq -r 'select(.hole == "read_grant") | .fix')"
	is "$(holes | grep -v waiting)" ''
	root "grant $ROLE to rule_other"
	is "$(holes | grep -v waiting)" 'foreign_grant audit'
	root "revoke $ROLE from rule_other"
}

@test "event triggers grant what a pattern or a partition brings" {
	read_rule part 'new*' --name all
	as postgres audit-rule init --event-trigger
	as rule_shop sql "create table new_one(id int primary key)"
	sql "create table part_2 partition of part for values from (9) to (20)"
	is "$(granted)" 'new_one part part_1 part_2'
	run -1 audit-rule check
	run ! grep -q read_grant <<<"$output"
}

@test "what anybody can set decides nothing" {
	root "select audit.grant_kind('rule_other', 'admin')" >/dev/null
	PGOPTIONS='-c pgaudit.role=rule_other' as rule_other \
		read_rule sale --disabled
	PGOPTIONS='-c pgaudit.role=rule_other' as rule_other \
		audit-rule enable sale 2>/dev/null
	is "$(granted rule_other)" customer
	is "$(granted)" sale
	PGUSER=postgres audit-rule revoke rule_other admin >/dev/null
}

# in_copy COMMAND... - in a copy of this database
in_copy() {
	PGDATABASE=${TEMPLATE}_copy "$@"
}

@test "who may not create the role says so, who may does" {
	local other=audit_read_${TEMPLATE}_copy

	as postgres copy_database "$PGDATABASE" "${TEMPLATE}_copy" owner rule_dba
	run -0 --separate-stderr in_copy audit-rule add customer --ops read
	[[ $stderr == *"create role $other nologin;"* ]]
	[[ $stderr == *"-- then: audit-rule apply --missing"* ]]
	in_copy as postgres audit-rule apply --missing
	is "$(in_copy granted "$other")" customer
	# a copy of a database that had its grants
	read_rule sale
	as postgres copy_database "$PGDATABASE" "${TEMPLATE}_copy" owner rule_dba
	is "$(in_copy granted) $(in_copy granted "$other")" 'sale '
	in_copy audit-rule apply --missing
	is "$(in_copy granted) $(in_copy granted "$other")" ' sale'
}

@test "an admin's rules are granted as well" {
	root "select audit.grant_kind('rule_other', 'admin')" >/dev/null
	as rule_other read_rule customer
	is "$(granted)" customer
	as rule_other audit-rule remove customer
	is "$(granted)" ""
	PGUSER=postgres audit-rule revoke rule_other admin >/dev/null
}

@test "uninstall takes the grants back, and with the trail the role" {
	read_rule customer part
	run -0 audit-rule uninstall -n
	[[ $output == *"revoke select on public.part_1 from $ROLE"* ]]
	audit-rule uninstall -y
	is "$(granted)" ""
	audit-rule init
	read_rule customer
	as postgres audit-rule uninstall -y --drop-trail
	is "$(sql "select count(*) from pg_roles where rolname = '$ROLE'")" 0
	# for the tests that follow
	root "create role $ROLE nologin"
	PGDATABASE=$TEMPLATE root "do \$\$ begin execute format(
		'comment on role $ROLE is %L', audit.group_mark('read'));
		end \$\$"
}

@test "plan takes read, and says that the server does not count it" {
	run -0 audit-rule plan sale --ops read
	is "$(jq -r '.events_per_day, .command' <<<"$output")" \
		'0
audit-rule add public.sale --ops read'
	[[ $output == *"the server does not count reads"* ]]
}

@test "which rules ask for a read goes by who reads" {
	read_rule customer --groups rule_shop --name g
	read_rule customer --actors ann,bert --name a
	read_rule customer --except-actors cleo,rule_dba,nobody,bert --name e
	asks() {
		sql "select coalesce(audit.read_rules(r.id, $1), '-')
			from audit.relation r where r.\"table\" = 'customer'"
	}
	is "$(asks "'rule_shop', null, null")" e,g
	is "$(asks "'rule_dba', null, null")" g
	is "$(asks "'postgres', 'cleo', null")" g
	is "$(asks "'rule_other', 'ann', null")" a,e
	is "$(asks "'rule_other', 'bert', '{x,rule_shop}'")" a,g
	is "$(asks "'rule_other', 'cleo', null")" -
	is "$(asks "'nobody', null, null")" -
	is "$(asks "'gone', null, null")" e
	is "$(sql "select audit.read_rules(4711, 'x', null, null)")" ""
	audit-rule disable g a e
	is "$(asks "'rule_shop', null, null")" ""
}

@test "what add prints makes a server log the reads, and no others" {
	# shellcheck source=server.sh
	. "$ROOT/tests/server.sh"
	[ -e "$("$SERVER_BIN/pg_config" --pkglibdir)/pgaudit.so" ] ||
		skip "pgaudit is not installed"
	(
		trap server_stop EXIT
		server_start
		PATH="$BUILD/bin:$SERVER_BIN:$PATH"
		sql "create role dba login" "create database app owner dba"
		export PGDATABASE=app
		as dba audit-rule init
		as dba sql "create table t(id int primary key, name text, ssn text)" \
			"create table p(id int) partition by list (id)" \
			"create table p1 partition of p for values in (1)"
		as dba audit-rule add t --ops read --read-columns ssn \
			2>"$BATS_TEST_TMPDIR/said"
		as dba audit-rule add p --ops read 2>/dev/null
		sed -n '/^--/,$p' "$BATS_TEST_TMPDIR/said" |
			psql -qX -v ON_ERROR_STOP=1
		server_restart
		as dba audit-rule apply --missing
		is "$(as dba audit-rule check | jq -r '.hole + " " + .severity' |
			uniq)" 'read_settings note
read_ingest note'
		is "$(as dba audit-rule list | jq -c .waiting)" 'null
null'
		as dba sql "select name from t" "select ssn from t" \
			"select count(*) from t" "update t set name = ssn" \
			"select * from p" "select * from p1" \
			"do \$\$ begin raise log 'the end'; end \$\$"
		await grep -rq --include='*.json' 'the end' "$SERVER_DIR/data/log"
		is "$(grep -h AUDIT "$SERVER_DIR"/data/log/*.json |
			jq -r '.message | split(",")[4:8] | join(" ")')" \
			'SELECT TABLE public.t select ssn from t
SELECT TABLE public.t select count(*) from t
UPDATE TABLE public.t update t set name = ssn
SELECT TABLE public.p select * from p
SELECT TABLE public.p1 select * from p1'
		# what pgaudit does not log when it counts rows
		sql "alter system set pgaudit.log_rows = on" \
			"select pg_reload_conf()" >/dev/null
		await gives on 'show pgaudit.log_rows'
		before=$(grep -hc AUDIT "$SERVER_DIR"/data/log/*.json)
		as dba sql "copy p1 to stdout" "begin" \
			"declare c cursor for select * from p" "fetch c" \
			"commit" "do \$\$ begin raise log 'again'; end \$\$"
		await grep -rq --include='*.json' again "$SERVER_DIR/data/log"
		is "$(grep -hc AUDIT "$SERVER_DIR"/data/log/*.json)" "$before"
		run -1 audit-rule check
		is "$(jq -r 'select(.hole == "read_lost") | .severity + " " +
			.fix' <<<"$output")" 'hole alter system set pgaudit.log_rows = off; select pg_reload_conf();'
		sql "alter system reset pgaudit.log_rows" \
			"alter system set log_min_messages = fatal" \
			"select pg_reload_conf()" >/dev/null
		await gives off 'show pgaudit.log_rows'
		is "$(audit-rule check | jq -r 'select(.hole == "read_lost").fix')" \
			'alter system reset log_min_messages; select pg_reload_conf();'
		sql "alter system reset log_min_messages" \
			"select pg_reload_conf()" >/dev/null
		await gives warning 'show log_min_messages'
		# another role, and back
		sql "create role auditor" \
			"alter database app set pgaudit.role = 'auditor'"
		[[ $(as dba audit-rule list) == *'"auditor may not SELECT public.p1"'* ]]
		as dba audit-rule apply --missing
		is "$(granted auditor)" 'p p1 t.ssn'
		is "$(granted audit_read_app)" ''
		sql "alter database app set pgaudit.role = 'audit_read_app'" \
			"alter role auditor set pgaudit.role = 'auditor'"
		[[ $(as dba audit-rule check) == \
			*"sessions of auditor have another pgaudit.role"* ]]
		as dba audit-rule apply --missing
		is "$(granted auditor)" ''
		run as dba audit-rule uninstall -y --drop-trail
		[[ $output == *"alter database app reset pgaudit.role"* ]]
	)
}
