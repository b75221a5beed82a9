#!/usr/bin/env bats
# audit-export --report access, compliance and activity: every number against a
# count of another kind, made of the same lines by tests/report.py.

load helper

setup_file() {
	PYTHON=/usr/bin/python3
	export PYTHON TZ=UTC
	cd "$BATS_FILE_TMPDIR" || return
	python3 "$BATS_TEST_DIRNAME/sample.py" 2000 --sessions --days 20 >wide
	python3 "$BATS_TEST_DIRNAME/sample.py" 2000 --seed 2 --days 1 \
		--start 2026-10-24T18:00:00 --sessions >dense
	read_events >reads
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	wide=$BATS_FILE_TMPDIR/wide
	dense=$BATS_FILE_TMPDIR/dense
	reads=$BATS_FILE_TMPDIR/reads
}

# event OP [KEY=JSON]... - a line; what is not said is null
event() {
	event_line id='"01a0f5ad-8a4b-7e7c-9287-fdc8c03881c3"' \
		at='"2026-10-01T10:00:00.000000Z"' op="\"$1\"" \
		role='"dba"' txid='"7"' app='"erp"' "${@:2}"
}

# read_events - reads of columns, some of which are not said
read_events() {
	local t=(schema='"public"' table='"res_user"')

	event read "${t[@]}" actor='"carol"' addr='"10.0.0.7"' \
		new='{"columns": ["login", "password"], "rows": 3}'
	event read "${t[@]}" actor='"carol"' addr='"10.0.0.8"' \
		new='{"columns": ["login"], "rows": 40}'
	event read "${t[@]}" new='{"rows": "many"}'
	event update "${t[@]}" actor='"dave"' key='{"id": 1}' \
		old='{"password": {"masked": true}}' \
		new='{"password": {"masked": true}}'
	event read "${t[@]}" actor='"erin"' new='{"columns": ["password"]}'
}

# export_page REPORT [OPTION]... - of the lines on stdin into page.html
export_page() {
	audit-export --report "$1" -o page.html "${@:2}"
}

# said WHAT [ARGUMENT]... - what report.py says of the page
said() {
	python3 "$BATS_TEST_DIRNAME/report.py" "$1" page.html "${@:2}"
}

# item NAME - the state and the words of an item
item() {
	[ -e items ] || said rows "What to tick off" >items
	jq -r --arg item "$1" 'select(.Item == $item) |
		.State + ": " + .["What was found"]' items
}

# Access

@test "access counts what each one did to each table, from where and when" {
	export_page access <"$wide"
	said access "$wide"
}

@test "a sensitive column is named with its schema, without, or by a pattern" {
	export_page access --sensitive 'res_user.password,*.iban,nope.x' <"$wide"
	said sensitive "$wide" res_user.password,hr.payslip.iban
	said texts "Sensitive columns" >out
	grep -qx 'Nothing is about nope.x.' out
}

@test "without --sensitive these are the columns that events show as masked" {
	export_page access <"$wide"
	said sensitive "$wide" res_user.password
	said texts "Sensitive columns" >out
	grep -q 'names none.*: res_user.password\.$' out
}

@test "reads count, of masked columns also those before one shows as such" {
	export_page access <"$reads"
	is "$(said rows "Who read or changed which column" |
		jq -r '[.Column, .Who, .Reads, .Changes] | join(" ")')" \
		"res_user.password carol 1 
res_user.password dave  1
res_user.password erin 1 "
	is "$(said rows "Who did what to which table" |
		jq -r 'select(.Who == "carol") | .Reads, .["Rows read"], .From')" \
		"2
43
10.0.0.7, 10.0.0.8"
	said texts Access >out
	run ! grep 'No reads' out
	said texts "Sensitive columns" >out
	grep -q '^1 reads do not say which columns' out
}

@test "where there are no reads it says that there are none to see" {
	export_page access <"$wide"
	said texts Access >out
	grep -q 'No reads are in the input: triggers do not see them' out
}

@test "a rule in the input says what is masked, too" {
	{
		event update schema='"crm"' table='"Client"' \
			key='{"id": 1}' old='{"pin": 1}' new='{"pin": 2}'
		echo '{"rule":"r","table":"crm.\"Client\"","ops":["update"],"enabled":true,"mask":["pin"]}'
		event update schema='"crm"' table='"Client"' \
			key='{"id": 1}' old='{"pin": 2}' new='{"pin": 3}'
	} >lines
	export_page access <lines
	said rows "Who read or changed which column" | jq -r .Column >columns
	is "$(cat columns)" crm.Client.pin
}

