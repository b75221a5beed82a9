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

# identity RULE - of the first table that it covers
identity() {
	audit-rule show "$1" | field 'covers[0].identity'
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
	is "$(holes)" "trigger_altered public.sale"
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

@test "a month without a partition and events without a month are found and mended" {
	audit-rule add sale
	sql "drop table audit.event_$(date -u +%Y_%m)" \
		"drop table audit.event_$(date -ud '1 month' +%Y_%m)" \
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
	sql "create type pair as (a int, b int)" \
		"create table t(id int primary key, x int, y int, p pair)" \
		"create function pair_json(pair) returns json language sql
			as 'select null::json'" \
		"create cast (pair as json) with function pair_json(pair)"
	as rule_shop sql "create type own as (a int)" \
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
		where \"table\" = 'sale' order by id")
	PGUSER=postgres psql -qd postgres -c "drop database $target"
	is "$result" ""
	is "$events" 'insert|1|
update|1|{"note": {"masked": true}}'
}

# init --event-trigger

@test "init --event-trigger without the right to is exit 3, nothing else" {
	root "drop schema audit cascade"
	run -3 audit-rule init --event-trigger
	[[ $output == *"--event-trigger: permission denied"*superuser* ]]
	is "$(sql "select to_regnamespace('audit')")" ""
}

@test "init --event-trigger covers new tables and partitions at once" {
	sql "create table p(id int) partition by list (id)" \
		"create table p1 partition of p for values in (1)"
	audit-rule add customer --related
	audit-rule add p 'new_*'
	as postgres audit-rule init --event-trigger
	run -0 as postgres audit-rule init --event-trigger
	as rule_shop sql "create table new_one(id int)" \
		"create table new_two as select 1 as id" \
		"create table call(customer int references customer)" \
		"create table vip() inherits (customer)"
	sql "create table p2 partition of p for values in (2)" \
		"create table p3(id int)" \
		"alter table p attach partition p3 for values in (3)" \
		"alter table p detach partition p1"
	run -0 audit-rule check
	is "$output" ""
	as rule_shop sql "insert into new_one values (1)" \
		"insert into vip values (1)" "truncate new_two"
	sql "insert into p values (2), (3)" "truncate p3" \
		"insert into p1 values (1)"
	is "$(ops new_one)" insert
	is "$(ops new_two)" 'delete truncate'
	is "$(ops vip)" insert
	is "$(ops p)" 'ddl ddl ddl insert insert delete truncate'
	is "$(ops p1)" insert
}

@test "init --event-trigger records DDL on audited tables and keeps plans fresh" {
	as postgres audit-rule init --event-trigger
	audit-rule add sale --label note
	as rule_shop sql "alter table sale add extra int" \
		"alter table sale rename to deal" \
		"alter table deal disable trigger \"!audit_$(identity sale)\"" \
		"create index on deal(extra)" \
		"create table unaudited(id int)" "alter table unaudited add x int"
	is "$(sql "select \"table\", role, new ->> 'command', new ->> 'object',
			new -> 'columns' ->> 'extra'
		from audit.event where op = 'ddl' order by id")" \
		'sale|rule_shop|ALTER TABLE|public.sale|integer
deal|rule_shop|ALTER TABLE|public.deal|integer
deal|rule_shop|ALTER TABLE|public.deal|integer'
	is "$(holes)" 'trigger_disabled public.deal'
	is "$(notes)" ''
	audit-rule apply --missing
	as rule_shop sql "drop table deal"
	is "$(sql "select \"table\", new ->> 'command', new ->> 'object'
		from audit.event where op = 'ddl' order by id desc limit 1")" \
		'deal|DROP TABLE|public.deal'
	is "$(sql "select dropped is not null from audit.relation
		where \"table\" = 'deal'")" t
}

@test "an event trigger of ours never fails the application's DDL" {
	audit-rule add sale 'new_*'
	as postgres audit-rule init --event-trigger
	root "create schema strange authorization rule_other"
	run -0 --separate-stderr as rule_other sql \
		"create table strange.new_one(id int)"
	[[ $stderr == *"WARNING:  audit: what CREATE TABLE changes may not be audited in full"* ]]
	root 'alter table audit.relation rename to lost'
	run -0 as rule_shop sql "create table other(id int)" \
		"alter table other add n int" "drop table other"
}

@test "an event trigger that is disabled is a hole, and uninstall drops them" {
	as postgres audit-rule init --event-trigger
	root "alter event trigger audit_ddl disable"
	is "$(holes)" 'trigger_disabled '
	run -3 audit-rule uninstall -y
	as postgres audit-rule uninstall -y
	is "$(sql "select count(*) from pg_event_trigger")" 0
}

# uninstall

