#!/usr/bin/env bats
# audit-history - what a record was after each of its changes

load capture

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	fresh_schema
	cd "$BATS_TEST_TMPDIR" || return
}

# revisions ARGUMENT... - of each revision its number, its operation, the row
# after it and what is not known of it
revisions() {
	audit-history "$@" | jq -c '[.rev, .op, .row, .unknown]'
}

# item_table - one that is audited while it holds a row
item_table() {
	script <<-'END'
		create table item(id int primary key, name text,
		    price numeric);
		insert into item values (1, 'pen', 12.30);
	END
	audited s.item "$@"
}

# The revisions of a record

@test "each revision is its event and the whole record after it" {
	item_table
	sql "insert into item values (2, 'ink', 1.50)" \
	    "update item set price = 2.00 where id = 2" \
	    "begin" "update item set price = 3 where id = 2" \
	    "update item set name = 'blue ink' where id = 2" "commit" \
	    "delete from item where id = 2"
	audit-history item 2 >lines
	diff <(audit-log -t item -k 2 | jq -S .) \
		<(jq -S 'del(.rev, .row, .unknown)' lines)
	is "$(sed 's/.*,"rev"/"rev"/' lines)" \
		'"rev":1,"row":{"id": 2, "name": "ink", "price": 1.50},"unknown":null}
"rev":2,"row":{"id": 2, "name": "ink", "price": 2.00},"unknown":null}
"rev":3,"row":{"id": 2, "name": "ink", "price": 3},"unknown":null}
"rev":4,"row":{"id": 2, "name": "blue ink", "price": 3},"unknown":null}
"rev":5,"row":null,"unknown":null}'
	is "$(audit-history item 2)" "$(audit-history -k 2 -t item)"
}

@test "a record from before auditing begins with a revision 0" {
	item_table
	sql "update item set price = 2" "update item set name = 'ink'"
	is "$(audit-history item 1 --rev 0)" '{"id":null,"at":null,"op":null,"schema":"s","table":"item","key":{"id": 1},"label":null,"actor":null,"role":null,"as_role":null,"session":null,"txid":null,"app":null,"addr":null,"reason":null,"rules":null,"old":null,"new":null,"redacted":null,"rev":0,"row":{"id": 1, "name": "pen", "price": 12.30},"unknown":null}'
	is "$(revisions item 1)" \
		'[0,null,{"id":1,"name":"pen","price":12.3},null]
[1,"update",{"id":1,"name":"pen","price":2},null]
[2,"update",{"id":1,"name":"ink","price":2},null]'
}

@test "a record that nothing has changed is its revision 0" {
	item_table
	is "$(revisions item 1)" '[0,null,{"id":1,"name":"pen","price":12.3},null]'
	is "$(audit-history item 1 | jq -c '[.schema, .table, .key, .label]')" \
		'["s","item",{"id":1},null]'
}

@test "a deleted record is known from what was deleted" {
	item_table
	sql "update item set price = 2" "delete from item"
	is "$(revisions item 1)" \
		'[0,null,{"id":1,"name":"pen","price":12.3},null]
[1,"update",{"id":1,"name":"pen","price":2},null]
[2,"delete",null,null]'
}

@test "a record that is made anew under its key goes on" {
	item_table
	sql "delete from item" "insert into item values (1, 'ink', 1)" \
	    "update item set price = 2"
	is "$(revisions item 1 | tail -n 3)" '[1,"delete",null,null]
[2,"insert",{"id":1,"name":"ink","price":1},null]
[3,"update",{"id":1,"name":"ink","price":2},null]'
}