@test "who did it is the actor, else the role, and never one for the other" {
	{
		event insert schema='"s"' table='"t"' actor='"role dba"'
		event insert schema='"s"' table='"t"'
		event insert schema='"s"' table='"t"' redacted='["@actor"]'
	} >lines
	export_page access <lines
	is "$(said rows "Who did what to which table" | jq -r .Who | sort)" \
		"erased
role dba
role dba"
	is "$(grep -c '<span class="no">role dba</span>' page.html)" 1
}

@test "the largest rows are listed, and how many there are in all" {
	python3 - >lines <<-'END'
		import json
		for i in range(1050):
		    for n in range(1 + (i == 1001)):
		        print(json.dumps({
		            "id": "01a0f5ad-8a4b-7e7c-9287-fdc8c03881c3",
		            "at": "2026-10-01T10:00:00.000000Z",
		            "op": "insert", "table": "t%d" % i,
		            "actor": "a", "new": {}}))
	END
	audit-export --report access -o page.xlsx <lines
	python3 - >rows <<-'END'
		import openpyxl
		w = openpyxl.load_workbook("page.xlsx")["Who did what"]
		for row in w.iter_rows(values_only=True):
		    print(row[0])
	END
	is "$(grep -c '^t[0-9]' rows)" 1000
	is "$(grep -m 1 '^t[0-9]' rows)" t1001
	grep -q '^The 1000 largest of 1050 pairs' rows
}

# Activity

@test "activity counts what people do, and what they correct in the hour" {
	export_page activity <"$wide"
	said activity "$wide"
	export_page activity <"$dense"
	said activity "$dense"
	said rows "Which fields" >fields
	[ "$(wc -l <fields)" -gt 10 ]
}

@test "hours and days are those of the zone, also when the clock is set back" {
	export_page activity --tz Europe/Berlin <"$dense"
	said activity "$dense" Europe/Berlin
	export_page activity --tz Asia/Kathmandu <"$dense"
	said activity "$dense" Asia/Kathmandu
}

@test "a correction is the same person, field, record, hour, not transaction" {
	local x=(schema='"s"' table='"t"' key='{"id":1}') a=actor='"a"'

	{
		event insert "${x[@]}" "$a" txid='"1"' at='"2026-10-01T10:00:00.000000Z"'
		# the same transaction
		event update "${x[@]}" "$a" txid='"1"' at='"2026-10-01T10:00:00.000000Z"' \
			old='{"same":1}' new='{"same":2}'
		# somebody else
		event update "${x[@]}" actor='"b"' txid='"2"' \
			at='"2026-10-01T10:30:00.000000Z"' \
			old='{"other":1}' new='{"other":2}'
		# just within the hour, and set back
		event update "${x[@]}" "$a" txid='"3"' at='"2026-10-01T11:00:00.000000Z"' \
			old='{"f":1}' new='{"f":2}'
		event update "${x[@]}" "$a" txid='"4"' at='"2026-10-01T12:00:00.000000Z"' \
			old='{"f":2}' new='{"f":1}'
		# an hour and a bit
		event update "${x[@]}" "$a" txid='"5"' at='"2026-10-01T13:00:00.000001Z"' \
			old='{"f":1}' new='{"f":7}'
		# a moment; nobody said who
		event update "${x[@]}" "$a" txid='"6"' at='"2026-10-01T13:00:01.000000Z"' \
			old='{"at":1}' new='{"at":"2026-10-01T13:00:01"}'
		event update "${x[@]}" txid='"7"' at='"2026-10-01T13:00:02.000000Z"' \
			old='{"f":7}' new='{"f":8}'
	} >lines
	export_page activity <lines
	is "$(said rows "Which fields" | jq -r '[.Field, .Changes,
		.["Within the hour"], .["Set back"]] | join(" ")')" "f 3 2 1"
	said texts Corrections >out
	grep -q '^1 changes are not looked at' out
}

