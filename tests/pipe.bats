#!/usr/bin/env bats
# The pipes that users rely on; each test is one of them, as it is written

load helper

setup_file() {
	fresh_database
	export PGOPTIONS='-c client_min_messages=warning'
	sql "create table res_partner(
			id int primary key, name text, credit_limit numeric)" \
		"create table sale_order(id int primary key,
			partner_id int references res_partner on delete cascade)"
	audit-rule init && audit-rule add res_partner --label name --related
	psql -qAtX -v ON_ERROR_STOP=1 <<-'END'
		begin;
		set local audit.actor = 'bob';
		insert into res_partner values (1, 'Azure', 12.30), (2, 'Deco', 0.1);
		insert into sale_order values (1, 1), (2, 1), (3, 2);
		commit;
		begin;
		set local audit.actor = 'alice';
		update res_partner set credit_limit = 12.40 where id = 1;
		delete from res_partner where id = 1;
		commit;
	END
}

teardown_file() {
	drop_database
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	set -o pipefail
}

@test "what alice deleted in a week, counted by table" {
	run -0 bash -o pipefail -c "audit-log -s -7d -a alice |
		jq -r 'select(.op==\"delete\") | .table' | sort | uniq -c"
	is "$(tr -s ' ' <<<"$output")" $' 1 res_partner\n 2 sale_order'
}

@test "a query's keys lead to what happened to these records" {
	psql -qAtc 'select id from res_partner' | audit-log -t res_partner -k - >log
	is "$(jq -r .label log)" Deco
}

@test "the rules of one database are applied to the same one without effect" {
	audit-rule list >rules.jsonl
	audit-rule apply <rules.jsonl
	audit-rule list | diff rules.jsonl -
}

@test "what was committed together with an event" {
	id=$(audit-log -t res_partner --op delete | jq -r .id)
	audit-log --txid "$(audit-log --id "${id:0:30}" | jq -r .txid)" >log
	is "$(jq -r '"\(.op) \(.table) \(.actor)"' log | sort)" \
		$'delete res_partner alice\ndelete sale_order alice\ndelete sale_order alice\nupdate res_partner alice'
}

@test "a price keeps its digits through a parser of doubles" {
	run -0 bash -o pipefail -c "audit-log --exact -t res_partner -k 1 --op update |
		jq -r '.old.credit_limit, .new.credit_limit'"
	is "$output" $'12.30\n12.40'
}

@test "the events fill a table, and are the same events there" {
	sql 'create temp table copy(e jsonb)' \
		"\\copy copy from program 'audit-log -t res_partner | sed s/\\\\\\\\/\\\\\\\\\\\\\\\\/g'" \
		"select count(*) from copy c join audit.event v
			on v.id = (c.e ->> 'id')::uuid
			and v.at = (c.e ->> 'at')::timestamptz
			and v.txid = (c.e ->> 'txid')::bigint
			and v.key = c.e -> 'key' and v.old is not distinct from nullif(c.e -> 'old', 'null')
			and v.new is not distinct from nullif(c.e -> 'new', 'null')" >count
	is "$(cat count)" 4
}

@test "a record's history as a page" {
	audit-history res_partner 1 | audit-diff -f html -o partner-1.html
	grep -q '12\.40' partner-1.html
}

@test "who changed a credit limit, as it happens" {
	audit-log --reverse -t res_partner -k 1 | audit-diff -f json |
		jq -c 'select(.field=="credit_limit")' >limits
	is "$(jq -r .op limits)" $'delete\nupdate\ninsert'
}

@test "a commit is undone, and that too" {
	sql 'table res_partner' 'table sale_order' >before
	txid=$(audit-log -t res_partner --op delete -l 1 | jq -r .txid)
	audit-log --txid "$txid" | audit-diff -f sql |
		psql -q -v ON_ERROR_STOP=1
	is "$(sql 'table res_partner order by id')" $'1|Azure|12.30\n2|Deco|0.1'
	is "$(sql 'table sale_order order by id')" $'1|1\n2|1\n3|2'
	txid=$(audit-log -t res_partner -l 1 | jq -r .txid)
	audit-log --txid "$txid" | audit-diff -f sql |
		psql -q -v ON_ERROR_STOP=1
	sql 'table res_partner' 'table sale_order' | diff before -
}

