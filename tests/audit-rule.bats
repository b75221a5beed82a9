#!/usr/bin/env bats
# audit-rule - rules are made, printed, switched and removed

load rule

setup_file() {
	rule_template
}

teardown_file() {
	rule_end
}

setup() {
	rule_database
}

teardown() {
	rule_sessions_end
}

# init

@test "init a second time changes nothing" {
	before=$(sql "select count(*), max(id::text) from audit.event")
	run -0 audit-rule init
	is "$output" ""
	is "$(sql "select count(*), max(id::text) from audit.event")" "$before"
	run -0 audit-rule init -v
	[[ $output == *"is in place already" ]]
}

@test "init is an event with the version" {
	is "$(sql "select op, new from audit.event")" 'init|{"version": 1}'
}

@test "init makes the months ahead that are missing" {
	months() {
		sql "select $1 from audit.partition where lo is not null"
	}
	before=$(months 'count(*)')
	sql "drop table $(months 'max(part::text)')" \
		"drop table audit.event_$(date -ud "$(date -u +%Y-%m-15) 1 month" +%Y_%m)"
	run -1 audit-rule check
	run -0 audit-rule init
	is "$(months 'count(*)')" "$before"
	run -0 audit-rule check
}

@test "init leaves PUBLIC nothing, whatever default privileges say" {
	root "drop schema audit cascade" \
		"alter default privileges for role rule_dba
			grant all on tables to public" \
		"alter default privileges for role rule_dba
			grant all on functions to rule_other" \
		"alter default privileges for role rule_dba
			grant all on schemas to public" \
		"alter default privileges for role rule_dba
			grant all on sequences to public"
	run -0 audit-rule init
	run -0 audit-rule check
	is "$output" ""
	is "$(sql "select count(*) from pg_class c, aclexplode(relacl) g
		where relnamespace = 'audit'::regnamespace
		and grantee <> relowner")" 0
	is "$(sql "select count(*) from pg_proc p,
		aclexplode(coalesce(proacl, acldefault('f', proowner))) g
		where pronamespace = 'audit'::regnamespace
		and grantee <> proowner")" 0
}

@test "init by a role that may not create a schema says what to grant" {
	root "drop schema audit cascade"
	run -3 --separate-stderr as rule_other audit-rule init
	is "$output" ""
	[[ $stderr == *"grant create on database ${PGDATABASE} to rule_other"* ]]
	is "$(sql "select to_regnamespace('audit')")" ""
}

@test "init leaves a schema audit alone that is not ours" {
	root "drop schema audit cascade" "create schema audit" \
		"create table audit.mine()"
	run -3 audit-rule init
	[[ $output == *"it is not ours"* ]]
	is "$(root "select 'audit.mine'::regclass")" audit.mine
}

@test "init meets a newer trail with both versions" {
	sql "update audit.trail set version = 99"
	run -3 audit-rule init
	[[ $output == *"version 99, this tool has 1"* ]]
	run -3 audit-rule list
	[[ $output == *"version 99, this tool needs 1"* ]]
}

@test "init runs the scripts above the trail's version, or leaves all as it was" {
	sql "update audit.trail set version = 0"
	run -3 audit-rule list
	[[ $output == *"version 0, this tool needs 1: run audit-rule init"* ]]
	run -3 audit-rule init
	[[ $output == *'nothing was installed: schema "audit" already exists'* ]]
	is "$(sql "select version from audit.trail")" 0
}

@test "two inits at once make one trail" {
	root "drop schema audit cascade"
	audit-rule init &
	run -0 audit-rule init
	wait $!
	is "$(sql "select count(*) from audit.event")" 1
}

@test "without a trail every other verb says to run init" {
	root "drop schema audit cascade"
	for verb in list check "add sale" "disable x" "skip --why x sale"; do
		# shellcheck disable=SC2086 # its words
		run -3 --separate-stderr audit-rule $verb
		is "$output" ""
		[[ $stderr == *"run audit-rule init" ]]
	done
}

@test "who is not the trail's owner is told what to grant" {
	for verb in list check "add sale" "disable x" "uninstall -y"; do
		# shellcheck disable=SC2086 # its words
		run -3 --separate-stderr as rule_other audit-rule $verb
		is "$output" ""
		[[ $stderr == *'role "rule_other" needs: grant rule_dba to rule_other, or audit-rule grant rule_other admin' ]]
	done
}

