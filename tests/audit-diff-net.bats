#!/usr/bin/env bats
# audit-diff --net - what a record went through, as one change

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# event N OP KEY OLD NEW [SED] - the line of an event; N is its place in the
# trail, KEY a number or JSON, SED changes the line
event() {
	local key=$3

	[[ $key == [0-9]* ]] && key="{\"id\": $key}"
	printf '%s' '{"id":"01a20177-65f3-7538-8648-'"$(printf %012d "$1")"'",' \
		'"at":"2026-07-01T10:00:'"$(printf %02d "$1")"'.000000Z",' \
		'"op":"'"$2"'","schema":"public","table":"item","key":'"$key"',' \
		'"label":"Lamp '"$1"'","actor":"alice","role":"shop",' \
		'"as_role":null,"session":null,"txid":"812","app":"erp",' \
		'"addr":null,"reason":"typo","rules":["item"],"old":'"$4"',' \
		'"new":'"$5"',"redacted":null}' | sed "${6-}"
	echo
}

# net - the net changes in short: op, key, field, old, new
net() {
	audit-diff --net -f json | sed -E 's/.*"op":("[a-z]*").*"key":(\{[^}]*\}|null),"label".*"field":("[^"]*"),"old":(.*),"new":(.*)\}$/\1 \2 \3 \4 \5/
		s/"([a-z_]+)"/\1/; s/\{"id": ([^}]*)\}/\1/; s/"([a-z]+)"/\1/'
}

@test "the first old is compared with the last new" {
	{
		event 1 update 7 '{"a": 1}' '{"a": 2}'
		event 2 update 7 '{"a": 2, "b": "x"}' '{"a": 3, "b": "y"}'
		event 3 update 7 '{"b": "y"}' '{"b": "z"}'
	} | net >out
	is "$(cat out)" 'update 7 a 1 3
update 7 b "x" "z"'
}

@test "what is as it was is nothing, to the last digit" {
	{
		event 1 update 7 '{"a": 1.0, "b": 1.0}' '{"a": 2, "b": 2}'
		event 2 update 7 '{"a": 2, "b": 2}' '{"a": 1.00, "b": 1.0}'
		event 3 update 8 '{"a": null}' '{"a": ""}'
		event 4 update 8 '{"a": ""}' '{"a": null}'
	} >lines
	is "$(net <lines)" 'update 7 a 1.0 1.00'
	is "$(audit-diff --net -f text <lines | grep -c update)" 1
}

@test "created and deleted again is nothing" {
	{
		event 1 insert 7 null '{"id": 7, "a": 1}'
		event 2 update 7 '{"a": 1}' '{"a": 2}'
		event 3 delete 7 '{"id": 7, "a": 2}' null
	} >lines
	for format in json text; do
		run -0 audit-diff --net -f "$format" <lines
		is "$output" ""
	done
	audit-diff --net -f html <lines | grep -q 'No changes'
}

@test "an insert is the whole row as it is in the end" {
	{
		event 1 insert 7 null '{"id": 7, "a": 1, "b": null}'
		event 2 update 7 '{"a": 1}' '{"a": 2}'
	} | net >out
	is "$(cat out)" 'insert 7 a null 2
insert 7 b null null
insert 7 id null 7'
}

@test "a delete is the whole row as it was at first" {
	{
		event 1 update 7 '{"a": 1}' '{"a": 2}'
		event 2 delete 7 '{"id": 7, "a": 2, "b": 5}' null
	} | net >out
	is "$(cat out)" 'delete 7 a 1 null
delete 7 b 5 null
delete 7 id 7 null'
}

@test "deleted and created again under its key was updated" {
	{
		event 1 delete 7 '{"id": 7, "a": 1, "b": 5}' null
		event 2 insert 7 null '{"id": 7, "a": 2, "b": 5}'
	} | net >out
	is "$(cat out)" 'update 7 a 1 2'
	# also where it was again deleted, or a column has come or gone
	{
		event 1 delete 7 '{"id": 7, "a": 1, "gone": 5}' null
		event 2 insert 7 null '{"id": 7, "a": 2, "come": 6}'
		event 4 update 7 '{"a": 2}' '{"a": 1}'
	} | tee lines | net >out
	is "$(cat out)" 'update 7 come null 6
update 7 gone 5 null'
	event 5 delete 7 '{"id": 7, "a": 1, "come": 6}' null >>lines
	is "$(net <lines)" 'delete 7 a 1 null
delete 7 gone 5 null
delete 7 id 7 null'
}

