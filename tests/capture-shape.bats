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

@test "a row with values of 300 MB is written, its event holds their digest" {
	sql "create table big(id int primary key, t text, b bytea, n int)"
	audited s.big
	sql "insert into big values (1, repeat(repeat('x', 1000), 300000), null, 1)" \
	    "insert into big values (2, null,
		convert_to(repeat(repeat('x', 1000), 300000), 'UTF8'), 1)" \
	    "update big set n = 2 where id = 1"
	sum=$(head -c 300000000 /dev/zero | tr '\0' x | sha256sum | cut -d ' ' -f 1)
	is "$(events "op, old -> 'n', new -> 'n', new -> 't', new -> 'b'")" \
		"insert||1|{\"bytes\": 300000000, \"sha256\": \"$sum\", \"truncated\": true}|null
insert||1|null|{\"bytes\": 300000000, \"sha256\": \"$sum\"}
update|1|2||"
}

@test "--keep-bytes and a bytea too large for the trail: its digest" {
	sql "create table big(id int primary key, b bytea)"
	audited s.big --keep-bytes
	sql "insert into big values (1, convert_to(repeat(repeat('x', 1000), 135000), 'UTF8'))"
	sum=$(head -c 135000000 /dev/zero | tr '\0' x | sha256sum | cut -d ' ' -f 1)
	is "$(events 'new')" "{\"b\": {\"bytes\": 135000000, \"sha256\": \"$sum\", \"truncated\": true}, \"id\": 1}"
}

@test "a bytea that takes little room and is too large as hex fails nothing" {
	from_version 140000
	sql "create table big(id int primary key, b bytea compression lz4)"
	audited s.big
	sql "insert into big values (1, convert_to(repeat(repeat('x', 1000), 135000), 'UTF8'))" \
	    "truncate big"
	sum=$(head -c 135000000 /dev/zero | tr '\0' x | sha256sum | cut -d ' ' -f 1)
	is "$(events "op, coalesce(old, new) -> 'b' -> 'sha256'")" \
		"insert|\"$sum\"
delete|\"$sum\"
truncate|"
}

@test "an array of 17 million elements fails nothing" {
	from_version 140000
	sql "create table big(id int primary key, a bool[] compression lz4)"
	audited s.big
	sql "insert into big values (1, array_fill(true, array[17000000]))"
	is "$(events "op, key, new -> 'a' ? 'sha256'")" 'insert|{"id": 1}|t'
}

@test "values that together are too large for the trail fail nothing" {
	sql "create table big(id int primary key, a text, b text)"
	audited s.big
	sql "insert into big values (1, repeat(repeat('x', 1000), 135000),
		repeat(repeat('y', 1000), 135000))"
	is "$(events "op, key, length(new ->> 'a') > 0, length(new ->> 'b') > 0")" \
		'insert|{"id": 1}|t|t'
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
