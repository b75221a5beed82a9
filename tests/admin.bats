#!/usr/bin/env bats
# admin - what audit-rule changes leaves an event with it, and who manages
# rules without owning anything gains no more than that

load rule

setup_file() {
	rule_template
	as postgres make_role admin_ann login
	as postgres make_role admin_eve login
}

teardown_file() {
	rule_end
	PGUSER=postgres psql -qd postgres -c 'drop role admin_ann, admin_eve'
}

setup() {
	rule_database
}

teardown() {
	rule_sessions_end
}

# unexplained - what was written without an event of the same transaction: our
# triggers, the rules, what is compiled of them, our functions
unexplained() {
	sql "select x.what from (
			select tgname::text, xmin from pg_trigger
			where tgname like '!audit%' and tgname <> '!audit_guard'
			union all select 'rule ' || name, xmin from audit.rule
			union all select 'plan ' || relid::regclass, xmin from audit.plan
			union all select oid::regprocedure::text, xmin from pg_proc
			where pronamespace = 'audit'::regnamespace) x(what, xid)
		where not exists (select from audit.event e
			where (e.op ~ '^rule_' or e.op in ('init', 'grant', 'revoke', 'ddl'))
			and x.xid::text::bigint in (e.txid & 4294967295,
				(e.new ->> 'xid')::bigint))"
}

# versions - of what is compiled, and of our triggers
versions() {
	sql "select relid, rel, xmin, ctid from audit.plan order by 1, 2" \
		"select oid, xmin from pg_trigger where tgname like '!audit%' order by 1" \
		"select name, xmin from audit.rule order by 1"
}

# events

@test "each change of a trigger, rule, plan or function has an event with it" {
	is "$(unexplained)" ''
	sql "create table p(id int) partition by list (id)" \
		"create table p1 partition of p for values in (1)"
	audit-rule add customer --related --label name
	audit-rule add p 'new_*'
	is "$(unexplained)" ''
	audit-rule disable customer
	audit-rule enable customer
	is "$(unexplained)" ''
	audit-rule list | sed 's/"label":"name"/"label":"tag"/' | audit-rule apply
	audit-rule grant admin_ann auditor
	audit-rule grant admin_ann admin
	audit-rule revoke admin_ann auditor
	is "$(unexplained)" ''
	sql "create table new_a(id int)" \
		"create table p2 partition of p for values in (2)" \
		"alter table p disable trigger \"!audit_$(identity p)\"" \
		"truncate p1" "alter table customer add x int"
	audit-rule apply --missing </dev/null
	is "$(unexplained)" ''
	audit-rule remove p
	is "$(unexplained)" ''
	is "$(triggers)" 6
	audit-rule uninstall -y
	is "$(sql "select count(*) > 6 from audit.event where op = 'rule_trigger'
		and new -> 'done' ->> 0 like 'drop trigger%'")" f
	is "$(unexplained)" ''
}

@test "so it has where event triggers do it" {
	as postgres audit-rule init --event-trigger
	audit-rule add sale 'new_*'
	sql "create table p(id int) partition by list (id)"
	audit-rule add p
	as rule_shop sql "create table new_b(id int)" \
		"alter table sale add x int" "alter table sale rename x to y"
	sql "create table p2 partition of p for values in (2)"
	audit-rule check
	is "$(unexplained)" ''
	is "$(sql "select count(*) from audit.mending")" 0
}

@test "a bad line among many leaves nothing, and each is named" {
	audit-rule add sale
	before=$(versions)
	printf '{"rule":"%s","table":"%s"}\n' a customer b nowhere c sale d nope \
		>"$BATS_TEST_TMPDIR/rules"
	run -2 --separate-stderr audit-rule apply "$BATS_TEST_TMPDIR/rules"
	is "$output" ''
	is "$(grep -c 'no such table' <<<"$stderr")" 2
	is "$(versions)" "$before"
	printf '{"rule":"%s","table":"%s"}\n' a customer b sale |
		audit-rule apply
	is "$(unexplained)" ''
}

@test "what would be the same is not written anew" {
	audit-rule add sale customer
	sql "insert into sale values (1)"
	before=$(versions)
	audit-rule add sale
	audit-rule list | audit-rule apply
	audit-rule apply --missing </dev/null
	audit-rule init
	is "$(versions)" "$before"
	is "$(sql "select count(*) from audit.event where op = 'rule_compile'")" 0
	sql "truncate sale"
	audit-rule apply --missing </dev/null
	is "$(sql "select \"table\" from audit.event where op = 'rule_compile'")" sale
}

@test "what is done to triggers is told, with the table and its identity" {
	audit-rule add sale
	id=$(identity sale)
	is "$(sql "select \"schema\", \"table\", new ->> 'identity', new -> 'done' ->> 0
		from audit.event where op = 'rule_trigger'")" \
		"public|sale|$id|create trigger \"!audit_$id\" after insert or update or delete on public.sale for each row execute function audit.capture('$id')"
	is "$(audit-log -t sale)" ''
	audit-rule remove sale
	is "$(sql "select new ->> 'identity', new -> 'done' ->> 0
		from audit.event where op = 'rule_trigger' order by id desc limit 1")" \
		"$id|drop trigger if exists \"!audit_$id\" on public.sale"
}
