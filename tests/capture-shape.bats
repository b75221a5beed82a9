#!/usr/bin/env bats
# capture-shape - no size, shape, name or encoding makes a write fail

load capture

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	fresh_schema
}

teardown() {
	drop_other_database
}

@test "1,200 columns are one event" {
	sql "create table wide(id int primary key, $(printf 'c%d int,' $(seq 1198)) z int)"
	audited s.wide
	sql "insert into wide(id, c700) values (1, 7)" \
	    "update wide set c1198 = 1, c2 = 2" "delete from wide"
	is "$(events "op, old, new" "op = 'update'")" \
		'update|{"c2": null, "c1198": null}|{"c2": 2, "c1198": 1}'
	is "$(events "op, (select count(*) from jsonb_object_keys(coalesce(new, old))),
		coalesce(new, old) -> 'c700'" "op <> 'update'")" 'insert|1200|7
delete|1200|7'
}

@test "a table of no columns has events too" {
	sql "create table bare()"
	audited s.bare
	sql "insert into bare default values" "delete from bare" \
	    "insert into bare default values" "truncate bare"
	is "$(events)" 'insert|||{}
delete||{}|
insert|||{}
delete||{}|
truncate|||{"rows": 1, "unread": 0}'
}

@test "columns and tables may have any name" {
	long=$(printf 'é%.0s' {1..31})
	script <<-END
		create schema "My ""S"".x";
		create table "My ""S"".x"."T %s 'q' \$1"(old int, new int, "by" int,
		    "a""b" int, "%s" int, "select" int, "A b" int, "tg_op" int,
		    "new.old" int, "\$1" int, "\\" int, "'" int, " " int,
		    "$long" int, primary key (old, "a""b"));
	END
	audited "\"My \"\"S\"\".x\".\"T %s 'q' \$1\""
	script <<-END
		set search_path = "My ""S"".x";
		insert into "T %s 'q' \$1" values (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
		    12, 13, 14);
		update "T %s 'q' \$1" set new = 0, "%s" = 0, "'" = 0;
		delete from "T %s 'q' \$1";
		truncate "T %s 'q' \$1";
		drop schema "My ""S"".x" cascade;
	END
	is "$(events '"schema", "table", op, key')" \
		"My \"S\".x|T %s 'q' \$1|insert|{\"a\\\"b\": 4, \"old\": 1}
My \"S\".x|T %s 'q' \$1|update|{\"a\\\"b\": 4, \"old\": 1}
My \"S\".x|T %s 'q' \$1|delete|{\"a\\\"b\": 4, \"old\": 1}
My \"S\".x|T %s 'q' \$1|truncate|"
	is "$(events 'old, new' "op = 'update'")" \
		"{\"'\": 12, \"%s\": 5, \"new\": 2}|{\"'\": 0, \"%s\": 0, \"new\": 0}"
	is "$(events "new = jsonb_build_object('old', 1, 'new', 2, 'by', 3,
		'a\"b', 4, '%s', 5, 'select', 6, 'A b', 7, 'tg_op', 8, 'new.old', 9,
		'\$1', 10, '\\', 11, '''', 12, ' ', 13, '$long', 14)" \
		"op = 'insert'")" t
}

@test "a database in another encoding has events as exact" {
	export PGCLIENTENCODING=UTF8
	other_database "encoding latin1 locale 'C'"
	audit-rule init
	fresh_schema
	sql "create table item(name text primary key, j json)"
	audited s.item
	sql "insert into item values ('é', '\"\\u00e9\"')" \
	    "update item set name = 'à'" \
	    "update item set j = '\"\\u20ac\"'" "delete from item"
	is "$(events)" 'insert|{"name": "é"}||{"j": "é", "name": "é"}
update|{"name": "é"}|{"name": "é"}|{"name": "à"}
update|{"name": "à"}|{"j": "é"}|{"j": {"json": "\"\\u20ac\""}}
delete|{"name": "à"}|{"j": {"json": "\"\\u20ac\""}, "name": "à"}|'
}

@test "a database that knows no encoding takes any bytes" {
	other_database "encoding sql_ascii locale 'C'"
	audit-rule init
	fresh_schema
	sql "create table item(name text primary key, note text)"
	audited s.item
	sql "insert into item values (e'\\xe9', e'\\xe9')" \
	    "update item set note = e'\\xe0'" \
	    "update item set name = e'\\xe0'" "delete from item"
	is "$(events op)" 'insert
update
update
delete'
}