@test "a record is brought back to what it was" {
	was=$(sql 'select clock_timestamp()')
	sql 'update res_partner set name = null, credit_limit = 3 where id = 2'
	audit-history res_partner 2 --at "$was" --sql |
		psql -q -v ON_ERROR_STOP=1
	is "$(sql 'table res_partner')" '2|Deco|0.1'
}

@test "a table as it was comes back as a table" {
	was=$(sql 'select clock_timestamp()')
	sql 'update res_partner set credit_limit = credit_limit * 2'
	audit-history res_partner --at "$was" >rows
	# shellcheck disable=SC2016 # psql is to see it
	sql 'create table lines(line text)' '\copy lines from rows csv quote e'"'\x01'"' delimiter e'"'\x02'" \
		'select r.* from lines, jsonb_populate_record(null::res_partner,
			line::jsonb) r' >got
	is "$(cat got)" '2|Deco|0.1'
}

@test "a month of events becomes a workbook that says what they say" {
	audit-log -s '1 month' | audit-export -f xlsx -o october.xlsx
	is "$(/usr/bin/python3 -c 'import openpyxl
for row in openpyxl.load_workbook("october.xlsx")["Events"].iter_rows(min_row=2, values_only=True):
    if row[1] == "update" and row[6] == "credit_limit": print(row[2], row[3], row[5], row[7], row[8])
' | head -1)" 'res_partner 1 alice 12.3 12.4'
}

@test "a week as a page, from cron, and an auditor's checklist" {
	audit-log -s '7 days' | audit-export -o week.html
	grep -q 'res_partner' week.html
	{ audit-log -s '7 days'; audit-rule list; audit-rule check; } |
		audit-export --report compliance -o check.html
	grep -q 'rule_add' check.html
}

@test "a reader that has seen enough ends it quietly" {
	sql "insert into res_partner select n, repeat('x', 1000) from generate_series(10, 2000) n"
	run -141 --separate-stderr bash -o pipefail -c 'audit-log | head -n 1 | jq -r .op'
	is "$stderr" ""
}

refusal_there() {
	audit-log --op denied -s 2026-11-01 >log
	[ -s log ]
}

@test "the server's log becomes events as it grows" {
	local record pid

	printf -v record '{"timestamp":"%s","user":"bob","dbname":"%s","pid":7,"session_id":"6b0237aa.7","line_num":1,"ps":"SELECT","session_start":"%s","error_severity":"ERROR","state_code":"42501","message":"permission denied for table res_partner","backend_type":"client backend"}' \
		'2026-11-22 00:30:34.463 UTC' "$PGDATABASE" '2026-11-22 00:30:34 UTC'
	: >postgresql.json
	setsid bash -c 'tail -n +1 -F postgresql.json | audit-ingest' 3>&- &
	pid=$!
	echo "$record" >>postgresql.json
	await refusal_there
	kill -- "-$pid"
	is "$(jq -r '"\(.at) \(.role) \(.schema).\(.table)"' log)" \
		'2026-11-22T00:30:34.463000Z bob public.res_partner'
}

# alerted - of a rule that changes until that is seen
alerted() {
	audit-rule disable res_partner
	audit-rule enable res_partner
	grep -q rules_changed alerts
}

@test "alerts go to the system's log as events come" {
	local pid

	setsid bash -c 'audit-log --follow | audit-watch -q |
		logger -s --no-act --socket-errors=off -t audit 2>alerts' 3>&- &
	pid=$!
	await alerted
	kill -- "-$pid"
	grep -q 'audit: {"at":"[^"]*","alert":"rules_changed","severity":"high"' alerts
}
