#!/usr/bin/env bats
# audit-rule check finds each hole, apply --missing mends it

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

# mended - apply --missing leaves no hole
mended() {
	run -0 --separate-stderr audit-rule apply --missing </dev/null
	is "$output$stderr" ""
	run -0 audit-rule check
	is "$output" ""
}

@test "where there is no hole check prints nothing" {
	audit-rule add sale customer
	sql "insert into sale values (1)" "truncate customer cascade"
	run -0 audit-rule check
	is "$output" ""
}

@test "a hole is a line with its kind, place, rule, message and what mends it" {
	audit-rule add sale
	sql 'drop trigger "!audit_truncate_'"$(identity sale)"'" on sale'
	run -1 audit-rule check
	is "$output" '{"hole":"trigger_missing","severity":"hole","table":"public.sale","rule":"sale","message":"trigger \"!audit_truncate_'"$(identity sale)"'\" is missing","fix":"audit-rule apply --missing"}'
}

@test "a trigger that is missing, disabled or altered is found and mended" {
	audit-rule add sale --ops insert
	id=$(identity sale)
	for change in "drop trigger \"!audit_$id\" on sale" \
		"drop trigger \"!audit_truncate_$id\" on sale" \
		"alter table sale disable trigger \"!audit_$id\"" \
		"alter table sale enable trigger \"!audit_$id\"" \
		"alter table sale enable replica trigger \"!audit_$id\"" \
		"alter table sale disable trigger user" \
		"alter trigger \"!audit_$id\" on sale rename to x" \
		"alter trigger \"!audit_$id\" on sale rename to \"!audit_99\""; do
		sql "$change"
		run -1 audit-rule check
		mended
	done
	make() {
		sql "drop trigger \"!audit_$id\" on sale" \
			"create trigger \"!audit_$id\" $1" \
			"alter table sale enable always trigger \"!audit_$id\""
	}
	for how in "after insert on sale for each row
			execute function audit.capture('$id')" \
		"before insert or update or delete on sale for each row
			execute function audit.capture('$id')" \
		"after insert or update or delete on sale for each row
			execute function audit.capture('99')" \
		"after insert or update of note or delete on sale for each row
			execute function audit.capture('$id')" \
		"after insert or update or delete on sale for each row
			when (false) execute function audit.capture('$id')" \
		"after insert or update or delete on sale for each statement
			execute function audit.capture('$id')" \
		"after insert or update or delete on sale for each row
			execute function suppress_redundant_updates_trigger()"; do
		make "$how"
		is "$(holes)" "trigger_altered public.sale"
		mended
	done
	sql "insert into sale values (1)"
	is "$(ops sale)" insert
}

@test "a second trigger of ours on a table is found and goes" {
	audit-rule add sale
	sql "create trigger copy after insert or update or delete on sale
		for each row execute function audit.capture('$(identity sale)')"
	is "$(holes)" 'trigger_altered public.sale'
	mended
	is "$(triggers)" 2
}

@test "a clone on a partition that is disabled is found and mended" {
	sql "create table p(id int) partition by list (id)" \
		"create table p1 partition of p for values in (1)"
	audit-rule add p
	sql "alter table p1 disable trigger \"!audit_$(identity p)\""
	is "$(holes)" "trigger_disabled public.p1"
	mended
}

@test "a TRUNCATE of a new partition is not covered until it is mended" {
	sql "create table p(id int) partition by list (id)" \
		"create table p1 partition of p for values in (1)"
	audit-rule add p
	sql "create table p2 partition of p for values in (2)
			partition by list (id)" \
		"create table p21 partition of p2 for values in (2)"
	is "$(holes)" 'truncate_uncovered public.p2
truncate_uncovered public.p21'
	mended
	sql "insert into p values (2)" "truncate p21"
	is "$(ops p)" 'insert delete truncate'
}

@test "a detached partition stays covered once that is mended" {
	sql "create table p(id int) partition by list (id)" \
		"create table p1 partition of p for values in (1)"
	audit-rule add p
	sql "alter table p detach partition p1"
	is "$(holes)" 'partition_detached public.p1'
	mended
	sql "insert into p1 values (1)" "truncate p1"
	is "$(ops p1)" 'insert delete truncate'
	echo '{"rule":"p","table":"p","keep_bytes":true}' | audit-rule apply
	run -0 audit-rule check
	sql "alter table p attach partition p1 for values in (1)"
	sql "insert into p values (1)" "delete from p1"
	is "$(ops p)" 'insert delete'
	is "$(ops p1)" 'insert delete truncate'
	audit-rule remove p
	is "$(triggers)" 0
}

