#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031 # each test has a shell of its own
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
	root "alter role rule_dba nocreaterole"
	PGUSER=postgres psql -qAtXd postgres -c "select format('drop role %I;', rolname)
		from pg_roles where rolname like 'audit\_%'" >"$BATS_TEST_TMPDIR/groups"
	rule_database
	PGUSER=postgres psql -qXd postgres -f "$BATS_TEST_TMPDIR/groups"
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
	is "$(sql "select key ->> 'table' from audit.event where op = 'rule_compile'")" public.sale
}

@test "what is done to triggers is told, with the table and its identity" {
	audit-rule add sale
	id=$(identity sale)
	is "$(sql "select key ->> 'table', new ->> 'identity', new -> 'done' ->> 0
		from audit.event where op = 'rule_trigger'")" \
		"public.sale|$id|create trigger \"!audit_$id\" after insert or update or delete on public.sale for each row execute function audit.capture('$id')"
	is "$(audit-log -t sale)" ''
	audit-rule remove sale
	is "$(sql "select new ->> 'identity', new -> 'done' ->> 0
		from audit.event where op = 'rule_trigger' order by id desc limit 1")" \
		"$id|drop trigger if exists \"!audit_$id\" on public.sale"
}

# an admin

# appoint ROLE [OPTION]... - an admin, through a group or not
appoint() {
	audit-rule grant "$1" admin >/dev/null
	begin=$(sql "$now")
}

@test "an admin who owns nothing does what is to be done with rules" {
	for groups in nocreaterole createrole; do
		teardown
		root "alter role rule_dba $groups"
		appoint admin_ann
		export PGUSER=admin_ann
		run -0 --separate-stderr audit-rule add customer --related --label name
		is "$output$stderr" ''
		audit-rule add 'sal*' --when 'total > 1' --disabled
		audit-rule enable salall
		audit-rule disable customer
		is "$(audit-rule show sale | field rule | xargs)" 'customer salall'
		audit-rule list | sed 's/"label":"name"/"label":"tag"/' |
			audit-rule apply
		is "$(audit-rule list | field label | xargs)" 'tag null'
		as rule_shop sql "create table sale_line(id int)" \
			"insert into sale values (1, null, 5)" \
			"alter table sale disable trigger user"
		is "$(holes | sort -u)" 'pattern_uncovered public.sale_line
trigger_disabled public.sale'
		run -0 --separate-stderr audit-rule apply --missing
		is "$output$stderr" ''
		run -0 audit-rule check
		is "$output" ''
		run -0 audit-rule grant admin_eve reader --table sale
		is "$(audit-rule grant | field role | xargs)" 'admin_ann admin_eve'
		audit-rule revoke admin_eve reader
		audit-rule remove salall customer
		audit-rule skip sale --why 'nobody asks'
		is "$(audit-rule plan customer | field table)" public.customer
		run -0 audit-rule check
		is "$output" ''
		export PGUSER=rule_dba
		is "$(triggers)" 0
		is "$(unexplained)" ''
		is "$(sql "select distinct role from audit.event where id > '$begin'
			and op ~ '^(rule_|grant|revoke)'")" admin_ann
	done
}

