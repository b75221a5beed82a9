#!/usr/bin/env bats
# capture-actor - rules for groups and actors, and the column that holds the user

load capture

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	fresh_schema
	sql "create table item(id int primary key, name text, price numeric, by text)" \
	    "insert into item values (1, 'pen', 12.30, 'ann')"
}

# clerk [STATEMENT]... - as a role that may write the table
clerk() {
	as rule_clerk sql 'set search_path = s' "$@"
}

make_clerk() {
	make_role rule_clerk login
	sql "grant usage on schema s to rule_clerk" \
	    "grant all on all tables in schema s to rule_clerk"
}

# Groups and actors

@test "--groups: the login role, and what it is a member of" {
	make_clerk
	make_role rule_sales
	make_role rule_staff
	audited s.item --groups rule_sales
	clerk "update item set price = 1"
	sql "grant rule_sales to rule_staff" "grant rule_staff to rule_clerk"
	clerk "update item set price = 2"
	sql "revoke rule_staff from rule_clerk"
	clerk "update item set price = 3"
	audited s.item --groups rule_clerk
	clerk "update item set price = 4"
	is "$(events new)" '{"price": 2}
{"price": 4}'
}

@test "--groups: the role taken on, not the one that logged in" {
	make_clerk
	make_role rule_sales
	audited s.item --groups rule_sales
	sql "grant rule_sales to rule_clerk" \
	    "grant usage on schema s to rule_sales" "grant all on item to rule_sales"
	script <<-'END'
		set role rule_clerk;
		update item set price = 1;
		set role rule_sales;
		update item set price = 2;
		reset role;
		revoke rule_sales from rule_clerk;
		set role rule_clerk;
		update item set price = 3;
	END
	is "$(events 'as_role, new')" 'rule_clerk|{"price": 1}
rule_sales|{"price": 2}'
}

@test "--groups: a superuser is in every group, a role that is none in no one's" {
	make_clerk
	audited s.item --groups 'no such role,Nobody'
	clerk "update item set price = 1"
	sql "update item set price = 2"
	is "$(events 'role, new')" 'postgres|{"price": 2}'
}

@test "--groups: a group that the application named" {
	make_clerk
	audited s.item --groups 'sales,night shift'
	clerk "begin; set local audit.groups = 'managers,night shift';
		update item set price = 1; commit" "update item set price = 2" \
	    "begin; set local audit.groups = 'night'; update item set price = 3;
		set local audit.groups = 'sales'; update item set price = 4; commit"
	is "$(events new)" '{"price": 1}
{"price": 4}'
}

@test "--actors: the actor, else the role; never both" {
	make_clerk
	audited s.item --actors ann,rule_clerk
	clerk "update item set price = 1" \
	    "begin; set local audit.actor = 'bob'; update item set price = 2; commit" \
	    "begin; set local audit.actor = 'ann'; update item set price = 3; commit"
	sql "update item set price = 4"
	sql "set role rule_clerk; update item set price = 5"
	is "$(events 'actor, role, as_role, new')" \
		'|rule_clerk||{"price": 1}
ann|rule_clerk||{"price": 3}
|postgres|rule_clerk|{"price": 5}'
}

@test "--except-actors: everybody but them" {
	make_clerk
	audited s.item --except-actors bob,rule_clerk
	clerk "update item set price = 1" \
	    "begin; set local audit.actor = 'bob'; update item set price = 2; commit" \
	    "begin; set local audit.actor = 'ann'; update item set price = 3; commit"
	sql "update item set price = 4"
	is "$(events 'actor, role, new')" 'ann|rule_clerk|{"price": 3}
|postgres|{"price": 4}'
}

@test "who it is counts anew for each change, in one session and plan" {
	audited s.item --actors ann
	script <<-'END'
		prepare p as update item set price = price + 1;
		begin;
		set local audit.actor = 'ann';
		execute p;
		set local audit.actor = 'bob';
		execute p;
		set local audit.actor = 'ann';
		execute p;
		commit;
		execute p;
	END
	is "$(events new)" '{"price": 13.30}
{"price": 15.30}'
}

@test "a truncate asks who it is as well" {
	make_clerk
	audited s.item --actors ann
	sql "truncate item" "insert into item values (1)"
	is "$(events op)" ''
	sql "begin; set local audit.actor = 'ann'; truncate item; commit"
	is "$(events op)" 'delete
truncate'
}

@test "--actor-column: inserts and updates carry it, a delete does not" {
	audited s.item --actor-column by
	sql "insert into item(id, by) values (2, 'bob')" \
	    "update item set by = 'ann' where id = 2" \
	    "update item set price = 1 where id = 2" "delete from item where id = 2" \
	    "truncate item"
	is "$(events 'op, actor')" 'insert|bob
update|ann
update|ann
delete|
delete|
truncate|'
}

@test "--actor-column: who the application said goes first" {
	audited s.item --actor-column by
	sql "begin; set local audit.actor = 'eve'; update item set by = 'bob';
		delete from item; commit"
	is "$(events 'op, actor')" 'update|eve
delete|eve'
}

@test "--actor-column: rules for actors know it too" {
	audited s.item --actor-column by --actors bob
	sql "update item set by = 'bob'" "update item set by = 'ann'"
	is "$(events 'actor, new')" 'bob|{"by": "bob"}'
}