@test "a column that no event speaks of has not changed" {
	# where the events in between are missing
	{
		event 1 delete 7 '{"id": 7, "a": 1, "b": 2}' null
		event 3 update 7 '{"a": 3}' '{"a": 4}'
		event 4 update 8 '{"a": 3, "b": 2}' '{"a": 4}'
	} | net >out
	is "$(cat out)" 'update 7 a 1 4
update 8 a 3 4'
}

@test "the order of the input and an event that comes twice do not matter" {
	{
		event 3 update 7 '{"a": 3}' '{"a": 4}'
		event 1 update 7 '{"a": 1}' '{"a": 2}'
		event 2 update 7 '{"a": 2}' '{"a": 3}'
		event 1 update 7 '{"a": 1}' '{"a": 2}'
		event 5 delete 8 '{"a": 1}' null
		event 4 insert 8 null '{"a": 1}'
		event 5 delete 8 '{"a": 1}' null
		event 6 insert null null '{"a": 1}'
		event 6 insert null null '{"a": 1}'
	} | net >out
	is "$(cat out)" 'insert null a null 1
update 7 a 1 4'
}

@test "a record is followed through changes of its key" {
	{
		event 1 update 1 '{"id": 1}' '{"id": 9}' 's/Lamp ./A/'
		event 2 update 2 '{"id": 2}' '{"id": 1}'
		event 3 update 9 '{"id": 9, "a": 5}' \
			'{"id": 2, "a": 6}' 's/Lamp ./A/'
		event 4 update 1 '{"a": 7}' '{"a": 8}'
		event 5 update 9 '{"a": 1}' '{"a": 2}'
	} >lines
	for order in -n -r; do
		sort "$order" lines | net >out
		is "$(cat out)" 'update 1 a 5 6
update 1 id 1 2
update 2 a 7 8
update 2 id 2 1
update 9 a 1 2'
	done
}

@test "a key that changes and changes back is nothing" {
	{
		event 1 update 1 '{"id": 1}' '{"id": 2}' 's/Lamp ./A/'
		event 2 update 2 '{"id": 2}' '{"id": 1}' 's/Lamp ./A/'
	} | net >out
	is "$(cat out)" ""
	# also where the label did, or is not known
	{
		event 1 update 1 '{"id": 1, "n": "A"}' '{"id": 2, "n": "B"}' \
			's/Lamp ./A/'
		event 2 update 2 '{"id": 2, "n": "B"}' '{"id": 1, "n": "A"}' \
			's/Lamp ./B/'
	} >lines
	is "$(net <lines)" ""
	is "$(sed 's/"label":"."/"label":null/' lines | net)" ""
}

@test "keys that one statement exchanges are told apart by label" {
	# as it is where a constraint is deferred: who comes is there before
	# the other one has gone
	{
		event 1 update 1 '{"id": 1}' '{"id": 2}' 's/Lamp ./A/'
		event 2 update 2 '{"id": 2}' '{"id": 1}' 's/Lamp ./B/'
		event 3 update 1 '{"a": 1}' '{"a": 2}' 's/Lamp ./B/'
		event 4 update 5 '{"id": 5}' '{"id": 6}' 's/Lamp ./E/'
		event 5 update 6 '{"id": 6}' '{"id": 7}' 's/Lamp ./F/'
		event 6 update 7 '{"id": 7}' '{"id": 8}' 's/Lamp ./G/'
		event 7 update 6 '{"a": 1}' '{"a": 2}' 's/Lamp ./E/'
	} >lines
	is "$(net <lines)" 'update 1 id 1 2
update 2 a 1 2
update 2 id 2 1
update 5 a 1 2
update 5 id 5 6
update 6 id 6 7
update 7 id 7 8'
	# by way of a third key they are exchanged as well
	{
		event 1 update 1 '{"id": 1}' '{"id": -1}' 's/Lamp ./A/'
		event 2 update 2 '{"id": 2}' '{"id": 1}' 's/Lamp ./B/'
		event 3 update '{"id": -1}' '{"id": -1}' '{"id": 2}' 's/Lamp ./A/'
	} >lines
	is "$(net <lines)" 'update 1 id 1 2
update 2 id 2 1'
}