@test "events a little out of order, and of other centuries, are looked at" {
	local x=(schema='"s"' table='"t"' key='{"id":1}' actor='"a"')

	{
		event update "${x[@]}" txid='"2"' at='"2026-10-01T10:00:01.000000Z"' \
			old='{"f":2}' new='{"f":3}'
		event update "${x[@]}" txid='"1"' at='"2026-10-01T10:00:00.000000Z"' \
			old='{"f":1}' new='{"f":2}'
		event update "${x[@]}" txid='"3"' at='"294276-12-31T23:59:59.000000Z"' \
			old='{"f":1}' new='{"f":2}'
		event update "${x[@]}" txid='"4"' at='"0001-01-01T00:00:00.000000Z"' \
			old='{"f":1}' new='{"f":2}'
	} >lines
	export_page activity <lines
	is "$(said rows "Which fields" |
		jq -r '.Changes + " " + .["Within the hour"]')" "4 1"
}

@test "entries of an hour that memory does not hold are counted as forgotten" {
	python3 - >lines <<-'END'
		for i in range(150000):
		    print('{"id":"01a0f5ad-8a4b-7e7c-9287-fdc8c03881c3",'
		          '"at":"2026-10-01T10:00:00.000000Z","op":"insert",'
		          '"table":"t","key":{"id":%d},"actor":"a",'
		          '"new":{}}' % i)
	END
	export_page activity <lines
	said texts Corrections >out
	grep -q 'were forgotten early' out
}

# Compliance

@test "what is not in the input is not given, with the command that adds it" {
	event update schema='"s"' table='"t"' actor='"a"' | export_page compliance
	said rows "What to tick off" |
		jq -r 'select(.State == "not given") | .["Where the proof is"]' >how
	for command in 'audit-rule check --summary' 'audit-rule list' \
		'audit-seal list' 'audit-seal verify -f json' \
		'audit-purge policy list' 'audit-purge hold list' \
		'audit-rule grant -f json'; do
		grep -qx "nowhere; add $command" how
	done
	: | export_page compliance
	said rows "What to tick off" >all
	run ! grep '"good"' all
	is "$(jq -r .State all | sort -u)" "not given"
}

@test "a check that found nothing is good, and says that it was run" {
	echo '{"covered":true,"holes":0,"notes":0}' | export_page compliance
	said rows "What to tick off" |
		jq -r 'select(.State == "good") | .Item' >good
	is "$(cat good)" 'What rules cover is recorded'
	{
		echo '{"hole":"n","severity":"note","table":"t","rule":null,"message":"m","fix":null}'
		echo '{"covered":true,"holes":0,"notes":1}'
	} | export_page compliance
	said rows "What to tick off" >all
	is "$(jq -r 'select(.State == "look at it") | .Item' all)" \
		'What rules cover is recorded'
}

@test "gaps, holes, findings and triggers that were touched are bad" {
	{
		event gap schema='"s"' table='"t"' \
			new='{"op": "insert", "sqlstate": "53100", "message": "full"}'
		event rule_trigger key='{"table": "s.t"}' \
			new='{"found": ["disabled"], "done": ["alter table s.t"]}'
		echo '{"hole":"no_rule","severity":"hole","table":"s.u","rule":null,"message":"m","fix":null}'
		echo '{"hole":"stale","severity":"note","table":"s.u","rule":null,"message":"m","fix":null}'
		echo '{"finding":"altered","seal":3,"id":"01a0f5ad-8a4b-7e7c-9287-fdc8c03881c3","since":null,"until":null,"message":"was altered"}'
		echo '{"verified":false,"trail":"x","seals":4,"events":10,"unsealed":0,"purged":0,"erased":0,"from":null,"to":null,"key":null}'
	} | export_page compliance
	is "$(item "No gap: each change recorded")" \
		"bad: 1 change was not recorded"
	is "$(item "Triggers were not touched")" \
		"bad: found switched off or altered 1 time, and put right"
	is "$(item "What rules cover is recorded")" "bad: 1 hole, 1 note"
	is "$(item "The trail is as it was sealed")" \
		"bad: 1 finding, not verified"
	is "$(said rows "What audit-seal verify said" | jq -r .Said)" \
		"finding: altered
not verified"
	is "$(said figures Compliance | grep '^bad')" "bad	4"
}