@test "an admin reads no event and no secret, and writes nothing past the functions" {
	audit-rule add sale
	sql "insert into sale values (1)"
	appoint admin_ann
	export PGUSER=admin_ann
	for statement in 'select * from audit.event' 'table audit.event_rest' \
		'select secret from audit.trail' 'select * from audit.matching()' \
		"insert into audit.event select" 'delete from audit.event' \
		'truncate audit.event' 'update audit.rule set enabled = false' \
		'delete from audit.plan' "insert into audit.grantee values ('admin_ann', 'auditor')" \
		"update audit.relation set id = 7" 'delete from audit.seal' \
		'alter table audit.event disable trigger user' \
		'drop function audit.guard()' 'drop schema audit cascade' \
		'create table audit.mine()' \
		"select audit.note('rule_add', null, null, null, null, null, null)" \
		"select audit.end_session('s', 'logout', now(), now())" "select audit.use_session('x')" \
		'select audit.compile(1)' 'select audit.recompile(1)' \
		"select audit.hang('sale'::regclass, 100)" \
		"select audit.unhang('sale'::regclass, false, 100)" \
		'select audit.settle_rest()' "select audit.make_partition('x', 'default')" \
		"select audit.read_when('sale'::regclass, 'true')" \
		'select audit.reset_privileges(), 1/0' \
		"select audit.give('auditor', 'admin_ann'::regrole)" \
		"create trigger x after insert on public.sale execute function audit.capture('1')" \
		"create temp table t(); create trigger x after insert on t for each row execute function audit.capture('1')"; do
		run -1 psql -qAtX -v ON_ERROR_STOP=1 -v VERBOSITY=sqlstate \
			-c "$statement"
		[[ $output == *42501* || $output == *22012* ]] || {
			echo "$statement: $output"
			return 1
		}
	done
	run -3 audit-rule uninstall -y
	is "$(as rule_dba triggers)" 2
	run -3 audit-log
	export PGUSER=rule_dba
	run -0 audit-rule check
	is "$output" ''
	is "$(sql "select count(*) from audit.event where id > '$begin'")" 0
}

@test "an admin's triggers go where the trail's owner may put them, else to the owner" {
	appoint admin_ann
	as postgres sql "create schema far authorization rule_other" \
		"grant usage on schema far to public"
	as rule_other sql "create table far.away(id int primary key)"
	run -3 --separate-stderr as admin_ann audit-rule add far.away
	[[ $stderr == *'far.away: only its owner can put triggers on it'* ]]
	script=$(sed '/^audit-rule: /d' <<<"$stderr")
	owner=$(sed -n '/^-- as rule_other/,/^-- as rule_dba again/p' <<<"$script")
	run -1 as admin_ann sql "select audit.hang_for('far.away'::regclass, 100)"
	run -1 as admin_ann sql "$owner"
	as admin_ann sql "$(sed '/^-- as rule_other/,$d' <<<"$script")"
	is "$(holes | sort -u | wc -l)" 4
	as rule_other sql "$owner"
	as admin_ann sql "$(sed -n '/^-- as rule_dba again/,$p' <<<"$script")"
	run -0 as admin_ann audit-rule add far.away
	run -0 audit-rule check
	is "$output" ''
	as rule_other sql "insert into far.away values (1)"
	is "$(ops away)" insert
	is "$(sql "select op, role from audit.event where key ->> 'kind' = 'triggers'
		order by id")" 'grant|admin_ann
revoke|admin_ann'
	is "$(unexplained)" ''
	for table in audit.event pg_class audit.rule; do
		run -1 as admin_ann sql "select audit.hang_for('$table'::regclass, 100)"
	done
}