@test "who comes to a key that was left, or deleted, is another record" {
	{
		event 1 update 1 '{"id": 1}' '{"id": 2}'
		event 2 insert 1 null '{"id": 1, "a": 1}'
		event 3 delete 2 '{"id": 2, "a": 5}' null
		event 4 delete 3 '{"id": 3, "a": 6}' null
		event 5 update 4 '{"id": 4}' '{"id": 3}'
	} | net >out
	is "$(cat out)" 'delete 1 a 5 null
delete 1 id 1 null
insert 1 a null 1
insert 1 id null 1
delete 3 a 6 null
delete 3 id 3 null
update 4 id 4 3'
}

@test "a new record stands under the key that it has in the end" {
	{
		event 1 insert 1 null '{"id": 1, "a": 1}'
		event 2 update 1 '{"id": 1}' '{"id": 2}'
		event 3 insert '{"id": "\\x01"}' null \
			'{"id": {"bytes": 1, "sha256": "ab"}}'
	} | audit-diff --net | jq -c '[.key.id, .field]' >out
	is "$(cat out)" '["\\x01","id"]
[2,"a"]
[2,"id"]'
}

@test "key and label are the first, id and time the last" {
	{
		event 1 update 7 '{"a": 1}' '{"a": 2}'
		event 2 update 7 '{"a": 2, "id": 7}' '{"a": 3, "id": 8}'
		event 3 update 8 '{"a": 3}' '{"a": 4}'
	} | audit-diff --net | jq -c '[.id[-3:], .at[17:20], .key.id, .label]' |
		sort -u >out
	is "$(cat out)" '["003","03.",7,"Lamp 1"]'
}

@test "who and why are said where all events say the same" {
	{
		event 1 update 7 '{"a": 1}' '{"a": 2}'
		event 2 update 7 '{"a": 2}' '{"a": 3}'
		event 3 update 8 '{"a": 1}' '{"a": 2}'
		event 4 update 8 '{"a": 2}' '{"a": 3}' 's/"alice"/null/'
		event 5 update 8 '{"a": 3}' '{"a": 4}' 's/812/813/; s/typo/fix/'
	} >lines
	is "$(audit-diff --net <lines | jq -c '[.actor, .role, .txid]')" \
		'["alice","shop","812"]
[null,"shop",null]'
	is "$(audit-diff --net -f text <lines | grep because)" \
		'2026-07-01 10:00:02 UTC  update  item 7 "Lamp 1"  by alice  because "typo"'
}

@test "a masked or erased value stays shown: it may have changed" {
	masked='{"masked": true}'
	{
		event 1 update 7 "{\"a\": $masked}" "{\"a\": $masked}"
		event 2 update 7 "{\"b\": 1, \"a\": $masked}" \
			"{\"b\": 2, \"a\": $masked}"
		event 3 update 7 '{"b": 2}' '{"b": 1}'
		event 4 update 8 '{"c": null, "d": null}' \
			'{"c": null, "d": null}' 's/"redacted":null/"redacted":["c","d"]/'
		event 5 update 8 '{"c": null}' '{"c": null}' \
			's/"redacted":null/"redacted":["c"]/'
		event 6 update 8 '{"d": null}' '{"d": 1}' \
			's/"redacted":null/"redacted":["d","e"]/'
	} >lines
	is "$(net <lines)" "update 7 a $masked $masked
update 8 c null null,\"redacted\":true
update 8 d null 1,\"redacted\":true
update 8 e null null,\"redacted\":true"
	is "$(audit-diff --net -f text <lines | grep -c '(masked)')" 1
	is "$(audit-diff --net -f text <lines | grep -c '(redacted)')" 3
}

@test "events without a key and gaps stand for themselves, others are left out" {
	{
		event 5 update 7 '{"a": 1}' '{"a": 2}'
		event 4 update null '{"a": 1, "b": 2}' '{"a": 2}'
		event 3 insert null null '{"a": 1}'
		event 2 gap null null '{"message": "x"}'
		event 1 gap 7 null '{"message": "y"}'
		event 6 truncate null null '{"rows": 3}'
		event 7 rule_add null null '{"mask": []}'
		event 8 login null null '{"a": 1}'
		event 9 gap null null '{"message": "z"}' \
			's/"public"/null/; s/"item"/null/g'
	} | net >out
	is "$(cat out)" 'gap null message null "z"
gap 7 message null "y"
gap null message null "x"
insert null a null 1
update null a 1 2
update 7 a 1 2'
}

