#!/usr/bin/env bats
# capture-truncate - the rows that TRUNCATE takes

load capture

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	fresh_schema
	sql "create table item(id int primary key, name text, price numeric)"
	audited s.item
}

@test "a truncate is a delete for each row, then a truncate with their number" {
	sql "insert into item values (1, 'pen', 1), (2, 'ink', 2)"
	begin_trail
	sql "truncate item"
	is "$(events 'op, key, old')" \
		'delete|{"id": 1}|{"id": 1, "name": "pen", "price": 1}
delete|{"id": 2}|{"id": 2, "name": "ink", "price": 2}
truncate||'
	is "$(events '"schema", "table", new' "op = 'truncate'")" \
		's|item|{"rows": 2, "unread": 0}'
	is "$(sql "select count(*) from item")" 0
}

@test "a truncate of an empty table is a truncate" {
	sql "truncate item"
	is "$(events 'op, new')" 'truncate|{"rows": 0, "unread": 0}'
}

@test "a truncate of a table with any column names tells whole rows" {
	for type in int json; do
		sql "drop table if exists odd" \
		    "create table odd(t $type, x int, o int, n int, r int, p int,
			at int, y int, id int primary key)" \
		    "insert into odd values ('1', 2, 3, 4, 5, 6, 7, 8, 9)"
		audited s.odd
		sql "truncate odd"
	done
	is "$(events 'key, old' "op = 'delete'")" \
		'{"id": 9}|{"n": 4, "o": 3, "p": 6, "r": 5, "t": 1, "x": 2, "y": 8, "at": 7, "id": 9}
{"id": 9}|{"n": 4, "o": 3, "p": 6, "r": 5, "t": 1, "x": 2, "y": 8, "at": 7, "id": 9}'
}

@test "a truncate that is rolled back is no event" {
	sql "insert into item values (1)"
	begin_trail
	sql "begin; truncate item; rollback"
	is "$(events)" ''
}

@test "a truncate tells the rows' last state, the transaction's own included" {
	sql "insert into item values (1, 'pen', 1)"
	begin_trail
	sql "begin; update item set price = 2; insert into item values (2);
		truncate item; insert into item values (1); commit"
	is "$(events 'op, key, coalesce(new, old)')" \
		'update|{"id": 1}|{"price": 2}
insert|{"id": 2}|{"id": 2, "name": null, "price": null}
delete|{"id": 1}|{"id": 1, "name": "pen", "price": 2}
delete|{"id": 2}|{"id": 2, "name": null, "price": null}
truncate||{"rows": 2, "unread": 0}
insert|{"id": 1}|{"id": 1, "name": null, "price": null}'
}

@test "a truncate of several tables and what CASCADE reaches tells all rows" {
	sql "create table child(id int primary key, item int references item)" \
	    "create table other(id int primary key)"
	audited s.child
	audited s.other
	sql "insert into item values (1)" "insert into child values (5, 1)" \
	    "insert into other values (9)"
	begin_trail
	sql "truncate item, other restart identity cascade"
	is "$(events '"table", op, key' | sort)" 'child|delete|{"id": 5}
child|truncate|
item|delete|{"id": 1}
item|truncate|
other|delete|{"id": 9}
other|truncate|'
}

@test "row security hides no row of a truncate" {
	make_role capture_owner login
	sql "insert into item values (1), (2)" \
	    "grant usage on schema s to capture_owner" \
	    "alter table item owner to capture_owner" \
	    "alter table item enable row level security" \
	    "alter table item force row level security"
	begin_trail
	as capture_owner sql "truncate s.item"
	is "$(events 'op, key')" 'delete|{"id": 1}
delete|{"id": 2}
truncate|'
}

@test "inheritance: each table's truncate tells its own rows" {
	sql "create table kid() inherits (item)" \
	    "insert into item values (1)" "insert into kid values (2)"
	begin_trail
	sql "truncate only item"
	is "$(events 'op, key')" 'delete|{"id": 1}
truncate|'
	audited s.kid
	sql "insert into item values (3)" "insert into kid values (4)"
	begin_trail
	sql "truncate item"
	is "$(events '"table", op, new ->> '"'rows'" | sort)" 'item|delete|
item|truncate|1
kid|delete|
kid|delete|
kid|truncate|2'
}