@test "a changed key is followed, back and forth, and takes nobody else's" {
	item_table
	script <<-'END'
		insert into item values (2, 'ink', 1);
		update item set id = 3 where id = 2;
		update item set id = 2 where id = 1;
		update item set price = 9 where id = 2;
		update item set id = 1 where id = 3;
		update item set id = 4, price = 8 where id = 2;
	END
	pen='[0,{"id":1,"name":"pen","price":12.3}]
[1,{"id":2,"name":"pen","price":12.3}]
[2,{"id":2,"name":"pen","price":9}]
[3,{"id":4,"name":"pen","price":8}]'
	ink='[1,{"id":2,"name":"ink","price":1}]
[2,{"id":3,"name":"ink","price":1}]
[3,{"id":1,"name":"ink","price":1}]'
	for id in 4 2; do # 2: whoever had it last
		is "$(audit-history item $id | jq -c '[.rev, .row]')" "$pen"
	done
	for id in 1 3; do
		is "$(audit-history item $id | jq -c '[.rev, .row]')" "$ink"
	done
}

@test "a key that the row writes otherwise finds its events" {
	sql "create domain since as timestamptz" \
	    "create table k(k numeric primary key, v int)" \
	    "create table d(k since primary key, v int)" \
	    "insert into k values (1.50, 1)" \
	    "insert into d values ('2026-01-01 00:00+09', 1)"
	audited s.k s.d
	is "$(revisions d '2025-12-31 15:00')" \
		'[0,null,{"k":"2025-12-31T15:00:00+00:00","v":1},null]'
	sql "update k set v = 2"
	is "$(revisions k 1.5)" "$(revisions k 1.50)"
	is "$(audit-history k 1.5 | jq -c '[.rev, .row.v]')" '[0,1]
[1,2]'
}

@test "a composite key is an object, in any order" {
	sql "create table line(sale int, n int, what text, primary key (sale, n))"
	audited s.line
	sql "insert into line values (1, 2, 'pen'), (2, 1, 'ink')" \
	    "update line set n = 3 where n = 2"
	is "$(revisions line '{"n": 3, "sale": 1}')" \
		'[1,"insert",{"n":2,"sale":1,"what":"pen"},null]
[2,"update",{"n":3,"sale":1,"what":"pen"},null]'
	run -2 --separate-stderr audit-history line 1
	is "$output" ''
}

@test "a row that moves to another partition is followed" {
	script <<-'END'
		create table part(id int, region text, what text,
		    primary key (id, region)) partition by list (region);
		create table part_a partition of part for values in ('a');
		create table part_b partition of part for values in ('b');
	END
	audited s.part
	script <<-'END'
		insert into part values (1, 'a', 'pen'), (2, 'a', 'ink');
		update part set what = 'red pen' where id = 1;
		update part set region = 'b';
		update part set what = 'green pen' where id = 1;
	END
	for region in a b; do
		is "$(revisions part "{\"id\": 1, \"region\": \"$region\"}")" \
			'[1,"insert",{"id":1,"what":"pen","region":"a"},null]
[2,"update",{"id":1,"what":"red pen","region":"a"},null]
[3,"delete",null,null]
[4,"insert",{"id":1,"what":"red pen","region":"b"},null]
[5,"update",{"id":1,"what":"green pen","region":"b"},null]'
	done
}

@test "a row whose key is where it lies is followed to another partition" {
	script <<-'END'
		create table part(region text primary key, what text)
		    partition by list (region);
		create table part_a partition of part for values in ('a');
		create table part_b partition of part for values in ('b');
	END
	audited s.part
	script <<-'END'
		insert into part values ('a', 'pen');
		update part set region = 'b';
		begin;
		delete from part;
		insert into part values ('a', 'ink');
		commit;
	END
	is "$(revisions part b)" '[1,"insert",{"what":"pen","region":"a"},null]
[2,"delete",null,null]
[3,"insert",{"what":"pen","region":"b"},null]
[4,"delete",null,null]'
	is "$(revisions part a)" '[1,"insert",{"what":"ink","region":"a"},null]'
}

