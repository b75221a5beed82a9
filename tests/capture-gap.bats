#!/usr/bin/env bats
# capture-gap - what cannot be recorded

load capture

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	fresh_schema
	sql "create table item(id int primary key, name text, price numeric)" \
	    "insert into item values (1, 'pen', 12.30)"
}

# break_trail CONDITION - it refuses events for which this is not true
break_trail() {
	sql "alter table audit.event add constraint broken check ($1) not valid"
}

mend_trail() {
	sql "alter table audit.event drop constraint if exists broken"
}

@test "a change that cannot be recorded does not happen" {
	audited s.item
	break_trail "op not in ('insert', 'truncate')"
	refused 23514 "insert into item values (2)"
	refused 23514 "truncate item"
	sql "update item set price = 1"
	mend_trail
	is "$(events 'op, key')" 'update|{"id": 1}'
	is "$(sql "select id, price from item")" '1|1'
}

@test "--on-error warn: it happens, and a gap says so" {
	audited s.item --on-error warn --name warn.a
	break_trail "op not in ('insert', 'update', 'delete', 'truncate')"
	sql "begin; set local audit.actor = 'ann'; insert into item values (2);
		update item set price = 1 where id = 2; delete from item where id = 2;
		commit" "truncate item"
	mend_trail
	is "$(sql "select count(*) from item")" 0
	is "$(events "op, \"schema\", \"table\", actor, new ->> 'op'" |
		sed '/insert/,/delete/!d')" 'gap|s|item|ann|insert
gap|s|item|ann|update
gap|s|item|ann|delete'
	is "$(events "new ->> 'op'" | tail -n 1)" truncate
	is "$(events op "new::text ~ 'broken' and new::text ~ '23514'" | sort -u)" gap
}

@test "--on-error warn: where even that fails, a warning of its own" {
	audited s.item --on-error warn
	break_trail false
	run -0 psql -AtX -v VERBOSITY=sqlstate -c "set client_min_messages = warning" \
		-c "update item set price = 1"
	mend_trail
	is "$(sed -n 's/WARNING: *//p' <<<"$output" | sort -u)" UA001
	is "${lines[-1]}" 'UPDATE 1'
	is "$(events)" ''
	is "$(sql "select price from item")" 1
}

@test "a rule that may warn does not let another's change go by" {
	audited s.item --on-error warn
	audited s.item --ops update
	break_trail "op <> 'update'"
	refused 23514 "update item set price = 1"
	mend_trail
	is "$(sql "select price from item")" 12.30
}
