#!/usr/bin/env bats
# audit-log - which events it prints, and how

load helper

setup_file() {
	fresh_database
	export PGOPTIONS='-c client_min_messages=warning'
	audit-rule init
	sql "create schema shop" "create table shop.partner(
		id int primary key, name text, city text, credit numeric)" \
		"create table shop.line(
		ord int, line int, qty int, primary key (line, ord))" \
		"create table shop.note(body text)"
	audit-rule add shop.partner --label name --name crm
	audit-rule add shop.line shop.note --name rest
	psql -qAtX -v ON_ERROR_STOP=1 <<-'END'
		begin;
		set local audit.actor = 'alice';
		set local audit.reason = 'fair';
		insert into shop.partner values
			(1, 'Azure', 'Berlin', 12.30), (2, 'Deco', 'Jena', null);
		commit;
		begin;
		set local audit.actor = 'bob';
		set local application_name = 'erp';
		update shop.partner set credit = 12.4, city = 'Bonn' where id = 1;
		update shop.partner set name = 'Decö "x"' where id = 2;
		commit;
		insert into shop.line values (7, 1, 5), (7, 2, 6);
		insert into shop.note values ('hello');
		update shop.partner set id = 3 where id = 2;
		delete from shop.partner where id = 1;
	END
	# what only connections of other kinds leave
	sql "insert into audit.event(id, at, op, \"schema\", \"table\", key, role,
			as_role, session, addr, rules)
		select audit.new_id(at), at, 'read', 'web', 'page', jsonb_build_object('id', n),
			'web', 'staff', 's' || n, addr, 'gone'
		from (values (1, '10.1.2.3', timestamptz '2008-02-29 23:59:59.999999Z'),
			(2, '2001:db8::7', '2007-12-31 00:00:00Z'),
			(3, 'db.example', '2100-03-01 12:00:00.5Z')) x(n, addr, at)"
}

teardown_file() {
	drop_database
}

# changes OPTION... - the row changes that audit-log prints, in short
changes() {
	audit-log "$@" | jq -r 'select(.op | IN("insert", "update", "delete", "truncate", "read"))
		| "\(.op) \(.table) \(.key // {} | [.[]] | join(","))"'
}

# refuses WORD OPTION... - exit 2, nothing on stdout, and a message with WORD
refuses() {
	local word=$1

	shift
	run -2 --separate-stderr audit-log "$@"
	is "$output" ""
	[[ $stderr == "audit-log: "*"$word"* ]]
}

# The line

@test "an event is one JSON line with the contract's keys in their order" {
	audit-log >"$BATS_TEST_TMPDIR/log"
	is "$(jq -c . "$BATS_TEST_TMPDIR/log" | wc -l)" \
		"$(wc -l <"$BATS_TEST_TMPDIR/log")"
	is "$(jq -c keys_unsorted "$BATS_TEST_TMPDIR/log" | sort -u)" \
		'["id","at","op","schema","table","key","label","actor","role","as_role","session","txid","app","addr","reason","rules","old","new","redacted"]'
}

@test "a line says what the columns of the event say" {
	audit-log -t shop.partner |
		jq -c '[.op, .schema, .key, .label, .actor, .role, .app, .reason, .rules]' \
			>"$BATS_TEST_TMPDIR/log"
	is "$(head -n 1 "$BATS_TEST_TMPDIR/log")" \
		'["insert","shop",{"id":1},"Azure","alice","postgres","psql","fair",["crm"]]'
	is "$(sed -n 3p "$BATS_TEST_TMPDIR/log")" \
		'["update","shop",{"id":1},"Azure","bob","postgres","erp",null,["crm"]]'
}