@test "the states are those that the table has been in" {
	script <<-'END'
		create table thing(a int, b text, c numeric, d jsonb, e text[],
		    "f ""g" date, h real, primary key (a, b));
		insert into thing values (1, 'x', 1.0, '{"k": [1.50]}', '{"a,b"}',
		    '2026-01-01', 0.1);
		insert into thing values (2, 'x'), (3, 'x');
		create table seen(n serial, at text, a int, b text, row jsonb);
		insert into seen(at, a, b, row) select clock_timestamp(), a, b,
		    to_jsonb(t) from thing t;
	END
	audited s.thing
	python3 - >changes.sql <<-'END'
		import random
		random.seed(4)
		values = {"c": ["1.0", "1.00", "null", "12345678901234567890.5"],
		    "d": ["null", "'{\"k\": null}'", "'[1, 2.0]'", "'\"\"'"],
		    "e": ["null", "'{}'", "'{1,NULL}'", "'{{a},{b}}'"],
		    '"f ""g"': ["null", "'infinity'", "'2026-02-28'"],
		    "h": ["0.1", "1e-20", "'NaN'"]}
		print("set timezone = 'Asia/Tokyo';")
		for i in range(120):
		    a = random.randint(1, 3)
		    what = random.random()
		    if what < .75:
		        cols = random.sample(list(values), random.randint(1, 3))
		        print("update thing set", ", ".join(f"{c} = "
		            + random.choice(values[c]) for c in cols),
		            f"where a = {a};")
		    elif what < .85:
		        print(f"delete from thing where a = {a};")
		    else:
		        print(f"insert into thing values ({a}, 'x', {i}.0)"
		            " on conflict do nothing;")
		    print("insert into seen(at, a, b, row) select clock_timestamp(), a,"
		        " b, to_jsonb(t) from thing t;")
	END
	{
		echo "set session timezone = 'UTC';"
		grep -v timezone changes.sql
	} | script
	for a in 1 2 3; do
		audit-history thing "{\"a\": $a, \"b\": \"x\"}" |
			sed -n 's/.*"row":\({.*}\),"unknown":null}/\1/p' |
			sort -u >got
		sql "select row from seen where a = $a" | sort -u >wanted
		[ "$(wc -l <wanted)" -gt 10 ]
		# a change that was changed back is in both once
		diff got wanted
	done
	sql "select at, row from seen where a = 2 order by n" >moments
	i=0
	while IFS='|' read -r at row; do
		i=$((i + 1))
		[ $((i % 8)) = 0 ] || continue
		is "$(audit-history thing '{"a": 2, "b": "x"}' --at "$at" |
			sed 's/.*"row"://; s/,"unknown":null}$//')" "$row"
	done <moments
}

@test "values of every type cast back to the row that was" {
	sql "create type mood as enum ('ok', 'sad')" \
	    "create domain price as numeric check (value > 0)" \
	    "create type pair as (a numeric, b text)" \
	    "create table v(id int primary key, m mood, p price, r pair, b bytea,
		t timestamptz, i interval, j json, x numeric[], f float8)" \
	    "insert into v values (1, 'ok', 1.50, (2.0, 'x'), '\\x00ff',
		'2026-01-01 00:00+09', '1 day', '{\"a\": 1}', '{1.0,2}', 0.1)" \
	    "create table was as select * from v"
	audited s.v --keep-bytes
	sql "update v set m = null, p = 2, r = null, b = null, t = null, i = null,
		j = null, x = null, f = null"
	row=$(audit-history v 1 --rev 0 | sed 's/.*"row"://; s/,"unknown".*//')
	sql "insert into was select * from jsonb_populate_record(null::v, '$row')"
	sql "select * from was" | uniq -u >differ
	is "$(cat differ)" ""
	is "$(audit-history v 1 --rev 1 | jq -c .row)" \
		'{"b":null,"f":null,"i":null,"j":null,"m":null,"p":2,"r":null,"t":null,"x":null,"id":1}'
}