# list, show

@test "list prints what is not at its default, on one line a rule" {
	audit-rule add sale --ops update,insert --groups b,a --actors x \
		--except-actors y --ignore total --exclude customer --mask note \
		--when 'id > 0' --label total --actor-column note --related \
		--keep-bytes --on-error warn --disabled
	run -0 audit-rule list
	is "$output" '{"rule":"sale","table":"public.sale","ops":["insert","update"],"enabled":false,"groups":["a","b"],"actors":["x"],"except_actors":["y"],"ignore":["total"],"exclude":["customer"],"mask":["note"],"when":"id > 0","label":"total","actor_column":"note","related":true,"keep_bytes":true,"on_error":"warn"}'
}

@test "list and show name a table as it is called now" {
	audit-rule add sale
	sql "create schema s" "alter table sale rename to \"Order\"" \
		"alter table \"Order\" set schema s"
	is "$(audit-rule list | field table)" 's."Order"'
	is "$(audit-rule show s.'"Order"' | field rule)" sale
	sql 'insert into s."Order" values (1)'
	is "$(ops Order)" insert
}

@test "a rule whose table is gone is orphaned and keeps its last name" {
	audit-rule add sale customer --name shop
	sql "drop table sale"
	is "$(audit-rule list | jq -c '[.table, .orphaned]')" \
		'[["public.customer","public.sale"],true]'
	is "$(audit-rule show shop | field 'covers[].trigger')" 'ok
gone'
}

@test "show finds rules by name and by table" {
	audit-rule add sale
	audit-rule add sale --name second
	is "$(audit-rule show sale | field rule)" sale
	is "$(audit-rule show public.sale | field rule)" 'sale
second'
	run -1 --separate-stderr audit-rule show customer
	is "$output" ""
	[[ $stderr == *"customer: this table has no rule" ]]
	run -2 --separate-stderr audit-rule show sale nowhere
	[[ $stderr == *"nowhere: no such rule or table" ]]
}

# enable, disable, remove

@test "enable, disable and remove refuse an unknown rule and do nothing" {
	audit-rule add sale
	for verb in enable disable remove; do
		run -2 audit-rule "$verb" sale nope
		[[ $output == *"no such rule: nope"* ]]
	done
	is "$(audit-rule list | field enabled)" true
	is "$(rule_events)" 'rule_add|sale'
}

@test "every change of a rule is an event, what changes nothing is none" {
	audit-rule add sale
	audit-rule enable sale
	audit-rule disable sale
	audit-rule disable sale
	audit-rule enable sale
	audit-rule remove sale
	is "$(rule_events)" 'rule_add|sale
rule_disable|sale
rule_enable|sale
rule_remove|sale'
	is "$(sql "select old ->> 'enabled', new ->> 'enabled' from audit.event
		where op = 'rule_disable'")" 'true|false'
	is "$(sql "select old ->> 'rule', new from audit.event
		where op = 'rule_remove'")" 'sale|'
}

@test "with a table's last rule its triggers go, its events and identity stay" {
	audit-rule add sale
	audit-rule add sale --name second
	sql "insert into sale values (1)"
	audit-rule remove sale
	is "$(triggers)" 2
	audit-rule remove second
	is "$(triggers)" 0
	sql "insert into sale values (2)"
	is "$(ops sale)" insert
	id=$(sql "select max(record >> 32) from audit.event")
	audit-rule add sale
	is "$(audit-rule show sale | field 'covers[].identity')" "$id"
}

@test "remove counts at once, though the table is in use" {
	audit-rule add sale
	open_session
	say "begin" "insert into sale values (1)"
	run -0 audit-rule remove sale --wait 0s
	[[ $output == *"public.sale keeps triggers that do nothing"* ]]
	say "insert into sale values (2)" "commit"
	close_session
	is "$(ops sale)" insert
	audit-rule apply --missing
	is "$(triggers)" 0
}

# apply

