#!/usr/bin/env bats
# audit-rule init --event-trigger and uninstall

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