@test "the ids, times and transactions are the trail's" {
	is "$(audit-log | jq -r '[.id, .at, .txid] | join(" ")')" \
		"$(sql "select concat_ws(' ', id, to_char(at at time zone 'UTC',
			'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), txid) from audit.event order by id")"
}

@test "there is no space outside key, old and new" {
	run -0 audit-log -t shop.line -k '{"ord":7,"line":1}'
	is "${output#*\"op\"}" ':"insert","schema":"shop","table":"line","key":{"ord": 7, "line": 1},"label":null,"actor":null,"role":"postgres","as_role":null,"session":null,"txid":'"$(jq .txid <<<"$output")"',"app":"psql","addr":null,"reason":null,"rules":["rest"],"old":null,"new":{"ord": 7, "qty": 5, "line": 1},"redacted":null}'
}

@test "numbers keep every digit" {
	sql "create table shop.exact(id int primary key, n numeric, f float8)"
	audit-rule add shop.exact
	sql "insert into shop.exact values (1, 12.30, 0.1), (2, 'NaN', '-Infinity'),
		(3, 1234567890123456789012345678901234567890.10, 1e300)"
	run -0 audit-log -t shop.exact --op insert
	grep -q '"new":{"f": 0.1, "n": 12.30, "id": 1}' <<<"${lines[0]}"
	grep -q '"new":{"f": "-Infinity", "n": "NaN", "id": 2}' <<<"${lines[1]}"
	grep -q '"n": 1234567890123456789012345678901234567890.10,' <<<"${lines[2]}"
	grep -q '"f": 10\{300\},' <<<"${lines[2]}"
}

@test "--exact writes what a double would not give back as strings" {
	sql "create table shop.num(id bigint primary key, v jsonb)"
	audit-rule add shop.num
	sql "insert into shop.num values (9007199254740993, '[12.3, 12.30, 1e21, 0,
		9007199254740992, 0.30000000000000004, 1.00000000000000001, -0.5,
		0.1234567890123456, 1e400, 1e-400, {\"a \\\"7.0\": \"7.0\"}, 7.0]')"
	run -0 audit-log --exact -t shop.num
	grep -qF '"key":{"id": "9007199254740993"}' <<<"${lines[-1]}"
	is "$(sed 's/.*"v": \[\(.*\)\], "id".*/\1/; s/0\{20,\}/~/g' <<<"${lines[-1]}")" \
		'12.3, "12.30", 1~, 0, 9007199254740992, 0.30000000000000004, "1.00000000000000001", -0.5, 0.1234567890123456, "1~", "0.~1", {"a \"7.0": "7.0"}, "7.0"'
}

@test "strings with quotes, control characters and all of Unicode come through" {
	sql "create table shop.text(id text primary key, t text)"
	audit-rule add shop.text --label t
	sql "insert into shop.text values (e'a\"\\\\b', e'\t\n\x01\x7f€😀')"
	audit-log -t shop.text --op insert >"$BATS_TEST_TMPDIR/log"
	is "$(jq -c '[.label, .key, .new]' "$BATS_TEST_TMPDIR/log")" \
		"$(sql "select json_build_array(t, json_build_object('id', id), json_build_object('t', t, 'id', id)) from shop.text" |
			jq -c .)"
}

# Which tables

@test "-t finds a table along the search_path, or in its schema" {
	is "$(PGOPTIONS='-c search_path=shop' changes -t partner --op delete)" \
		"delete partner 1"
	is "$(changes -t SHOP.Partner --op delete)" "delete partner 1"
	is "$(changes -t '"shop"."partner"' --op delete)" "delete partner 1"
}

@test "several -t mean any of them" {
	is "$(changes -t shop.line -t shop.note)" \
		$'insert line 7,1\ninsert line 7,2\ninsert note '
}

@test "-t takes a pattern" {
	is "$(changes -t 'shop.*e' --op insert | cut -d' ' -f 2 | sort -u)" $'line\nnote'
	is "$(changes -t 'web.*' | wc -l)" 3
	is "$(changes -t '*.l_ne' 2>&1)" \
		"audit-log: -t *.l_ne: no such table, and no event of one"
}

@test "-t finds quoted names" {
	sql 'create schema "Sch*ma"' 'create table "Sch*ma"."T.""able"(id int primary key)'
	audit-rule add '"Sch*ma"."T.""able"' --name quoted
	sql 'insert into "Sch*ma"."T.""able" values (1)'
	is "$(changes -t '"Sch*ma"."T.""able"')" 'insert T."able 1'
	is "$(changes -t '"Sch*ma".*')" 'insert T."able 1'
	refuses 'Sch' -t '"Sch"."T.""able"'
}

@test "a table is found under its new name with all of its events" {
	sql "create table shop.before(id int primary key)"
	audit-rule add shop.before
	sql "insert into shop.before values (1)" \
		"alter table shop.before rename to after" \
		"create schema depot" "alter table shop.after set schema depot" \
		"insert into depot.after values (2)"
	is "$(changes -t depot.after)" $'insert before 1\ninsert after 2'
	is "$(changes -t depot.after -k 1)" "insert before 1"
}

@test "a former name finds what was recorded under it" {
	sql "create table shop.old(id int primary key)"
	audit-rule add shop.old
	sql "insert into shop.old values (1)" "alter table shop.old rename to young" \
		"insert into shop.young values (2)"
	is "$(changes -t shop.old)" "insert old 1"
	is "$(changes -t old)" "insert old 1"
}

@test "a dropped table's events are found, also by key" {
	sql "create table shop.brief(id int primary key)"
	audit-rule add shop.brief
	sql "insert into shop.brief values (1), (2)" "drop table shop.brief"
	is "$(changes -t shop.brief)" $'insert brief 1\ninsert brief 2'
	is "$(changes -t shop.brief -k 2)" "insert brief 2"
}

@test "a new table under an old name is another table" {
	sql "create table shop.twice(id int primary key)"
	audit-rule add shop.twice --name first
	sql "insert into shop.twice values (1)" "drop table shop.twice" \
		"create table shop.twice(id int primary key)"
	audit-rule add shop.twice --name second
	sql "insert into shop.twice values (2)"
	is "$(changes -t shop.twice)" "insert twice 2"
}

@test "a partition means the table whose partition it is" {
	sql "create table shop.big(id int primary key) partition by range (id)" \
		"create table shop.big_1 partition of shop.big for values from (0) to (9)" \
		"create table shop.big_2 partition of shop.big for values from (9) to (99)"
	audit-rule add shop.big
	sql "insert into shop.big values (1), (10)"
	is "$(changes -t shop.big_1)" $'insert big 1\ninsert big 10'
	is "$(changes -t shop.big_2 -k 1)" "insert big 1"
}

@test "a table that never had a rule is found by its events" {
	is "$(changes -t web.page | wc -l)" 3
	is "$(changes -t page | wc -l)" 3
}

# Which records

@test "-k finds a record by its key before and after a change" {
	is "$(changes -t shop.partner -k 2)" $'insert partner 2\nupdate partner 2\nupdate partner 2'
	is "$(changes -t shop.partner -k 3)" "update partner 2"
}

@test "-k takes the key as an object, in any order of its columns" {
	is "$(changes -t shop.line -k '{"ord":7,"line":2}')" "insert line 7,2"
	is "$(changes -t shop.line -k '{"line":"2", "ord":"7"}')" "insert line 7,2"
	is "$(changes -t shop.line -k '{"line":7, "ord":2}')" ""
	is "$(changes -t shop.partner -k '{"id": 3}')" "update partner 2"
}

@test "a key is read as its column's type reads it" {
	sql "create domain shop.price as numeric(10,2)" "create table shop.typed(
		p shop.price, c char(3), at timestamptz, b bytea, d date,
		primary key (p, c, at, b, d))"
	audit-rule add shop.typed
	sql "insert into shop.typed values (12.3, 'ab', '2026-01-02 03:04:05Z',
		'\xdead', '2026-01-02')"
	is "$(changes -t shop.typed -k '{"p": 12.3, "c": "ab", "b": "\\xDEAD",
		"at": "2026-01-02 04:04:05+01", "d": "Jan 2 2026"}' | wc -l)" 1
	is "$(TZ=Asia/Tokyo changes -t shop.typed -k "$(audit-log -t shop.typed | jq -c .key)" | wc -l)" 1
	is "$(changes -t shop.typed -k '{"p": 12.301, "c": "ab", "b": "\\xDEAD",
		"at": "2026-01-02 04:04:05+01", "d": "Jan 2 2026"}')" ""
	is "$(changes -t shop.partner -k 0002 --op insert)" "insert partner 2"
}