@test "records come by schema, table and key, numbers by their value" {
	for table in b a; do
		for key in 10 9 1.5 -2 -10 1 100 '"x"' '"10"'; do
			event 1 insert "{\"id\": $key}" null '{"a": 1}' \
				"s/\"item\"/\"$table\"/g"
		done
	done >lines
	event 1 insert 1 null '{"a": 1}' 's/public/a/' >>lines
	audit-diff --net <lines | jq -c '[.schema, .table, .key.id]' |
		paste -sd ' ' >out
	keys() {
		printf '["public","%s",%s] ' "$1" '"10"' "$1" '"x"' "$1" -10 \
			"$1" -2 "$1" 1 "$1" 1.5 "$1" 9 "$1" 10 "$1" 100
	}
	is "$(cat out)" "[\"a\",\"item\",1] $(keys a)$(keys b | sed 's/ $//')"
	# of a key of several columns, these by their names
	for key in '{"b": 2, "a": 10}' '{"b": 10, "a": 9}' '{"b": 9,"a":9}'; do
		event 1 insert "$key" null '{"x": 1}'
	done | audit-diff --net | jq -c '[.key.a, .key.b]' | paste -sd ' ' >out
	is "$(cat out)" '[9,9] [9,10] [10,2]'
}

@test "a key is the same however another program has written it" {
	{
		event 1 update '{"a": "x y", "b": [1, 2]}' '{"c": 1}' '{"c": 2}'
		event 2 update '{"b":[1,2],"a":"x y"}' '{"c": 2}' '{"c": 3}'
		event 3 update '{"a": "xy", "b": [1, 2]}' '{"c": 3}' '{"c": 4}'
	} | audit-diff --net | jq -c '[.key.a, .old, .new]' >out
	is "$(cat out)" '["x y",1,3]
["xy",3,4]'
}

@test "bad lines are named and the rest is done: exit 1" {
	{
		event 1 update 7 '{"a": 1}' '{"a": 2}'
		echo '{'
		event 2 update 7 '{"a": 2}' '{"a": 3}'
		echo '{"id": 5}'
	} >lines
	run -1 --separate-stderr audit-diff --net -f json <lines
	is "${#lines[@]}" 1
	[[ $output == *'"old":1,"new":3}' ]]
	is "$stderr" 'audit-diff: line 2: no key at character 2
audit-diff: line 4: bad "id" field'
}

@test "random changes of few keys come to what a model says" {
	python3 "$ROOT/tests/net.py" 60 events wanted
	for seed in $(seq 60); do
		audit-diff --net -f json <"events.$seed" >out
		diff -u "wanted.$seed" out || { echo "seed $seed"; return 1; }
	done
}

@test "net changes of a trail turn the rows of then into those of now" {
	fresh_database
	install_trail
	# an update of the second moves rows from one partition to the other
	# keys of the first are exchanged in one statement
	sql "create table one(id int primary key deferrable, name text,
			price numeric)" \
		"create table two(a text, id int, v jsonb, primary key (id, a))
			partition by range (id)" \
		"create table two_1 partition of two for values from (0) to (6)" \
		"create table two_2 partition of two for values from (6) to (99)"
	export PGOPTIONS='-c client_min_messages=error'
	audit-rule add one --label name
	audit-rule add two
	change() {
		python3 - "$1" <<-'END' | psql -q 2>/dev/null
			import random, sys
			random.seed(int(sys.argv[1]))
			r = random.randrange
			for m in range(400):
			    name = f"'{sys.argv[1]} {m}'"
			    i, j, n = r(12), r(12), r(3)
			    print(random.choice((
			        f"insert into one values ({i}, {name}, {n}.{n}0);",
			        f"update one set price = {n}.{n}0 where id = {i};",
			        f"update one set id = {j}, name = {name} where id = {i};",
			        f"update one set id = {i + j} - id"
			        f" where id in ({i}, {j});",
			        f"delete from one where id = {i};",
			        f"insert into two values ('{n}', {i}, '[{n}.0]');",
			        f"update two set v = '{n}' where id = {i};",
			        f"update two set a = '{n}' where id = {i};",
			        f"delete from two where id = {i};")))
		END
	}
	rows() {
		sql "select to_jsonb(t) from one t" "select to_jsonb(t) from two t"
	}
	change 1
	rows >before
	audit-log -f json | wc -l >skip
	change 2
	rows >now
	audit-log -f json | tail -n "+$(($(cat skip) + 1))" | tac >lines
	[ "$(wc -l <lines)" -gt 150 ]
	audit-diff --net -f json <lines >net
	python3 - before net >got <<-'END'
		import json, sys
		def load(path):
		    return [json.loads(line, parse_float=str) for line in open(path)]
		def at(table, row):
		    return (table, row['id'], row.get('a'))
		table = lambda row: 'two' if 'a' in row else 'one'
		rows = {at(table(row), row): row for row in load(sys.argv[1])}
		changes = {}
		for f in load(sys.argv[2]):
		    key = (f['table'], json.dumps(f['key'], sort_keys=True), f['id'])
		    changes.setdefault(key, []).append(f)
		gone = {}
		for fields in changes.values():
		    f = fields[0]
		    if f['op'] != 'insert':
		        row = gone[f['id']] = rows.pop(at(f['table'], f['key']))
		        for field in fields:
		            assert row[field['field']] == field['old'], field
		for fields in changes.values():
		    f = fields[0]
		    row = {**gone.get(f['id'], {}),
		           **{g['field']: g['new'] for g in fields}}
		    if f['op'] != 'delete':
		        assert at(f['table'], row) not in rows, f
		        rows[at(f['table'], row)] = row
		for row in rows.values():
		    print(json.dumps(row, sort_keys=True))
	END
	is "$(sort got)" "$(python3 -c '