@test "keys that one statement exchanges are not mixed up" {
	script <<-'END'
		create table pair(id int primary key deferrable, v text);
		insert into pair values (1, 'a'), (2, 'b'), (5, 'c');
	END
	audited s.pair
	script <<-'END'
		begin;
		set constraints all deferred;
		update pair set id = 3 - id where id < 3;
		update pair set id = 3 - id where id < 3;
		update pair set id = 3 - id where id < 3;
		commit;
		update pair set v = v || '!';
		update pair set id = 6 where v = 'c!';
	END
	is "$(audit-history pair 1 | jq -c .row)" '{"v":"b","id":2}
{"v":"b","id":1}
{"v":"b","id":2}
{"v":"b","id":1}
{"v":"b!","id":1}'
	is "$(audit-history pair 2 | jq -c .row)" '{"v":"a","id":1}
{"v":"a","id":2}
{"v":"a","id":1}
{"v":"a","id":2}
{"v":"a!","id":2}'
	# one record that comes back in one transaction is one record
	script <<-'END'
		begin;
		update pair set id = 7 where id = 6;
		update pair set id = 6 where id = 7;
		commit;
		update pair set v = 'back' where id = 6;
	END
	is "$(audit-history pair 6 | jq -c .row)" '{"v":"c","id":5}
{"v":"c!","id":5}
{"v":"c!","id":6}
{"v":"c!","id":7}
{"v":"c!","id":6}
{"v":"back","id":6}'
	is "$(audit-history pair 7 | tail -n 1)" "$(audit-history pair 6 | tail -n 1)"
}

# What is altered, dropped or hidden

@test "each revision has the columns of its time, under the names of its time" {
	item_table
	script <<-'END'
		update item set price = 1;
		alter table item rename price to cost;
		update item set cost = 2;
		alter table item add color text default 'red', drop name;
		update item set cost = 3;
		alter table item rename id to number;
		update item set color = 'blue';
		update item set number = 2;
	END
	is "$(revisions item 2)" '[0,null,{"id":1,"price":12.3},["name"]]
[1,"update",{"id":1,"price":1},["name"]]
[2,"update",{"id":1,"cost":2},["name"]]
[3,"update",{"id":1,"cost":3,"color":"red"},null]
[4,"update",{"cost":3,"color":"blue","number":1},null]
[5,"update",{"cost":3,"color":"blue","number":2},null]'
}

@test "what a column held before its type was altered is not made up" {
	sql "create table typed(id int primary key, a int, b numeric(8, 1), t text)" \
	    "insert into typed values (1, 5, 1.5, 'x')"
	audited s.typed
	sql "update typed set t = 'y'" \
	    "alter table typed alter a type numeric using a * 100.5" \
	    "update typed set t = 'z'"
	is "$(revisions typed 1)" '[0,null,{"b":1.5,"t":"x","id":1},["a"]]
[1,"update",{"b":1.5,"t":"y","id":1},["a"]]
[2,"update",{"a":502.5,"b":1.5,"t":"z","id":1},null]'
	# the key's, too: it is still this record
	sql "alter table typed alter id type bigint"
	is "$(revisions typed 1 | tail -n 1)" \
		'[2,"update",{"a":502.5,"b":1.5,"t":"z","id":1},null]'
}

@test "a column that is hidden since is not vouched for" {
	item_table --name hides.1
	sql "insert into item values (2, 'ink', 1)"
	audit-rule remove hides.1
	audited s.item --exclude price
	sql "update item set price = 2" "update item set name = 'red'"
	is "$(revisions item 2)" '[1,"insert",{"id":2,"name":"ink","price":1},null]
[2,"update",{"id":2,"name":"red"},["price"]]'
}

@test "a record whose key was renamed is still read as it is now" {
	item_table
	sql "update item set price = 1" "alter table item rename id to nr"
	is "$(revisions item 1)" '[0,null,{"id":1,"name":"pen","price":12.3},null]
[1,"update",{"id":1,"name":"pen","price":1},null]'
}

@test "renamed and moved tables are followed, dropped ones not forgotten" {
	sql "create schema if not exists other" \
	    "create table moved(id int primary key, name text, price numeric)" \
	    "insert into moved values (1, 'pen', 12.30)"
	audited s.moved
	sql "update moved set price = 1" "alter table moved rename to thing" \
	    "update thing set price = 2" "alter table thing set schema other" \
	    "update other.thing set price = 3"
	all='[0,"moved"]
[1,"moved"]
[2,"thing"]
[3,"thing"]'
	for table in other.thing thing moved; do
		is "$(audit-history "$table" 1 | jq -c '[.rev, .table]')" "$all"
	done
	sql "drop table other.thing"
	is "$(revisions other.thing 1)" '[0,null,{"id":1,"price":12.3},["name"]]
[1,"update",{"id":1,"price":1},["name"]]
[2,"update",{"id":1,"price":2},["name"]]
[3,"update",{"id":1,"price":3},["name"]]'
}