@test "a bytea key that changed is found before and after" {
	sql "create table shop.bin(id bytea primary key)"
	audit-rule add shop.bin
	sql "insert into shop.bin values ('\x01')" "update shop.bin set id = '\x02'"
	is "$(audit-log -t shop.bin -k '\x01' | jq -r .op)" $'insert\nupdate'
	is "$(audit-log -t shop.bin -k '\x02' | jq -r .op)" update
}

@test "nobody's code runs for a key of a type that somebody made" {
	sql "create type shop.mood as enum ('good', 'bad')" \
		"create table shop.day(m shop.mood primary key)"
	audit-rule add shop.day
	sql "insert into shop.day values ('good')"
	is "$(changes -t shop.day -k good | wc -l)" 1
	sql "create function shop.evil(shop.mood) returns json language plpgsql as
			\$\$ begin raise exception 'evil'; end \$\$" \
		"create cast (shop.mood as json) with function shop.evil(shop.mood)" \
		"insert into shop.day values ('bad')"
	is "$(changes -t shop.day -k good | wc -l)" 1
	key=$(audit-log -t shop.day -l 1 | jq -c .key)
	is "$(audit-log -t shop.day -k "$key" | jq -c .key)" "$key"
}

@test "what shares a record's hash but not its key is not it" {
	sql "create table shop.hash(id int primary key)"
	audit-rule add shop.hash
	sql "insert into shop.hash values (1)" \
		"insert into audit.event(id, at, op, \"schema\", \"table\", record, key)
		select audit.new_id(now()), now(), 'update', 'shop', 'hash', record, '{\"id\": 2}'
		from audit.event where \"table\" = 'hash' and op = 'insert'"
	is "$(changes -t shop.hash -k 1)" "insert hash 1"
}

