#!/usr/bin/env bats
# capture-huge - no value is too large to be written. Both engines leave such
# ones to the same code, and it takes long: it runs with one.

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

@test "a row with values over 256 MB is written, its event holds their digest" {
	sql "create table big(id int primary key, t text, b bytea, n int)"
	audited s.big
	sql "insert into big values (1, repeat(repeat('x', 1000), 269000), null, 1)" \
	    "insert into big values (2, null,
		convert_to(repeat(repeat('x', 1000), 269000), 'UTF8'), 1)" \
	    "update big set n = 2 where id = 1"
	sum=$(head -c 269000000 /dev/zero | tr '\0' x | sha256sum | cut -d ' ' -f 1)
	is "$(events "op, old -> 'n', new -> 'n', new -> 't', new -> 'b'")" \
		"insert||1|{\"bytes\": 269000000, \"sha256\": \"$sum\", \"truncated\": true}|null
insert||1|null|{\"bytes\": 269000000, \"sha256\": \"$sum\"}
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