@test "uninstall takes the triggers, the events stay and can be read" {
	audit-rule add sale customer
	sql "insert into sale values (1)"
	run -0 audit-rule uninstall -y
	is "$output" ""
	is "$(triggers)" 0
	sql "insert into sale values (2)" "truncate customer cascade"
	is "$(ops sale)" insert
	is "$(sql "select op from audit.event order by id desc limit 1")" uninstall
	is "$(audit-rule list)" ""
	run -0 audit-rule check
	audit-rule add sale
	sql "insert into sale values (3)"
	is "$(ops sale)" 'insert insert'
}

@test "uninstall --drop-trail leaves no trace, and init begins anew" {
	audit-rule add sale
	sql "insert into sale values (1)"
	run -0 audit-rule uninstall -y --drop-trail
	is "$output" ""
	is "$(triggers)" 0
	is "$(sql "select to_regnamespace('audit')")" ""
	sql "insert into sale values (2)"
	audit-rule init
	is "$(sql "select count(*) from audit.event")" 1
}

@test "uninstall --drop-trail keeps what others have made" {
	sql "create table audit.mine(id int)" \
		"create function audit.mine() returns int language sql as 'select 1'"
	run -0 audit-rule uninstall -y --drop-trail
	[[ $output == *"schema audit stays, for what others have made in it: function audit.mine(), table audit.mine"* ]] ||
		[[ $output == *"schema audit stays, for what others have made in it: table audit.mine, function audit.mine()"* ]]
	is "$(sql "select count(*) from pg_class
		where relnamespace = 'audit'::regnamespace")" 1
	run -3 audit-rule init
	sql "drop function audit.mine()" "drop table audit.mine" \
		"drop schema audit"
	run -0 audit-rule uninstall -y --drop-trail
}

@test "uninstall --drop-trail is refused while others depend on the trail" {
	sql "create view public.report as select * from audit.event"
	run -3 audit-rule uninstall -y --drop-trail
	[[ $output == *"view public.report depends on"* ]]
	is "$(sql "select count(*) > 0 from public.report")" t
	sql "drop view public.report"
	run -0 audit-rule uninstall -y --drop-trail
}

@test "after DROP SCHEMA audit CASCADE writes go on, uninstall has nothing to do" {
	audit-rule add sale
	open_session
	say "insert into sale values (1)"
	PGOPTIONS='-c client_min_messages=warning' sql "drop schema audit cascade"
	is "$(say "insert into sale values (2)" "table sale" | wc -l)" 2
	close_session
	run -0 audit-rule uninstall -y --drop-trail
	is "$output" ""
	run -0 audit-rule init
	run -0 audit-rule add sale
	sql "insert into sale values (3)"
	is "$(ops sale)" insert
}

@test "uninstall meets a table in use: the rest is done, run again it ends" {
	audit-rule add sale customer
	open_session
	say "begin" "insert into sale values (1)"
	run -3 audit-rule uninstall -y --drop-trail --wait 0.1s
	[[ $output == *"public.sale: no lock within 0.1 s; held by pid "* ]]
	[[ $output == *"run uninstall again"* ]]
	say "insert into sale values (2)" "commit" "insert into sale values (3)"
	run -0 audit-rule uninstall -y --drop-trail
	say "insert into sale values (4)"
	is "$(say "select count(*) from sale")" 4
	close_session
}

@test "uninstall asks, and -n only says" {
	audit-rule add sale
	run -2 audit-rule uninstall </dev/null
	[[ $output == *"uninstall: say -y" ]]
	run -0 --separate-stderr audit-rule uninstall -n --drop-trail
	is "$(head -n 1 <<<"$output")" \
		'{"do":"drop_triggers","table":"public.sale"}'
	[[ ${lines[-1]} == '{"do":"sql","sql":"drop function '* ]]
	is "$(triggers)" 2
	run -1 env script -qec "audit-rule uninstall" /dev/null <<<no
	is "$(triggers)" 2
	run -0 env script -qec "audit-rule uninstall" /dev/null <<<yes
	is "$(triggers)" 0
}

@test "writers work through add, remove and uninstall without an error" {
	cat >"$BATS_TEST_TMPDIR/load.sql" <<-'END'
	\set i random(1, 1000000000)
	insert into customer values (:i) on conflict do nothing;
	update customer set tag = 'x' where id = :i;
	END
	pgbench -n -c 4 -T 6 -f "$BATS_TEST_TMPDIR/load.sql" \
		>"$BATS_TEST_TMPDIR/load" 2>&1 &
	audit-rule add customer --wait 20s
	audit-rule disable customer
	audit-rule enable customer
	audit-rule remove customer --wait 20s
	audit-rule add customer --wait 20s
	audit-rule uninstall -y --drop-trail --wait 20s
	audit-rule init
	wait $!
	run -1 grep -i error "$BATS_TEST_TMPDIR/load"
}