@test "-k - reads keys from stdin, and is not off where there are none" {
	is "$(printf '1\n\n{"id":3}\n' | changes -t shop.partner -k - --op update,delete)" \
		$'update partner 1\nupdate partner 2\ndelete partner 1'
	is "$(changes -t shop.partner -k - </dev/null)" ""
}

@test "bad keys on stdin are named, the good ones are looked for" {
	run -1 --separate-stderr bash -c \
		"printf '1\nx\n{\"no\":1}\n\xff\n' | audit-log -t shop.partner -k - --op delete"
	is "${#lines[@]}" 1
	is "${#stderr_lines[@]}" 3
	grep -q '^audit-log: line 2: x: invalid input syntax' <<<"$stderr"
	grep -qF 'audit-log: line 3: {"no":1}: ' <<<"$stderr"
	grep -qx 'audit-log: line 4: not UTF-8' <<<"$stderr"
}

# When

@test "-s and -u take times, from the one on and before the other" {
	at=$(audit-log -t shop.note | jq -r .at)
	is "$(changes -s "$at" -t shop.note | wc -l)" 1
	is "$(changes -u "$at" -t shop.note | wc -l)" 0
	is "$(changes -s 2007-12-31Z -u 2008-02-29T23:59:59.999999Z)" "read page 2"
	is "$(changes -s 2100-03-01Z)" "read page 3"
	is "$(changes -s infinity)" ""
	is "$(changes -u -infinity)" ""
}

@test "-s and -u take intervals back from now, whatever their sign" {
	is "$(changes -s '2 hours' -t shop.note | wc -l)" 1
	is "$(changes -s -7d -t shop.note | wc -l)" 1
	is "$(changes -s '7 days ago' -t shop.note | wc -l)" 1
	is "$(changes -u -7d -t shop.note | wc -l)" 0
	is "$(changes -s yesterday -t shop.note | wc -l)" 1
}