@test "nothing of an admin's runs with the rights of the trail's owner" {
	appoint admin_eve
	root "create schema evil authorization admin_eve" \
		"grant usage on schema evil to public" \
		"grant temporary on database $PGDATABASE to admin_eve"
	as admin_eve script <<-'END'
	create function evil.spy() returns bool language plpgsql as $$
	begin
		raise warning 'spied as %', current_user;
		return true;
	end $$;
	create function evil.spy(anyelement) returns bool immutable
		language sql as 'select evil.spy()';
	create domain evil.dom as int check (evil.spy());
	create type evil.pair as (a evil.dom);
	create type evil.numeric as (a evil.dom);
	create operator evil.= (leftarg = int, rightarg = int, function = int4eq);
	END
	for expr in "'(1)'::evil.pair is null" \
		"cast('(1)' as evil.pair) is null" "evil.pair '(1)' is null" \
		"'{\"(1)\"}'::evil.pair[] is null" "evil . pair '(1)' is null" \
		"\"evil\".\"pair\" '(1)' is null" "evil/**/.pair '(1)' is null" \
		"evil--
.pair '(1)' is null" "U&\"\\0065vil\".pair '(1)' is null" \
		"'(1)'::pair is null" "'(1)'::\"pair\" is null" "'(1)'::PAIR is null" \
		"pair('(1)') is null" "note = E'\\'' and '(1)'::evil.pair is null --'" \
		"note = \$\$'\$\$ and '(1)'::evil.pair is null" \
		"evil.spy()" "evil.spy(id)" "id operator(evil.=) 1" \
		"pg_catalog.evil.spy()" "'(1)'::pg_catalog.evil.pair is null" \
		"'(1)'::$PGDATABASE.evil.pair is null" "'(1)'::pg_temp.pair is null" \
		"'(1)'::evil.pair = row(1)" \
		"note = '\\' and '(1)'::evil.pair is null or note = '"; do
		for settings in '' 'set standard_conforming_strings = off' \
			'set search_path = evil, pg_catalog' \
			'set quote_all_identifiers = on'; do
			as admin_eve psql -qAtX -v "expr=$expr" -f - >"$BATS_TEST_TMPDIR/out" 2>&1 <<-END || :
			create type pg_temp.pair as (a evil.dom);
			create temp table pg_class(oid oid, relname name);
			create temp table rule(name text);
			$settings;
			select audit.put_rule(jsonb_build_object('rule', 'x',
				'table', 'public.sale', 'when', :'expr'), true);
			END
			grep -q ERROR "$BATS_TEST_TMPDIR/out" ||
				[[ $expr == "note = '\\'"* ]] || {
				echo "taken: $expr ($settings)"
				return 1
			}
			if grep 'spied as rule_dba' "$BATS_TEST_TMPDIR/out"; then
				echo "it ran: $expr ($settings)"
				return 1
			fi
		done
	done
	for statement in "audit.grant_kind('admin_eve\"; select evil.spy(); --', 'auditor')" \
		"audit.grant_kind('admin_eve', 'auditor''; select evil.spy()')" \
		"audit.skip_table('sale; select evil.spy()', 'x')" \
		"audit.skip_table('evil.spy()', 'x')" \
		"audit.put_rule('{\"rule\":\"y\",\"table\":\"sale\",\"label\":\"id\\\"; select evil.spy()\"}', true)" \
		"audit.put_rule('{\"rule\":\"y\",\"table\":\"evil.none; select evil.spy()\"}', true)" \
		"audit.lend_triggers('x\"; select evil.spy(); --')" \
		"audit.take_back_triggers('public')" \
		"audit.remove_rules('{x'';select evil.spy()}')"; do
		run -1 as admin_eve sql "select $statement"
		[[ $output != *spied* ]]
	done
	run -0 audit-rule check
	is "$output" ''
}

@test "the built-in part of a predicate is the same as before, under any settings" {
	appoint admin_ann
	for expr in "note = 'a''b;--c' and total > 1.5e0" \
		"\"note\" ~ '^\\d+\$' or id % 2 = .5" \
		"pg_catalog.length(note) > 3 -- comment" \
		"id operator(pg_catalog.>) 1" "note in ('e', 'U&') and id = 1." \
		"note = E'x' and b'1' = b'1'" "note::pg_catalog.text = 'ä'" \
		"(total/id) * 2 > 1"; do
		as admin_ann audit-rule add sale --when "$expr"
		is "$(audit-rule list | field when)" "$expr"
		PGOPTIONS='-c standard_conforming_strings=off -c quote_all_identifiers=on -c transform_null_equals=on -c client_min_messages=error' \
			as admin_ann audit-rule apply --missing </dev/null
		run -0 audit-rule check
		is "$output" ''
		as admin_ann audit-rule remove sale
	done
}