@test "tables that had the same name one after the other are all told" {
	for what in pen ink; do
		sql "create table again(id int primary key, what text)"
		audited s.again
		sql "insert into again values (1, '$what')" "drop table again"
	done
	is "$(revisions again 1)" '[1,"insert",{"id":1,"what":"pen"},null]
[1,"insert",{"id":1,"what":"ink"},null]'
	sql "create table again(id int primary key)"
	audited s.again
	sql "insert into again values (1)"
	is "$(revisions again 1)" '[1,"insert",{"id":1},null]'
}

@test "what a rule hides is hidden, what it leaves out is unknown" {
	script <<-'END'
		create table secret(id int primary key, pin text, note text,
		    n int, data bytea);
		insert into secret values (1, 'one', 'x', 1, '\x00');
	END
	audited s.secret --mask pin --exclude note
	sql "update secret set n = 2, pin = 'two', note = 'y'"
	zero=$(printf '\0' | sha256sum | cut -d ' ' -f 1)
	digest="{\"bytes\":1,\"sha256\":\"$zero\"}"
	is "$(revisions secret 1)" "[0,null,{\"n\":1,\"id\":1,\"pin\":{\"masked\":true},\"data\":$digest},[\"note\"]]
[1,\"update\",{\"n\":2,\"id\":1,\"pin\":{\"masked\":true},\"data\":$digest},[\"note\"]]"
}

@test "a change that was not recorded is not vouched for" {
	item_table --name unseen.1
	sql "update item set price = 1, name = 'ink'"
	audit-rule disable unseen.1
	sql "update item set price = 2"
	audit-rule enable unseen.1
	sql "update item set price = 3" "update item set name = 'red'"
	audit-rule disable unseen.1
	sql "update item set price = 4"
	is "$(revisions item 1)" '[0,null,{"id":1,"name":"pen","price":12.3},null]
[1,"update",{"id":1,"name":"ink","price":1},null]
[2,"update",{"id":1,"name":"ink","price":3},null]
[3,"update",{"id":1,"name":"red"},["price"]]'
}

@test "who may not read the table has what the events tell" {
	item_table
	sql "update item set price = 1"
	make_role history_reader login
	sql "grant usage on schema audit, s to history_reader" \
	    "grant select on all tables in schema audit to history_reader" \
	    "grant execute on all functions in schema audit to history_reader"
	PGUSER=history_reader run --separate-stderr -0 audit-history item 1
	is "$(jq -c '[.rev, .row, .unknown]' <<<"$output")" \
		'[0,{"id":1,"price":12.3},["name"]]
[1,{"id":1,"price":1},["name"]]'
	is "$stderr" 'audit-history: "s"."item" cannot be read as it is now: what no event tells is unknown'
	sql "drop owned by history_reader" "drop role history_reader"
}

# One revision

@test "--rev, --at and --id name a revision, --before the one before it" {
	item_table
	sql "update item set price = 1" "update item set price = 2" \
	    "delete from item" "insert into item values (1, 'ink', 3)"
	mapfile -t ids < <(audit-history item 1 | jq -r '.id')
	mapfile -t times < <(audit-history item 1 | jq -r '.at')
	price() {
		audit-history "$@" | jq -c '[.rev, .row.price]'
	}
	is "$(price item 1 --rev 1)" '[1,1]'
	is "$(price item 1 --rev 1 --before)" '[0,12.3]'
	is "$(price item 1 --rev 3)" '[3,null]'
	is "$(price --id "${ids[2]}")" '[2,2]'
	is "$(price --id "${ids[2]}" --before)" '[1,1]'
	is "$(price item 1 --at "${times[1]}")" '[1,1]'
	is "$(price item 1 --at "${times[1]}" --before)" '[0,12.3]'
	is "$(price item 1 --at now)" '[4,3]'
	is "$(price item 1 --at '0 s')" '[4,3]'
	between=$(sql "select timestamptz '${times[1]}' - interval '1 us'")
	is "$(price item 1 --at "$between")" '[0,12.3]'
	for args in 'item 1 --rev 9' "item 1 --at ${times[3]}" 'item 9 --rev 1' \
	    'item 1 --at 2020-01-01' 'item 9' 'item 1 --rev 0 --before'; do
		# shellcheck disable=SC2086 # they are words
		run -1 --separate-stderr audit-history $args
		is "$output" ''
		[ -n "$stderr" ]
	done
}

@test "--id finds the record that had the key then" {
	item_table
	script <<-'END'
		insert into item values (2, 'ink', 1);
		delete from item where id = 1;
		update item set id = 1;
		update item set price = 2;
	END
	id=$(audit-log -t item --op delete | jq -r .id)
	is "$(audit-history --id "$id" | jq -c '[.rev, .row]')" '[1,null]'
	is "$(audit-history --id "$id" --before | jq -c '[.rev, .row.name]')" \
		'[0,"pen"]'
	id=$(audit-log -t item -l 1 -f json | jq -r .id)
	is "$(audit-history --id "$id" --before | jq -c '[.rev, .row.name]')" \
		'[2,"ink"]'
}

@test "keys come from stdin, one a line; bad ones are named" {
	item_table
	sql "insert into item values (2, 'ink', 1)"
	run -1 --separate-stderr audit-history item -k - <<<$'2\nx\n9\n1'
	is "$(jq -c '.key' <<<"$output")" '{"id":2}
{"id":1}'
	is "$stderr" 'audit-history: line 2: x: invalid input syntax for type integer: "x" (22P02)
audit-history: item 9: no such record'
}

@test "misuse says what is wrong and prints nothing" {
	item_table
	sql "create table keyless(a int)"
	audited s.keyless
	for args in '' 'item' 'item 1 2' 'item 1 --rev x' 'item 1 --before' \
	    'item 1 --rev 1 --at now' 'item 1 --sql' '--id 0 item 1' 'nope 1' \
	    'item 1 --rev 1 --related' 'item 1 --at nonsense' 'keyless 1' \
	    's.* 1' 'item x' '--id x'; do
		# shellcheck disable=SC2086 # they are words
		run -2 --separate-stderr audit-history $args
		is "$output" ''
		[ -n "$stderr" ]
	done
}

@test "--exact writes the numbers that a double drops as strings" {
	item_table
	sql "update item set price = 9007199254740993.10"
	is "$(audit-history item 1 --exact | tail -n 1 |
		sed 's/.*"old"/"old"/; s/,"unknown.*//')" \
		'"old":{"price": "12.30"},"new":{"price": "9007199254740993.10"},"redacted":null,"rev":1,"row":{"id": 1, "name": "pen", "price": "9007199254740993.10"}'
}