@test "seals are counted, and which events are newer than the last one" {
	local n

	{
		for n in 1 2 3 4 5; do
			event insert schema='"s"' table='"t"' actor='"a"' \
				id="\"01a0f5ad-8a4b-7e7c-9287-fdc8c03881c$n\""
		done
		echo '{"seal":4,"at":"2026-10-01T10:00:00.000000Z","root":"r","months":[],"events":7,"first":null,"last":"01a0f5ad-8a4b-7e7c-9287-fdc8c03881c3","key":"k","signature":"ab"}'
		echo '{"seal":2,"at":"2026-09-01T10:00:00.000000Z","root":"r","months":[],"events":7,"first":null,"last":"01a0f5ad-8a4b-7e7c-9287-fdc8c0388100","key":null,"signature":null}'
	} | export_page compliance
	is "$(item "The trail is sealed")" \
		"look at it: 2 seals of 14 events, the last one of 2026-10-01 10:00:00 UTC; 1 between them are not in the input"
	is "$(item "Seals are signed")" "look at it: 1 of 2 are not"
	is "$(item "These events are sealed")" \
		"look at it: 2 events are newer than what the last seal covers"
}

@test "removals, erasures, holds, grants and what is done by hand are counted" {
	{
		event purge new='{"events": 40, "policy": null, "archive": null, "act": null, "month": "2026-01"}'
		event purge new='{"events": 2, "policy": 3, "archive": {"file": "a.zst"}, "act": "x", "month": "2026-02"}'
		event erase schema='"s"' table='"t"' \
			new='{"events": 5, "why": null, "act": null, "redacted": ["phone"]}'
		event prepare new='{"what": {}}'
		event release key='{"hold": 1}' new='{"why": "closed"}'
		event policy key='{"policy": 1}' old='{"keep": "2 years"}' \
			new='{"keep": "1 day"}'
		event grant key='{"role": "eve", "kind": "auditor"}' new='{"tables": null}'
		event update schema='"s"' table='"t"' app='"psql"' old='{"a": 1}' new='{"a": 2}'
		event update schema='"s"' table='"t"' app='"pgAdmin 4 - DB"' actor='"bob"' old='{"a": 1}' new='{"a": 2}'
		event ddl schema='"s"' table='"t"' new='{"command": "ALTER TABLE"}'
		event session_block key='{"actor": "dora"}' new='{"why": "left"}'
		for _ in 1 2 3 4 5 6; do
			event login_failed actor='"mallory"' addr='"203.0.113.9"'
		done
	} | export_page compliance
	is "$(item "Events that were removed")" \
		"look at it: 42 events in 2 steps, 1 without a policy, 1 without an archive"
	is "$(item "Values that were erased")" \
		"look at it: 1 erasure, of values in 5 events, 1 without a reason"
	is "$(item "Two people for a removal")" \
		"look at it: 2 acts were done by one role alone; 1 prepared"
	is "$(item "How long events are kept")" \
		"look at it: no policy is in the input; in the events: 0 set, 1 changed or unset"
	is "$(item "Who may do what with the trail")" \
		"look at it: the grants are not in the input; in the events: 1 granted, 1 of these an admin, auditor, purger or sealer"
	is "$(item "Changes made by hand")" \
		"look at it: 2 of 2 changes came from such a tool"
	is "$(item "Changes have a name")" \
		"look at it: 1 of 2 changes have a role, but no name"
	is "$(item "Refused logins and accesses")" \
		"look at it: 6 refusals, up to 6 of one, from one address"
	is "$(said rows "Changes of policies" | jq -r '.["What changed"]')" \
		"keep: 2 years → 1 day"
	is "$(said rows "Who was refused" | jq -r '[.Who, .Times, .From] | join(" ")')" \
		"mallory 6 203.0.113.9"
	is "$(said rows "What was erased" | jq -r .Columns)" phone
}