import json, sys
for line in sys.stdin:
    print(json.dumps(json.loads(line, parse_float=str), sort_keys=True))
' <now | sort)"
	drop_database
}

# many - 300000 events of 60000 records, 1 in 1000 with a key that changes
many() {
	python3 - <<-'END'
		n, keys = 300000, 60000
		for i in range(n):
		    k, p = i * 7919 % keys, i // keys
		    op = ['insert', 'update', 'update', 'update', 'delete'][p]
		    new = {'q': p}
		    if p == 2 and k % 1000 == 0:
		        new['id'] = -k - 1
		    if p > 2 and k % 1000 == 0:
		        k = -k - 1
		    row = '{"id": %d, "q": %d, "x": "%s"}' % (k, p, 'x' * 300)
		    print('{"id":"%08d","at":"2026-07-01T10:00:05.123456Z","op":"%s",'
		          '"schema":"s","table":"t","key":{"id": %d},"old":%s,"new":%s}'
		          % (n - i if i % 2 else i, op, k,
		             'null' if op == 'insert' else row if op == 'delete'
		             else '{"q": %d}' % (p - 1),
		             'null' if op == 'delete' else row if op == 'insert'
		             else '{"q": %d%s}' % (p, ', "id": %d' % new['id']
		                                   if 'id' in new else '')))
	END
}

@test "memory is bounded" {
	many >events
	[ "$(stat -c %s events)" -gt 60000000 ]
	command time -f %M -o peak audit-diff --net -f json <events >/dev/null
	grep -q __asan_init "$BUILD/bin/audit-diff" ||
		[ "$(cat peak)" -lt 65536 ]
}

@test "no temporary file is left, and TMPDIR says where they are" {
	many >events
	mkdir tmp
	TMPDIR=$PWD/tmp audit-diff --net -f json <events >/dev/null
	is "$(ls -A tmp)" ""
	TMPDIR=$PWD/none run -3 audit-diff --net -f json <events
	is "$output" "audit-diff: temporary file in $PWD/none: No such file or directory"
}

@test "a full TMPDIR is exit 3 with a message" {
	many >events
	run -3 --separate-stderr bash -c '
		trap "" XFSZ
		ulimit -f 20000
		audit-diff --net -f json <events'
	is "$output" ""
	is "$stderr" "audit-diff: temporary file in ${TMPDIR:-/tmp}: File too large"
}

@test "a line of 100 MB takes part" {
	python3 -c 'print("\"" + "x" * 100_000_000 + "\"", end="")' >value
	{
		event 1 update 7 '{"a": 1, "x": 1}' '{"a": 2, "x":' 's/,"redacted.*//' |
			tr -d '\n'
		cat value
		echo '}}'
		event 2 update 7 '{"a": 2}' '{"a": 3}'
		event 3 update 8 '{"a": 2}' '{"a": 3}'
	} >lines
	audit-diff --net -f json <lines >out
	is "$(cut -c -400 out | grep -o '"field":"[ax]","old":[0-9]')" \
		'"field":"a","old":1
"field":"x","old":1
"field":"a","old":2'
	# sed's expressions take most of a minute for this
	sed -n 2p out | python3 -c "import sys
sys.stdout.write(sys.stdin.read().rpartition('\"new\":')[2][:-2])" | cmp - value
}

@test "undo goes event by event" {
	run -2 --separate-stderr audit-diff --net -f sql </dev/null
	is "$output" ""
	is "$stderr" "audit-diff: --net: undo goes event by event"
}