@test "a time without a zone is the user's" {
	is "$(TZ=America/New_York changes -s '2008-02-29 18:59:59' -u '2008-02-29 19:00')" \
		"read page 1"
	is "$(PGTZ=Asia/Tokyo TZ=UTC changes -s '2008-03-01 08:59' -u '2008-03-01 09:00')" \
		"read page 1"
}

# What else

@test "-a means any of these actors" {
	is "$(changes -a alice)" $'insert partner 1\ninsert partner 2'
	is "$(changes -a alice -a bob | wc -l)" 4
	is "$(changes -a nobody)" ""
}

@test "--op means any of these kinds" {
	is "$(changes --op delete,truncate -t shop.partner)" "delete partner 1"
	is "$(changes --op insert --op delete -t shop.partner | wc -l)" 3
}

@test "--role finds who logged in and what was taken on" {
	is "$(changes --role web | wc -l)" 3
	is "$(changes --role staff | wc -l)" 3
	is "$(changes --role postgres -t shop.note | wc -l)" 1
}

@test "--session is given several times, or on stdin" {
	one=$(changes --session s1)
	two=$(changes --session s2)
	is "$(changes --session s1 --session s2 | sort)" "$(sort <<<"$one"$'\n'"$two")"
	is "$(printf 's2\n\ns1\n' | changes --session - | sort)" "$(sort <<<"$one"$'\n'"$two")"
	is "$(audit-log --session s2 | changes --session -)" "$two"
	# no session at all matches nothing, and not everything
	run -0 --separate-stderr audit-log --session - </dev/null
	is "$output$stderr" ""
	run -2 --separate-stderr audit-log -t page -k - --session - </dev/null
	is "$output" ""
	is "$stderr" "audit-log: -k - with --session -: there is one stdin"
}

@test "a line on stdin that is no session is named, the others count" {
	run -1 --separate-stderr audit-log --session - \
		< <(printf '%s\n' 's2' '{"session":null}' 'a b' '{"session":"s2"' '[]"' $'\xff' '{"session":"nobody"}')
	is "$output" "$(audit-log --session s2)"
	is "$stderr" "$(printf 'audit-log: line %s\n' '2: no session' '3: no session' '4: no session' '5: no session' '6: not UTF-8')"
}

@test "--session, --txid, --app and --rule" {
	is "$(changes --session s2)" "read page 2"
	txid=$(audit-log -a bob -l 1 | jq -r .txid)
	is "$(changes --txid "$txid")" $'update partner 1\nupdate partner 2'
	is "$(changes --app erp)" $'update partner 1\nupdate partner 2'
	is "$(changes --rule rest)" $'insert line 7,1\ninsert line 7,2\ninsert note '
	is "$(changes --rule gone | wc -l)" 3
}

@test "--addr takes addresses and networks, and host names match none" {
	is "$(changes --addr 10.1.2.3)" "read page 1"
	is "$(changes --addr 10.0.0.0/8)" "read page 1"
	is "$(changes --addr 2001:db8::/32)" "read page 2"
	is "$(changes --addr 192.168.0.0/16)" ""
}

@test "--field finds where a column changed" {
	is "$(changes --field credit -t shop.partner)" \
		$'insert partner 1\nupdate partner 1\ndelete partner 1'
	is "$(changes --field city --op update)" "update partner 1"
}

@test "--value finds a value before or after, with --field that column's" {
	is "$(changes --value 12.30 -t shop.partner)" $'insert partner 1\nupdate partner 1'
	is "$(changes --value Bonn)" $'update partner 1\ndelete partner 1'
	is "$(changes --value Bonn --field city --op update)" "update partner 1"
	is "$(changes --value Bonn --field name)" ""
}

@test "--grep matches values, not names of columns" {
	is "$(changes --grep '^Dec.? "x"$' | head -n 1)" "update partner 2"
	is "$(changes --grep '(?i)^BERLIN' --op insert)" "insert partner 1"
	is "$(changes --grep '^city$')" ""
}

