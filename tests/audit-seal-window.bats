#!/usr/bin/env bats
# audit-seal verify: finds a trail that was switched off between two seals,
# also if it was switched on again, and finds nothing where all is as it was.
# Who tampers is a superuser.

load tamper

setup_file() {
	sealed_template
}

teardown_file() {
	drop_copy
	drop_database
}

setup() {
	given
}

# window NAME STATEMENT... - between two seals; the second one does not fit the
# first, and verify says that it is this
window() {
	meanwhile "${@:2}"
	finds "window 7 -"
	says "$1"
	# that one is all that is said, also later
	reseal
	finds "window 7 -"
}

enable="(select string_agg(format('alter table only %s enable always trigger %I',
	tgrelid::regclass, tgname), ';') from pg_trigger
	where tgname like '!audit%' and tgrelid = "

# switched TABLE [STATEMENT]... - off, and after the statements on again
switched() {
	window "of public.$1" "alter table $1 disable trigger all" "${@:2}" \
		"do \$\$ begin execute $enable'$1'::regclass); end \$\$"
}

@test "a seal after a seal finds no window" {
	copy
	reseal
	reseal
	sound
}

@test "what is off since the last seal, or was, is told without another seal" {
	copy
	sql "alter table item disable trigger all"
	finds "state - -" "window - -"
	sql "do \$\$ begin execute $enable'item'::regclass); end \$\$"
	finds "window - -"
	says "of public.item"
	copy
	audit-rule disable item
	audit-rule enable item
	sound
}

@test "capture triggers that were off for a while" {
	switched item "update item set price = 99 where id = 9"
	switched log
	switched sale_s # a partition
	window "of public.item" "begin" "alter table item disable trigger all" \
		"update item set price = 99 where id = 9" \
		"update item set price = 98 where id = 10" \
		"do \$\$ begin execute $enable'item'::regclass); end \$\$" "commit"
	window "of public.item" "update pg_trigger set tgenabled = 'D'
			where tgrelid = 'item'::regclass and tgname like '!audit%'" \
		"update item set price = 99 where id = 9" \
		"update pg_trigger set tgenabled = 'A'
			where tgrelid = 'item'::regclass and tgname like '!audit%'"
}

@test "capture triggers that were dropped and made again, or renamed" {
	window "of public.log" "do \$\$ declare def text; name text; begin
		select pg_get_triggerdef(oid), tgname into def, name from pg_trigger
		where tgrelid = 'log'::regclass and tgname ~ '^!audit_[0-9]+$';
		execute format('drop trigger %I on log', name);
		insert into log values ('unseen');
		execute def;
		execute format('alter table log enable always trigger %I', name);
		end \$\$"
	window "of public.log" "do \$\$ declare name text; begin
		select tgname into name from pg_trigger
		where tgrelid = 'log'::regclass and tgname ~ '^!audit_[0-9]+$';
		execute format('alter trigger %I on log rename to x', name);
		insert into log values ('unseen');
		execute format('alter trigger x on log rename to %I', name);
		end \$\$"
	window "sale_s" "begin" "alter table sale detach partition sale_s" \
		"insert into sale_s values (100, 's')" \
		"alter table sale attach partition sale_s for values in ('s')" \
		"do \$\$ begin execute $enable'sale_s'::regclass); end \$\$" "commit"
}

@test "who puts a trigger right again does not explain that it was wrong" {
	copy
	sql "alter table item disable trigger all" "update item set price = 99"
	audit-rule apply --missing </dev/null
	reseal
	finds "window 7 -"
	says "of public.item"
	copy
	sql "create table sale_e partition of sale for values in ('e')"
	audit-rule apply --missing </dev/null
	reseal
	sql "create table sale_w(like sale including all)" \
		"alter table sale attach partition sale_w for values in ('w')"
	reseal
	audit-rule apply --missing </dev/null
	reseal
	sound
}

@test "an event of DDL does not explain a trigger that was off" {
	copy
	audit-rule init --event-trigger
	reseal
	sql "alter table item disable trigger all" "update item set price = 99" \
		"do \$\$ begin execute $enable'item'::regclass); end \$\$" >/dev/null
	[ "$(sql "select count(*) from audit.event where op = 'ddl'")" -gt 0 ]
	reseal
	finds "window 8 -"
	says "of public.item"
}

@test "DDL that event triggers look after finds nothing" {
	copy
	audit-rule init --event-trigger
	audit-rule add 'public.*' --name all
	reseal
	sql "alter table item add color text" "alter table item rename name to title" \
		"create table sale_e partition of sale for values in ('e')" \
		"create table other(id int primary key)" "insert into other values (1)" \
		"alter table log rename to logs" "alter table part alter n type bigint" \
		"create index on item(title)" >/dev/null
	reseal
	sql "drop table sale_e" "drop table other" "update item set price = 1" \
		>/dev/null
	audit-rule apply --missing </dev/null
	reseal
	sound
}

@test "capture triggers that are still off" {
	meanwhile "alter table item disable trigger all"
	run -1 audit-seal verify
	is "$(found)" "state 7 -
window 7 -"
	meanwhile "alter table item disable trigger all" \
		"alter table item enable trigger all"
	run -1 audit-seal verify
	is "$(found)" "state 7 -
window 7 -" # not ALWAYS
	meanwhile "do \$\$ begin execute format('drop trigger %I on log', (
		select tgname from pg_trigger where tgrelid = 'log'::regclass
		and tgname ~ '^!audit_[0-9]+$')); end \$\$"
	finds "window 7 -"
}