@test "it pipes into audit-diff" {
	item_table
	sql "update item set price = 1"
	audit-history item 1 | audit-diff -f json >out
	is "$(jq -c '[.op, .field, .old, .new]' out)" '["update","price",12.3,1]'
}

# Back to a revision

# back ARGUMENT... - run the script
back() {
	audit-history item "$@" --sql >script.sql
	psql -qX -v ON_ERROR_STOP=1 <script.sql
}

@test "--sql brings a record back, and writes nothing itself" {
	item_table
	sql "begin" "update item set price = 1" "commit" \
	    "update item set name = 'ink', price = 2.00"
	audit-history item 1 --rev 1 --sql >script.sql
	is "$(head -n 2 script.sql)" \
		$'-- Undoes what happened to item {"id": 1} after revision 1.\n--'
	is "$(sql "table item")" '1|ink|2.00'
	back 1 --rev 1
	is "$(sql "table item")" '1|pen|1'
	back 1 --rev 0
	is "$(sql "table item")" '1|pen|12.30'
	is "$(events 'op, old, new, reason' | tail -n 1)" \
		'update|{"price": 1}|{"price": 12.30}|undo of what happened to item {"id": 1} after revision 0'
	id=$(audit-history item 1 --rev 2 | jq -r .id)
	audit-history --id "$id" --sql | psql -qX -v ON_ERROR_STOP=1
	is "$(sql "table item")" '1|ink|2.00'
	audit-history --id "$id" --before --sql | psql -qX -v ON_ERROR_STOP=1
	is "$(sql "table item")" '1|pen|1'
}