@test "--id takes what begins one id, with dashes or without" {
	id=$(audit-log -t shop.note | jq -r .id)
	is "$(audit-log --id "$id" | jq -r .id)" "$id"
	is "$(audit-log --id "$(tr -d - <<<"${id^^}")" | jq -r .id)" "$id"
	id=$(audit-log -u 2008-01-01 | jq -r .id)
	is "$(audit-log --id "${id:0:9}" | jq -r .id)" "$id"
}

@test "an id that no event has is exit 1, one that many have exit 2" {
	run -1 --separate-stderr audit-log --id ffffffff
	is "$output" ""
	is "$stderr" "audit-log: --id ffffffff: no such event"
	refuses "more than one" --id 01
}

@test "filters are all to be met" {
	is "$(changes -t shop.partner -k 2 -a bob --op update --field name --grep x)" \
		"update partner 2"
	is "$(changes -t shop.partner -k 2 -a alice --op update)" ""
}

# How many, and in which order

@test "events come in the order of the trail, --reverse in the other" {
	is "$(audit-log | jq -r .id | sort -c 2>&1)" ""
	is "$(audit-log --reverse | jq -r .id)" "$(audit-log | jq -r .id | tac)"
}

@test "events of months to come, and of none, are not left out" {
	sql "create database months"
	export PGDATABASE=months
	audit-rule init
	for at in "now()" "now() + interval '70 days'" "timestamptz '2200-01-01Z'" \
		"timestamptz '2010-01-01Z'"; do
		sql "insert into audit.event(id, at, op)
			select audit.new_id(at), at, 'read' from (select $at) x(at)"
		is "$(audit-log --op read | wc -l)" "$(sql "select count(*) from audit.event
			where op = 'read'")"
	done
	is "$(audit-log --op read | wc -l)" 4
	PGDATABASE=postgres sql "drop database months"
}

@test "-l is the newest, oldest first" {
	is "$(changes -t shop.partner -l 2)" $'update partner 2\ndelete partner 1'
	is "$(changes -t shop.partner -l 2 --reverse)" $'delete partner 1\nupdate partner 2'
	is "$(changes -t shop.partner -l 1000 | wc -l)" 6
}

@test "on a terminal, without a filter, it is the newest 50" {
	sql "create table shop.many(id int primary key)"
	audit-rule add shop.many
	sql "insert into shop.many select generate_series(1, 60)"
	script -qec 'audit-log -f json' /dev/null </dev/null >"$BATS_TEST_TMPDIR/tty"
	is "$(grep -c '^{' "$BATS_TEST_TMPDIR/tty")" 50
	grep -q '^audit-log: .*newest 50' "$BATS_TEST_TMPDIR/tty"
	script -qec 'audit-log -q -f json' /dev/null </dev/null >"$BATS_TEST_TMPDIR/tty"
	is "$(grep -vc '^{' "$BATS_TEST_TMPDIR/tty")" 0
	script -qec 'audit-log -t shop.many --op insert -f json' /dev/null </dev/null \
		>"$BATS_TEST_TMPDIR/tty"
	is "$(grep -c '^{' "$BATS_TEST_TMPDIR/tty")" 60
}

@test "-o writes into a file, and -v says how many" {
	run -0 --separate-stderr audit-log -v -t shop.note -o "$BATS_TEST_TMPDIR/log"
	is "$output" ""
	is "$stderr" "audit-log: 1 event"
	is "$(cat "$BATS_TEST_TMPDIR/log")" "$(audit-log -t shop.note)"
	run -3 --separate-stderr audit-log -o "$BATS_TEST_TMPDIR/no/log"
	[[ $stderr == "audit-log: $BATS_TEST_TMPDIR/no/log: "* ]]
	run -3 --separate-stderr audit-log -o /dev/full
	[[ $stderr == "audit-log: /dev/full: "* ]]
}

# How many there are

@test "--count is one number, of what matches, also of nothing" {
	is "$(audit-log --count)" "{\"count\":$(audit-log | wc -l)}"
	is "$(audit-log --count -t shop.partner -a alice)" '{"count":2}'
	is "$(audit-log --count -a nobody)" '{"count":0}'
	is "$(audit-log --count -l 3)" '{"count":3}'
}