@test "what list prints, apply takes back and changes nothing" {
	sql "create table gone(id int)"
	audit-rule add sale --when "note <> 'ä\"'" --mask note --actors a,b
	audit-rule add customer gone 'x*' --name mixed --disabled
	sql "drop table gone" "alter table sale rename note to remark"
	before=$(sql "select count(*) from audit.event")
	audit-rule list >"$BATS_TEST_TMPDIR/rules"
	run -0 audit-rule apply --prune <"$BATS_TEST_TMPDIR/rules"
	is "$output" ""
	is "$(audit-rule list)" "$(cat "$BATS_TEST_TMPDIR/rules")"
	is "$(sql "select count(*) from audit.event")" "$before"
}

@test "rules go to another database as lines" {
	audit-rule add customer --related --label name
	audit-rule list >"$BATS_TEST_TMPDIR/rules"
	audit-rule remove customer
	run -0 audit-rule apply - <"$BATS_TEST_TMPDIR/rules"
	is "$(audit-rule list)" "$(cat "$BATS_TEST_TMPDIR/rules")"
	run -0 audit-rule check
}

@test "apply changes a rule in one step, which is one event" {
	audit-rule add sale --label note
	sql "insert into sale values (1, null, 1, 'x')"
	echo '{"rule":"sale","table":"sale","mask":"total","future":1}' |
		audit-rule apply -v
	is "$(audit-rule list)" '{"rule":"sale","table":"public.sale","ops":["insert","update","delete","truncate"],"enabled":true,"mask":["total"]}'
	is "$(rule_events)" 'rule_add|sale
rule_change|sale'
	is "$(sql "select old ->> 'label', new ->> 'label' from audit.event
		where op = 'rule_change'")" 'note|'
	sql "update sale set total = 2"
	is "$(sql "select old, label from audit.event where op = 'update'")" \
		'{"total": {"masked": true}}|'
}

@test "a change keeps the columns that a rule has followed through a rename" {
	audit-rule add sale --mask note
	sql "alter table sale rename note to remark" \
		"alter table sale add note text"
	audit-rule list | jq -c '.ignore = ["total"]' | audit-rule apply
	sql "insert into sale(id, note, remark) values (1, 'open', 'secret')"
	is "$(sql "select new ->> 'note', new ->> 'remark' from audit.event
		where op = 'insert'")" 'open|{"masked": true}'
}

@test "a column that is dropped and made again is meant as well" {
	audit-rule add sale --mask note
	sql "alter table sale drop note" "alter table sale add note text" \
		"insert into sale(id, note) values (1, 'secret')"
	is "$(sql "select new -> 'note' from audit.event where op = 'insert'")" \
		'{"masked": true}'
}

@test "apply moves a rule to other tables" {
	audit-rule add sale
	audit-rule list | jq -c '.table = "customer"' | audit-rule apply
	is "$(audit-rule show sale | field 'covers[].table')" public.customer
	sql "insert into customer values (1)" "insert into sale values (1)"
	is "$(ops sale)" ""
	is "$(ops customer)" insert
	is "$(triggers)" 2
}

@test "apply switches a rule on and off" {
	audit-rule add sale
	audit-rule list | jq -c '.enabled = false' | audit-rule apply
	audit-rule list | jq -c '.enabled = true' | audit-rule apply
	is "$(rule_events)" 'rule_add|sale
rule_disable|sale
rule_enable|sale'
}

@test "apply does all or nothing, and names each bad line" {
	audit-rule add customer
	run -2 --separate-stderr audit-rule apply --prune <<-'END'
	{"rule":"sale","table":"sale"}
	not json
	{"rule":"x","table":"nowhere"}

	["rule"]
	{"rule":"y","table":"sale","ops":"insert","related":"yes"}
	{"rule":"sale","table":"customer"}
	{"table":"sale"}
	{"rule":"z"}
	{"rule":"w","table":"sale","ops":[]}
	END
	is "$output" ""
	is "$(sed 's/^audit-rule: \(line [0-9]*: [^("]*\).*/\1/; s/ *$//' <<<"$stderr")" \
		'line 2: invalid input syntax for type json
line 3: no such table: nowhere
line 5: not a rule: [
line 6: related: not a boolean: yes
line 7: rule sale a second time
line 8: rule: no name
line 9: table: none named
line 10: ops: none named'
	is "$(audit-rule list | field rule)" customer
	is "$(rule_events)" 'rule_add|customer'
}