@test "--sql makes what was deleted anew, deletes what was not there" {
	item_table
	sql "delete from item" "insert into item values (2, 'ink', 1)" \
	    "delete from item" "insert into item values (2, 'red ink', 2)"
	back 1 --rev 0
	is "$(sql "table item order by id")" '1|pen|12.30
2|red ink|2'
	back 2 --rev 2
	is "$(sql "table item")" '1|pen|12.30'
	back 2 --rev 1
	is "$(sql "table item order by id")" '1|pen|12.30
2|ink|1'
}

@test "--sql takes back a changed key and names of columns since" {
	item_table
	sql "update item set id = 7, price = 5" \
	    "alter table item rename price to cost" \
	    "alter table item rename id to number" "alter table item add x int" \
	    "update item set cost = 6, x = 1"
	back 7 --rev 0
	is "$(sql "table item")" '1|pen|12.30|1'
	sql "delete from item"
	back 1 --rev 1
	is "$(sql "table item")" '7|pen|5|'
}

@test "--sql refuses when the record has changed since it was written" {
	item_table
	sql "update item set price = 1"
	audit-history item 1 --rev 0 --sql >script.sql
	sql "update item set price = 3"
	run -3 psql -qX -v ON_ERROR_STOP=1 -f script.sql
	[[ $output == *'s.item {"id": 1}'* ]]
	is "$(sql "table item")" '1|pen|3'
}

@test "--sql says what it cannot bring back, and writes no script then" {
	script <<-'END'
		create table hidden(id int primary key, pin text, note text,
		    n int, data bytea);
		insert into hidden values (1, 'one', 'x', 1, '\x00');
	END
	audited s.hidden --mask pin --exclude note
	sql "update hidden set n = 2, data = '\x01'"
	run -1 --separate-stderr audit-history hidden 1 --rev 0 --sql
	is "$output" ''
	[[ $stderr == *'of data only size and digest are known'* ]]
	sql "update hidden set data = '\x00'"
	run -0 --separate-stderr audit-history hidden 1 --rev 0 --sql
	is "$stderr" 'audit-history: hidden 1: unknown: ["note"]: left as they are'
	psql -qX -v ON_ERROR_STOP=1 <<<"$output"
	is "$(sql "select n, pin, note from hidden")" '1|one|x'
	run -0 --separate-stderr audit-history hidden 1 --rev 0 --sql
	[[ $stderr == *'hidden 1: it is as it was' ]]
	sql "drop table hidden"
	run -1 --separate-stderr audit-history hidden 1 --rev 0 --sql
	is "$output" ''
	is "$stderr" 'audit-history: hidden 1: the table is gone'
}

@test "--sql of several keys is one script" {
	item_table
	sql "insert into item values (2, 'ink', 1)"
	now=$(sql "select clock_timestamp()")
	sql "update item set price = 0" "delete from item where id = 2"
	printf '%s\n' 1 2 | audit-history item -k - --at "$now" --sql |
		psql -qX -v ON_ERROR_STOP=1
	is "$(sql "table item order by id")" '1|pen|12.30
2|ink|1'
}

# What belongs to a record

# sale_tables - sales, their lines, and their tags by a link table
sale_tables() {
	script <<-'END'
		create table sale(id int primary key, what text);
		create table tag(id int primary key, name text);
		create table line(id int primary key, sale int references sale,
		    n int);
		create table sale_tag(sale int references sale,
		    tag int references tag, primary key (sale, tag));
		create table note(sale int references sale, what text);
		insert into sale values (1, 'pens'), (2, 'ink');
		insert into tag values (1, 'new');
		insert into line values (1, 1, 1), (2, 1, 1), (3, 2, 1);
	END
	audited s.sale --related
}