@test "new inheriting tables, new referencing ones, new ones of a pattern" {
	audit-rule add customer --related
	audit-rule add 'sale*'
	sql "create table vip() inherits (customer)" \
		"create table call(customer int references customer)" \
		"create table sale_line(id int)" \
		"create table sale_cache(id int)"
	audit-rule skip sale_cache --why 'made anew each night'
	is "$(holes)" 'related_uncovered public.call
pattern_uncovered public.sale_line
child_uncovered public.vip'
	mended
	sql "insert into vip values (1)" "insert into sale_line values (1)"
	is "$(ops vip)" insert
	is "$(ops sale_line)" insert
	is "$(sql "select op, key ->> 'rule', \"table\", new ->> 'why'
		from audit.event where op = 'rule_cover' order by 3")" \
		'rule_cover|customer|call|related
rule_cover|saleall|sale_line|pattern
rule_cover|customer|vip|child'
}

@test "a table dropped under its rule is found, one of a pattern is not missed" {
	sql "create table a(id int)" "create table b1(id int)"
	audit-rule add a 'b*'
	sql "drop table a, b1"
	run -1 audit-rule check
	is "$(jq -c '[.hole, .table, .rule, .fix]' <<<"$output")" \
		'["table_dropped","public.a","a","audit-rule remove a"]'
	audit-rule remove a
	mended
	sql "create table a(id int)"
	run -1 audit-rule show a
}

@test "rights of others on the trail are found, and what to revoke is said" {
	sql "grant usage on schema audit to rule_other" \
		"grant select on audit.event to public" \
		"grant select(op), insert(op) on audit.event to rule_other" \
		"grant execute on function audit.session() to rule_shop"
	root "alter function audit.ticket() owner to postgres"
	run -1 audit-rule check
	is "$(jq -r '[.table, .message] | join(": ")' <<<"$output")" \
		'audit: rule_other has usage
audit.event: public has select
audit.event(op): rule_other has insert, select
audit.session(): rule_shop has execute
audit.ticket(): postgres owns this function'
	while read -r fix; do
		root "$fix"
	done < <(jq -r .fix <<<"$output")
	run -0 audit-rule check
}

@test "a function that is not as installed is found" {
	sql "create or replace function audit.guard() returns trigger
			language plpgsql set search_path = pg_catalog, pg_temp
			as 'begin return null; end'" \
		"alter function audit.capture() reset search_path" \
		"alter function audit.capture_truncate() security invoker" \
		"alter function audit.actor() rename to actor2"
	is "$(holes)" 'function_altered audit.actor
function_altered audit.capture()
function_altered audit.capture_truncate()
function_altered audit.guard()'
}

@test "a guard that is off, on the trail or a partition, is found" {
	part=audit.event_$(date -u +%Y_%m)
	sql "alter table audit.event_rest disable trigger \"!audit_guard\"" \
		"drop trigger \"!audit_guard\" on $part" \
		"alter table audit.event enable trigger \"!audit_guard\""
	run -1 audit-rule check
	is "$(jq -r .table <<<"$output")" "audit.event
$part
audit.event_rest"
	while read -r fix; do
		sql "$fix"
	done < <(jq -r .fix <<<"$output")
	run -0 audit-rule check
}

@test "what could change an event on its way to the trail is found" {
	sql "create function swallow() returns trigger language plpgsql
			as 'begin return null; end'" \
		"create trigger swallow before insert on audit.event_rest
			for each row execute function swallow()" \
		"alter table audit.plan enable row level security" \
		"create rule nothing as on insert to audit.skip do instead nothing"
	is "$(holes)" 'trail_altered audit.event_rest
trail_altered audit.plan
trail_altered audit.skip'
	audit-rule check | field fix | while read -r fix; do
		sql "$fix"
	done
	run -0 audit-rule check
}

@test "triggers that do not work by the rules are found and mended" {
	audit-rule add sale --mask note
	audit-rule add customer
	sql "delete from audit.plan where \"table\" = 'sale'" \
		"update audit.plan set on_delete = null"
	is "$(holes)" 'plan_altered public.customer
plan_altered public.sale'
	mended
	sql "update audit.plan set mask = '{}', trims = false"
	is "$(holes)" 'plan_altered public.sale'
	mended
}

@test "a month without a partition and events without a month are found and mended" {
	audit-rule add sale
	sql "drop table audit.event_$(date -u +%Y_%m)" \
		"drop table audit.event_$(date -ud "$(date -u +%Y-%m-15) 1 month" +%Y_%m)" \
		"insert into sale values (1)"
	is "$(holes)" 'no_partition 
no_partition 
rest_rows audit.event_rest'
	mended
	is "$(ops sale)" insert
}

@test "rows that TRUNCATE would lose are found" {
	root "create table strange(id int)" \
		"create table hidden(id int)" \
		"alter table hidden owner to rule_other" \
		"alter table hidden enable row level security" \
		"grant select on hidden to rule_dba"
	as postgres audit-rule add strange hidden
	run -1 audit-rule check
	is "$(jq -r '[.hole, .table, .fix] | join(" ")' <<<"$output")" \
		'truncate_unread public.hidden 
truncate_unread public.strange grant select on public.strange to rule_dba'
	root "$(jq -r '.fix // empty' <<<"$output")" \
		"grant rule_other to rule_dba"
	run -0 audit-rule check
	root "revoke rule_other from rule_dba"
}