@test "functions that did nothing for a while" {
	local f

	for f in 'audit.capture()' 'audit.capture_truncate()' 'audit.guard()' \
		'audit.new_id(timestamptz)' 'audit.actor()' \
		'audit.plan_of(int, oid)' 'audit.seal_state_now()'; do
		copy
		sql "create table def as select pg_get_functiondef('$f'::regprocedure)"
		meanwhile_again "alter function $f cost 1" \
			"do \$\$ begin execute (select * from def); end \$\$"
		finds "window 7 -"
		says "${f%%(*}("
	done
}

@test "another engine is an event, and so no window" {
	copy
	module_here
	audit-rule init --capture native
	sql "update item set price = 99 where id = 9"
	reseal
	audit-rule init --capture portable
	sql "update item set price = 98 where id = 9"
	reseal
	sound
	audit-rule init --capture native
	audit-rule init --capture portable
	reseal
	sound
}

@test "an engine that was put in or altered by hand" {
	local body="create or replace function audit.capture() returns trigger language"

	window "audit.capture()" "$body c as '$SERVER_DIR/native/audit_capture',
		'audit_capture'"
	copy
	module_here
	audit-rule init --capture native
	reseal
	meanwhile_again "alter function audit.capture() security definer"
	audit-rule init --capture native
	sql "$body plpgsql as 'begin return null; end'"
	audit-rule init --capture native
	reseal
	finds "window 8 -" "window 9 -"
	says "audit.capture()"
	audit-rule init --capture portable
	reseal
	finds "window 8 -" "window 9 -"
}

# meanwhile_again STATEMENT... - in the copy that there is
meanwhile_again() {
	printf 'meanwhile: %s\n' "$*"
	sql "$@" >/dev/null
	reseal
}

@test "rules and plans that were others for a while" {
	window "rule item" "update audit.rule set enabled = false where name = 'item'" \
		"update audit.rule set enabled = true where name = 'item'"
	window "rule part" "update audit.rule set except_actors = '{eve}'
			where name = 'part'" \
		"update audit.rule set except_actors = '{bot}' where name = 'part'"
	window "of public.item" "create temp table p as select * from audit.plan
			where relid = 'item'::regclass" \
		"delete from audit.plan where relid = 'item'::regclass" \
		"update item set price = 99" "insert into audit.plan select * from p"
	window "of public.item" "update audit.plan set on_update = null
			where relid = 'item'::regclass" \
		"update item set price = 99 where id = 9" \
		"update audit.plan set on_update = 'item' where relid = 'item'::regclass"
}

@test "the guard, the trail and its defaults that were others for a while" {
	local this="(select tableoid::regclass from audit.event order by id desc limit 1)"

	window "audit_guard of audit.event" \
		"alter table audit.event disable trigger \"!audit_guard\"" \
		"alter table audit.event enable always trigger \"!audit_guard\""
	window "audit_guard of audit.seal" \
		"alter table audit.seal disable trigger \"!audit_guard\"" \
		"alter table audit.seal enable always trigger \"!audit_guard\""
	window "audit_guard of audit.event_" "do \$\$ begin
		execute format('alter table %s disable trigger all', $this);
		execute format('alter table %s enable always trigger \"!audit_guard\"', $this);
		execute format('alter table %s enable always trigger \"!audit_guard_insert\"', $this);
		end \$\$"
	window "actor of audit.event" \
		"alter table audit.event alter actor set default 'bob'" \
		"alter table audit.event alter actor set default audit.actor()"
	window "trail" "update audit.trail set secret = sha256('x')"
}

swallow="create function swallow() returns trigger language plpgsql as
	'begin return null; end'"

@test "what is put on the trail and still there" {
	meanwhile "$swallow" "create trigger swallow before insert on audit.event_rest
		for each row execute function swallow()"
	finds "state 7 -"
	says "swallow"
	meanwhile "create rule swallow as on insert to audit.event_rest
		do instead nothing"
	finds "state 7 -"
	says "swallow"
	meanwhile "create policy p on audit.event"
	meanwhile "grant insert, trigger on audit.event to public"
	finds "window 7 -"
	says "event"
}

@test "what nobody can find: see audit-seal(1)" {
	copy
	# a trigger or rule on the trail that came and went
	meanwhile_again "$swallow" "create trigger swallow before insert on audit.event
			for each row execute function swallow()" \
		"insert into log values ('unseen')" \
		"drop trigger swallow on audit.event"
	sound
	# an act that is an event, and something else in its transaction
	meanwhile_again "begin" "alter table log disable trigger all" \
		"insert into log values ('unseen')" \
		"do \$\$ begin execute $enable'log'::regclass); end \$\$" \
		"select audit.note('rule_x', null, null, null, null, null, null)" commit
	sound
	# the server's own table of tables
	meanwhile_again "update pg_class set relhastriggers = false
			where oid = 'log'::regclass" \
		"insert into log values ('unseen')" \
		"update pg_class set relhastriggers = true where oid = 'log'::regclass"
	sound
	# a table that no rule covered when it was altered
	meanwhile_again "create temp table b as select * from audit.rule_table
			where rule = 'item'" \
		"delete from audit.rule_table where rule = 'item'" \
		"alter table item add y int" "update item set price = 99" \
		"insert into audit.rule_table select * from b"
	sound
	# an event that is changed before it is sealed
	meanwhile_again "insert into log values ('seen')" \
		"alter table audit.event disable trigger all" \
		"update audit.event set actor = 'eve' where id = (
			select id from audit.event order by id desc limit 1)" \
		"do \$\$ begin execute $enable'audit.event'::regclass); end \$\$"
}