@test "--by counts a group a line, the most frequent first" {
	is "$(audit-log -t shop.partner -t shop.line -t shop.note \
		--by table,op)" \
		'{"table":"partner","op":"update","count":3}
{"table":"line","op":"insert","count":2}
{"table":"partner","op":"insert","count":2}
{"table":"note","op":"insert","count":1}
{"table":"partner","op":"delete","count":1}'
	is "$(audit-log -a nobody --by op)" ""
	is "$(audit-log -t shop.partner --by key)" \
		$'{"key":{"id": 1},"count":3}\n{"key":{"id": 2},"count":3}'
}

@test "groups of time are UTC and come in its order" {
	is "$(TZ=Asia/Tokyo audit-log --op read --by day,session)" \
		'{"day":"2007-12-31","session":"s2","count":1}
{"day":"2008-02-29","session":"s1","count":1}
{"day":"2100-03-01","session":"s3","count":1}'
	is "$(audit-log --op read --session s1 \
		--by minute,hour,week,month,year)" \
		'{"minute":"2008-02-29T23:59Z","hour":"2008-02-29T23:00Z","week":"2008-W09","month":"2008-02","year":"2008","count":1}'
}

@test "every name that --by takes is counted by, and adds up" {
	local name total

	total=$(audit-log | wc -l)
	for name in op schema table key label actor role as_role session txid \
		app addr reason rules minute hour day week month year; do
		is "$(audit-log --by "$name" | jq -s 'map(.count) | add')" "$total"
		is "$(audit-log --by "$name" | jq -r 'keys_unsorted | join(" ")' |
			sort -u)" "$name count"
		# as the events say it
		case $name in
		minute | hour | day | week | month | year) ;;
		*)
			is "$(audit-log --by "$name" | jq -cS ".$name" | sort)" \
				"$(audit-log | jq -cS ".$name" | sort -u)"
			;;
		esac
	done
	audit-log --by rules | grep -F '"rules":["crm"]'
}

@test "--by refuses what it does not know, twice the same, and too many" {
	refuses "--by colour: not what" --by op,colour
	refuses "--by : not what" --by ''
	refuses "op is there twice" --by op --by actor,op
	refuses "no more than 6" --by op,schema,table,key,label,actor,role
}

# What goes wrong

@test "bad input is exit 2, named, with nothing on stdout" {
	refuses 'nowhere' -t nowhere
	refuses '"' -t '"shop'
	refuses 'shop.*x*' -t 'shop.*x*y'
	refuses 'pg_class' -t pg_class
	refuses 'abc' -t shop.partner -k abc
	refuses '{"x":1}' -t shop.partner -k '{"x":1}'
	refuses '{"id":null}' -t shop.partner -k '{"id":null}'
	refuses '{x' -t shop.partner -k '{x'
	refuses '{line,ord}' -t shop.line -k 7
	refuses 'no primary key' -t shop.note -k 1
	refuses 'needs -t' -k 1
	refuses '32nd' -s '32nd'
	refuses '12:00' -s 12:00
	refuses '2026' -u 2026
	refuses '2026-13-45' -u 2026-13-45
	refuses '10.0.0.300' --addr 10.0.0.300
	refuses '(' --grep '('
	refuses 'nocolumn' --field nocolumn
	refuses 'norule' --rule norule
	refuses 'xyz' --id xyz
	refuses '--id' --id ''
	refuses '12x' --txid 12x
	refuses '-l 0' -l 0
	refuses 'xml' -f xml
	refuses '--op' --op ,
	run -2 --separate-stderr audit-log shop.partner
	is "$output" ""
	run -2 --separate-stderr audit-log -a $'\xff'
	is "$output" ""
}

@test "no trail is exit 3 and says what to do" {
	run -3 --separate-stderr audit-log -d template1
	is "$output" ""
	is "$stderr" \
		"audit-log: no audit trail in this database: run audit-rule init"
}