@test "apply --prune removes the other rules, but not all" {
	audit-rule add customer sale
	audit-rule list | grep '"sale"' | audit-rule apply --prune
	is "$(audit-rule list | field rule)" sale
	is "$(triggers)" 2
	run -2 audit-rule apply --prune </dev/null
	[[ $output == *"no rule to keep"* ]]
	is "$(audit-rule list | field rule)" sale
}

@test "apply -n says what it would do" {
	audit-rule add customer
	run -0 audit-rule apply -n --prune <<<'{"rule":"sale","table":"sale"}'
	is "$(jq -c '[.do, .table // .rule.rule]' <<<"$output")" \
		'["trigger","public.sale"]
["add","sale"]
["remove","customer"]'
	is "$(audit-rule list | field rule)" customer
}

@test "apply reads files, and a file that is not there is exit 3" {
	echo '{"rule":"sale","table":"sale"}' >"$BATS_TEST_TMPDIR/a"
	echo '{"rule":"customer","table":"nope"}' >"$BATS_TEST_TMPDIR/b"
	run -2 audit-rule apply "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b"
	[[ $output == *"/b: line 1: no such table: nope"* ]]
	run -3 audit-rule apply "$BATS_TEST_TMPDIR/a" /nonexistent/rules
	is "$(audit-rule list)" ""
	run -0 audit-rule apply "$BATS_TEST_TMPDIR/a"
	is "$(audit-rule list | field rule)" sale
}

# What surrounds it

@test "settings of the database and of the role change nothing" {
	root "alter database $PGDATABASE set standard_conforming_strings = off" \
		"alter database $PGDATABASE set quote_all_identifiers = on" \
		"alter database $PGDATABASE set plpgsql.extra_errors = 'all'" \
		"alter database $PGDATABASE set transform_null_equals = on" \
		"alter database $PGDATABASE set search_path = pg_temp, public, pg_catalog" \
		"alter database $PGDATABASE set default_transaction_isolation = serializable"
	sql "create table public.p(id int, d date) partition by list (id)" \
		"create table public.p1 partition of public.p for values in (1)"
	run -0 as postgres audit-rule init --event-trigger
	is "$output" ""
	run -0 audit-rule add sale p --when "id <> 0" --name x
	run -0 audit-rule add 'new_*' --related --disabled
	run -0 --separate-stderr as rule_shop sql \
		"create table public.new_one(id int)"
	is "$stderr" ""
	audit-rule list >"$BATS_TEST_TMPDIR/rules"
	run -0 audit-rule apply --prune "$BATS_TEST_TMPDIR/rules"
	is "$output" ""
	run -0 audit-rule check
	is "$output" ""
	run -0 audit-rule enable new_all
	run -0 audit-rule remove x
	is "$output" ""
	run -0 as postgres audit-rule uninstall -y --drop-trail
	is "$output" ""
}

@test "a change that waits for another one says so" {
	audit-rule add sale
	open_session
	say "begin" "lock table audit.rule in share row exclusive mode"
	run -3 audit-rule disable sale --wait 0.1s
	[[ $output == *"another audit-rule is at work, or DDL" ]]
	run -0 audit-rule list
	close_session
}

@test "bash completes rules and tables from the database" {
	audit-rule add sale --name first
	offered() {
		bash --norc -c 'source "$ROOT/completions/bash/audit-rule"
			COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
			_audit_rule audit-rule "${!#}" "${*: -2:1}"
			echo "${COMPREPLY[@]}"' bash audit-rule "$@"
	}
	is "$(offered disable '')" first
	is "$(offered add sa)" sale
	is "$(offered add --ops '')" 'insert update delete truncate read'
}

# Two at once

@test "two at once add the same table without harm" {
	audit-rule add sale --name one &
	run -0 audit-rule add sale --name two
	wait $!
	is "$(audit-rule list | field rule)" 'one
two'
	is "$(triggers)" 2
	run -0 audit-rule check
}

@test "add while another removes the last rule leaves a table covered" {
	for turn in 1 2 3; do
		audit-rule add sale --name "a$turn"
		audit-rule remove "a$turn" &
		run -0 audit-rule add sale --name "b$turn"
		wait $!
		sql "insert into sale values ($turn)"
		run -0 audit-rule check
		audit-rule remove "b$turn"
	done
	is "$(ops sale)" 'insert insert insert'
}