@test "what is in order is good" {
	{
		event rule_add key='{"rule": "r"}' new='{"rule": "r"}'
		event rule_trigger key='{"table": "s.t"}' \
			new='{"found": ["missing"], "done": ["create trigger"]}'
		event update schema='"s"' table='"t"' actor='"bob"' \
			old='{"a": 1}' new='{"a": 2}'
		echo '{"rule":"r","table":"s.t","ops":["insert"],"enabled":true}'
		echo '{"seal":0,"at":"2026-10-01T10:00:00.000000Z","root":"r","months":[],"events":7,"first":null,"last":"01a0f5ad-8a4b-7e7c-9287-fdc8c03881c3","key":"k","signature":"ab"}'
		echo '{"verified":true,"trail":"x","seals":1,"events":7,"unsealed":0,"purged":0,"erased":0,"from":null,"to":null,"key":null}'
		echo '{"policy":1,"table":null,"ops":null,"keep":"2 years","role":"dba","at":"2026-10-01T10:00:00.000000Z"}'
		echo '{"hold":1,"table":"s.t","key":null,"related":false,"actor":null,"session":null,"since":null,"until":null,"why":"w","role":"dba","at":"2026-10-01T10:00:00.000000Z"}'
		echo '{"role":"carol","kind":"reader","group":null,"tables":null}'
	} | export_page compliance
	is "$(said rows "What to tick off" |
		jq -r 'select(.State != "good") | .Item')" \
		"What rules cover is recorded
Acts on the trail itself
Changes of tables
What looks suspicious"
}

# Hostile input

@test "events of any shape break no report, in a workbook or on a page" {
	python3 - >lines <<-'END'
		import itertools, json
		odd = [None, True, 7, "", "x" * 40000, "\u0000\u0001a", "\ud800",
		       [], ["a", ["b"], {}], {}, {"a": {"b": [1]}}, {"": None},
		       {"columns": {"a": 1}, "rows": -1, "found": "x",
		        "events": 1e30, "policy": [], "archive": 7, "kind": {}},
		       {"columns": [7, None, "a", "\u0000"], "found": [1, "y"],
		        "events": "many", "archive": {"file": ["z"]}}]
		ops = ("insert update delete truncate read denied login_failed "
		       "gap policy purge erase hold release prepare approve "
		       "grant revoke ddl rule_trigger rule_add session_block "
		       "nonsense").split()
		for i, (op, a, b) in enumerate(itertools.product(ops, odd, odd)):
		    e = {"id": "01a0f5ad-8a4b-7e7c-9287-%012x" % i,
		         "at": "2026-10-01T10:00:00.000000Z", "op": op}
		    for k, key in enumerate(("new", "old", "key", "actor",
		        "table", "schema", "role", "addr", "app", "session",
		        "txid", "label", "reason", "redacted")):
		        if (i + k) % 3:
		            e[key] = (a, b)[(i + k) % 2]
		    print(json.dumps(e))
		for line in ({"seal": a, "root": a, "months": b, "at": a,
		              "events": b, "last": a, "signature": b}
		             for a in odd for b in odd):
		    print(json.dumps(line))
		for a in odd:
		    print(json.dumps({"rule": a, "ops": a, "enabled": a,
		                      "mask": a, "table": a}))
		    print(json.dumps({"rule": 1, "ops": a, "enabled": a,
		                      "mask": ["a"], "table": a}))
		    print(json.dumps({"hole": a, "severity": a, "message": a}))
		    print(json.dumps({"verified": a, "seals": a}))
		    print(json.dumps({"finding": a, "seal": a, "message": a}))
		    print(json.dumps({"role": a, "kind": a, "group": a}))
		    print(json.dumps({"policy": a, "keep": a}))
		    print(json.dumps({"hold": a, "why": a}))
	END
	for form in html xlsx; do
		audit-export --report access,compliance,activity -o "page.$form" \
			<lines 2>errors || [ $? -eq 1 ]
		audit-export --report access,compliance,activity \
			--sensitive '*.*,**.*a*,.' -o "page.$form" <lines 2>errors ||
			[ $? -eq 1 ]
		run ! grep -i 'runtime error\|sanitizer' errors
	done
}

@test "hostile values and names are text in every report" {
	python3 "$BATS_TEST_DIRNAME/sample.py" 500 --sessions --hostile >lines
	export_page access,compliance,activity <lines
	run ! grep -F '<script>alert' page.html
	run ! grep -F '<img src=x' page.html
	audit-export --report access,compliance,activity -o page.xlsx <lines
	python3 - <<-'END'
		import openpyxl
		w = openpyxl.load_workbook("page.xlsx")
		assert not [c for s in w for r in s.iter_rows() for c in r
		            if c.data_type == "f"]
	END
}