# related - table, op and key of each line
related() {
	audit-history sale "$1" --related |
		jq -r '[.rev, .op, .table, .key.id] | map(tostring) | join(" ")'
}

@test "--related merges the history of what refers to the record, gone or not" {
	sale_tables
	script <<-'END'
		update line set n = 2 where id = 1;	-- linked since before
		update sale set what = 'many pens' where id = 1;
		insert into line values (4, 1, 5), (5, 2, 5);
		delete from line where id = 2;
		insert into sale_tag values (1, 1), (2, 1);
		insert into note values (1, 'call'), (2, 'write');
		delete from sale_tag;
		update line set sale = 2 where id = 4;
		delete from note;
	END
	is "$(related 1)" '0 null line 1
1 update line 1
0 null sale 1
1 update sale 1
1 insert line 4
0 null line 2
1 delete line 2
1 insert sale_tag null
null insert note null
2 delete sale_tag null
2 update line 4
null delete note null'
	is "$(audit-history sale 1 --related | jq -c 'select(.table == "note").row')" \
		'{"sale":1,"what":"call"}
null'
	is "$(related 2 | grep -c line)" 3
	sql "drop table note, sale_tag, line cascade"
	is "$(related 1 | grep -c .)" 10
}

@test "--related follows the record's own changed key" {
	sale_tables
	script <<-'END'
		insert into sale values (3, 'x');
		insert into line values (6, 3, 1);
		delete from line where id = 6;
		update sale set id = 4 where id = 3;
		insert into line values (7, 4, 1);
	END
	is "$(related 4)" '1 insert sale 3
1 insert line 6
2 delete line 6
2 update sale 3
1 insert line 7'
}

@test "--related finds children by index" {
	sale_tables
	sql "insert into line select i, 2, 0 from generate_series(10, 5000) i" \
	    "insert into line values (6, 1, 1)" "delete from line where id = 6" \
	    "analyze audit.event"
	is "$(sql "set enable_seqscan = off" \
		"explain (costs off) select distinct record from audit.event
		where parents && array[1::bigint]" | grep -c 'Seq Scan')" 0
	is "$(related 1)" '0 null sale 1
1 insert line 6
2 delete line 6'
}

@test "--related finds what had a key before another one took it" {
	sale_tables
	script <<-'END'
		insert into line values (7, 1, 1), (8, 2, 1);
		update line set n = 5 where id = 7;
		delete from line where id = 7;
		update line set id = 7 where id = 8;
	END
	is "$(related 1)" '0 null sale 1
1 insert line 7
2 update line 7
3 delete line 7'
	is "$(related 2)" '0 null sale 2
1 insert line 8
2 update line 8'
}

@test "--related takes a key that a child's column cannot hold" {
	script <<-'END'
		create table sale(id bigint primary key, what text);
		create table line(id int primary key, sale int references sale);
		insert into sale values (99999999999, 'pens');
	END
	audited s.sale --related
	sql "update sale set what = 'ink'"
	is "$(related 99999999999)" '0 null sale 99999999999
1 update sale 99999999999'
}

@test "--related goes by each foreign key, in the order of its own columns" {
	script <<-'END'
		create table sale(a int, b int, boss_a int, boss_b int,
		    primary key (a, b), foreign key (boss_b, boss_a)
		    references sale (b, a));
		create table line(id int primary key, x int, y int, u int, v int,
		    foreign key (y, x) references sale (b, a),
		    foreign key (u, v) references sale);
		insert into sale values (1, 2), (2, 1);
	END
	audited s.sale --related
	script <<-'END'
		insert into sale values (3, 3, 1, 2);
		insert into line values (1, 1, 2, null, null), (2, null, null, 1, 2),
		    (3, 2, 1, 2, 1), (4, 2, 1, 1, 2);
		delete from line;
	END
	of() {
		audit-history sale "$1" --related |
			jq -r 'select(.op == "insert") | .table, .key.id // .key.a' |
			paste -sd ' '
	}
	is "$(of '{"a": 1, "b": 2}')" 'sale 3 line 1 line 2 line 4'
	is "$(of '{"a": 2, "b": 1}')" 'line 3 line 4'
}