@test "who has no rights is told what to grant, and this is enough" {
	sql "create role nobody_yet login"
	run -3 --separate-stderr as nobody_yet audit-log
	is "$output" ""
	[[ $stderr == *'"nobody_yet" needs: audit-rule grant ROLE reader, or auditor' ]]
	audit-rule grant nobody_yet auditor
	is "$(as nobody_yet changes -t shop.partner -s -1d -k 3 --field id --rule crm)" \
		"update partner 2"
	audit-rule revoke nobody_yet auditor
	sql "drop role nobody_yet"
}

@test "a server that dies leaves whole lines, exit 3 and a message" {
	sql "create table shop.flood(id int primary key, t text)"
	audit-rule add shop.flood
	sql "insert into shop.flood select n, repeat('x', 1000) from generate_series(1, 5000) n"
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	audit-log -t shop.flood >"$BATS_TEST_TMPDIR/pipe" 2>"$BATS_TEST_TMPDIR/err" &
	{
		# the pipe is full, the connection too: it is in the middle
		read -r first
		sql "select pg_terminate_backend(pid) from pg_stat_activity
			where application_name = 'audit-log'" >/dev/null
		cat >"$BATS_TEST_TMPDIR/rest"
	} <"$BATS_TEST_TMPDIR/pipe"
	status=0
	wait $! || status=$?
	is "$status" 3
	jq -e .id <<<"$first"
	[ -s "$BATS_TEST_TMPDIR/rest" ]
	[ "$(wc -l <"$BATS_TEST_TMPDIR/rest")" -lt 4999 ]
	is "$(tail -c 1 "$BATS_TEST_TMPDIR/rest")" ""
	jq -e .id "$BATS_TEST_TMPDIR/rest" >/dev/null
	grep -q '^audit-log: ' "$BATS_TEST_TMPDIR/err"
}

@test "a full disk is exit 3, not a loss that nobody sees" {
	run -3 --separate-stderr bash -c 'audit-log >/dev/full'
	is "$stderr" "audit-log: standard output: No space left on device"
}

@test "the search_path, formats and zone of a role change nothing" {
	export PGTZ=UTC
	wanted=$(audit-log | md5sum)
	PGOPTIONS='-c datestyle=german,dmy -c extra_float_digits=-5 -c bytea_output=escape'
	PGOPTIONS+=' -c intervalstyle=sql_standard -c timezone=Asia/Tokyo -c search_path='
	PGOPTIONS+=' -c standard_conforming_strings=off -c transform_null_equals=on'
	PGOPTIONS+=' -c plan_cache_mode=force_generic_plan -c client_encoding=latin1'
	is "$(audit-log | md5sum)" "$wanted"
	is "$(changes -t shop.partner -l 2 -k 2)" $'update partner 2\nupdate partner 2'
}

@test "it leaves no memory behind and reads none that it should not" {
	! grep -q __asan_init "$BUILD/bin/audit-log" || skip "the sanitizer looks"
	printf '1\nx\n' >"$BATS_TEST_TMPDIR/keys"
	run -1 --separate-stderr valgrind -q --leak-check=full --error-exitcode=9 \
		"$BUILD/bin/audit-log" -t 'shop.*' -t shop.partner -k 2 -k - -s -1d \
		-a alice -a bob --op insert,update --exact --grep . <"$BATS_TEST_TMPDIR/keys"
	run -0 valgrind -q --leak-check=full --error-exitcode=9 "$BUILD/bin/audit-log"
}

# Completion

@test "bash completes tables and rules from the database" {
	complete_last() {
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
		_audit_log audit-log "${!#}" "${*: -2:1}"
		echo "${COMPREPLY[*]}"
	}
	source "$ROOT/completions/bash/audit-log"
	is "$(complete_last audit-log -t shop.par)" shop.partner
	is "$(complete_last audit-log --rule cr)" crm
	is "$(complete_last audit-log --rule = cr)" crm
	is "$(complete_last audit-log -d template1 --rule cr)" ""
}