@test "what loses nothing is a note and no reason to exit 1" {
	sql "create type pair as enum ('a', 'b')" \
		"create table t(id int primary key, x int, y int, p pair)" \
		"create function pair_json(pair) returns json language sql
			as 'select null::json'" \
		"create cast (pair as json) with function pair_json(pair)"
	as rule_shop sql "create type own as enum ('a')" \
		"create function own_json(own) returns json language sql
			as 'select null::json'" \
		"create cast (own as json) with function own_json(own)" \
		"create table o(x own)"
	audit-rule add t --actors alice --when 'x > 0' --ignore y
	audit-rule add o
	sql "alter table t drop x, drop y, add z int"
	run -0 audit-rule check
	is "$(jq -r '[.severity, .hole, .table] | join(" ")' <<<"$output")" \
		'note plan_stale public.t
note when_broken public.t
note column_gone public.t
note untrusted public.o
note evadable '
	run -0 audit-rule apply --missing
	is "$(notes)" 'when_broken public.t
untrusted public.o
evadable '
}

@test "check --all names the tables without a rule and without an excuse" {
	sql "create table a(id int)" "create table b(id int)" \
		"create table p(id int) partition by list (id)" \
		"create table p1 partition of p for values in (1)" \
		"create table q(id int) partition by list (id)" \
		"create table q1 partition of q for values in (1)"
	audit-rule add sale p
	audit-rule skip a --why 'it is a cache'
	is "$(holes --all)" 'no_rule public.b
no_rule public.customer
no_rule public.q'
	is "$(sql "select \"table\", new from audit.event
		where op = 'rule_skip'")" 'a|{"why": "it is a cache"}'
	run -0 audit-rule check
}

@test "--summary tells a check that found nothing from none" {
	audit-rule add sale
	is "$(audit-rule check --summary)" \
		'{"covered":true,"holes":0,"notes":0,"capture":"portable"}'
	sql "alter table sale disable trigger user"
	run -1 --separate-stderr audit-rule check --summary
	is "${lines[-1]}" \
		'{"covered":false,"holes":2,"notes":0,"capture":"portable"}'
	run -1 --separate-stderr audit-rule check --summary -f table
	is "${lines[-1]}" 'holes: 2, notes: 0, capture: portable'
}

@test "skip refuses an unknown table, one with a rule, and no reason" {
	audit-rule add sale
	run -2 audit-rule skip sale --why x
	[[ $output == *"sale has a rule"* ]]
	run -2 audit-rule skip customer nowhere --why x
	[[ $output == *"no such table: nowhere"* ]]
	run -2 audit-rule skip customer
	[[ $output == *"--why" ]]
	is "$(sql "select count(*) from audit.skip")" 0
}

@test "a rule for a table ends its being skipped" {
	audit-rule skip sale --why x
	audit-rule add sale
	is "$(sql "select count(*) from audit.skip")" 0
}

@test "apply --missing mends what it can, and says what it could not" {
	audit-rule add sale customer
	sql "drop trigger \"!audit_$(identity sale)\" on sale" \
		"drop trigger \"!audit_$(identity customer)\" on customer"
	open_session
	say "begin" "insert into customer values (1)"
	run -3 audit-rule apply --missing --wait 0.1s
	[[ $output == *"public.customer: no lock within 0.1 s"* ]]
	say "commit"
	close_session
	is "$(holes)" "trigger_missing public.customer"
}

@test "apply --missing alone does not read stdin" {
	echo '{"rule":"sale","table":"sale"}' >"$BATS_TEST_TMPDIR/rules"
	audit-rule apply --missing <"$BATS_TEST_TMPDIR/rules"
	is "$(audit-rule list)" ""
	audit-rule apply --missing - <"$BATS_TEST_TMPDIR/rules"
	is "$(audit-rule list | field rule)" sale
}

@test "after dump and restore the rules hold, and check has nothing to say" {
	sql "create table p(id int) partition by list (id)" \
		"create table p1 partition of p for values in (1)"
	audit-rule add sale --mask note --label total
	audit-rule add p 'cust*'
	audit-rule skip customer --why 'not' || true
	sql "insert into sale values (1, null, 1, 'x')"
	root "create schema before" "create table before.t1()" "create table before.t2()"
	as postgres pg_dump -Fc -f "$BATS_TEST_TMPDIR/dump"
	target=${TEMPLATE}_copy
	PGUSER=postgres psql -qd postgres -c "create database $target owner rule_dba"
	PGUSER=postgres pg_restore -d "$target" "$BATS_TEST_TMPDIR/dump"
	PGDATABASE=$target sql "update sale set note = 'y'"
	result=$(PGDATABASE=$target holes)
	PGDATABASE=$target audit-rule apply --missing
	result+=$(PGDATABASE=$target audit-rule check)
	events=$(PGDATABASE=$target sql "select op, label, old from audit.event
		where \"table\" = 'sale' and op !~ '_' order by id")
	PGUSER=postgres psql -qd postgres -c "drop database $target"
	is "$result" ""
	is "$events" 'insert|1|
update|1|{"note": {"masked": true}}'
}
