#!/usr/bin/env bats
# audit-export - alerts of audit-watch, and what audit-ingest brings from the
# server's log, in every report and form

load helper

setup_file() {
	export PYTHON=/usr/bin/python3 TZ=UTC
	cd "$BATS_FILE_TMPDIR" || return
	python3 "$BATS_TEST_DIRNAME/sample.py" 300 --sessions --days 5 >events
	make_alerts >alerts
	{ head -150 events && cat alerts && tail -n +151 events; } >mixed
	make_logged >logged
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	events=$BATS_FILE_TMPDIR/events
	alerts=$BATS_FILE_TMPDIR/alerts
	mixed=$BATS_FILE_TMPDIR/mixed
	logged=$BATS_FILE_TMPDIR/logged
}

# alert HOUR ALERT SEVERITY [KEY=JSON]... - a line as audit-watch prints it
alert() {
	local id=01a0f5ad-8a4b-7e7c-9287-fdc8c038810
	local -A said=([actor]='"mallory"' [message]="\"$2 of mallory\""
		[events]="[\"${id}1\", \"${id}2\"]" [count]=2)
	local key line="\"at\":\"2026-10-02T$1:00:00.000000Z\",\"alert\":\"$2\""

	line+=",\"severity\":\"$3\""
	for key in "${@:4}"; do
		said[${key%%=*}]=${key#*=}
	done
	for key in actor role session message events count schema table addr; do
		case $key in
		schema | table | addr) [ -n "${said[$key]-}" ] || continue ;;
		esac
		line+=",\"$key\":${said[$key]-null}"
	done
	echo "{$line}"
}

make_alerts() {
	alert 08 refused_logins medium addr='"203.0.113.9"'
	alert 11 mass_delete critical actor=null role='"dba"' \
		session='"6b0237aa.4fdb"' schema='"hr"' table='"payslip"' \
		message='"role dba deleted a = b | c\\d \"all\" of it"' \
		events='["a", "b", "c", "d", "e"]' count=500
	alert 09 refused_logins high
	alert 10 new_network low
}

# event OP MINUTE [KEY=JSON]... - a line; what is not said is null
event() {
	event_line id="\"01a0f5ad-8a4b-7e7c-9287-fdc8c03881$2\"" \
		at="\"2026-10-01T10:$2:00.000000Z\"" op="\"$1\"" \
		txid='"7"' app='"psql"' "${@:3}"
}

# new [MEMBER] - what events from the log have in new
new() {
	echo "new={\"kind\": \"database\", \"backend\": \"6b.1\", \"database\": \"app\"${1:+, $1}}"
}

# A connection of carol's to the database; one of an application, which says
# whose session it works for; refusals; a hole in the log
make_logged() {
	local of=(role='"carol"' session='"6b.1"' addr='"192.0.2.7"')
	local key='key={"session": "6b.1"}'
	local pool=(role='"shop"' app='"crm/session=s9"' session='"s9"'
		actor='"alice"')

	event login 10 "${of[@]}" "$key" "$(new '"method": "scram-sha-256"')"
	event read 11 "${of[@]}" schema='"public"' table='"res_partner"' \
		"$(new '"command": "SELECT", "rows": 40, "attribution": "role"')"
	event denied 12 "${of[@]}" \
		"$(new '"sqlstate": "42501", "message": "permission denied"')"
	event login 13 "${pool[@]}" "$(new | sed 's/6b.1/6b.2/')"
	event read 14 "${pool[@]}" schema='"public"' table='"res_partner"' \
		"$(new '"rows": 2' | sed 's/6b.1/6b.2/')"
	event logout 15 "${pool[@]}" \
		"$(new '"duration_seconds": 120.5' | sed 's/6b.1/6b.2/')"
	event login_failed 16 role='"dave"' session='"6b.3"' \
		"$(new '"reason": "wrong_password"' | sed 's/6b.1/6b.3/')"
	event gap 17 role='"carol"' session='"6b.1"' "$key" \
		"$(new '"reason": "log_hole", "from": 3, "to": 5, "count": 3')"
	event logout 18 "${of[@]}" "$key" "$(new '"duration_seconds": 480.250')"
}

# export_page [OPTION]... - of the lines on stdin into page.html
export_page() {
	audit-export -o page.html "$@"
}

# said WHAT [ARGUMENT]... - what report.py says of the page
said() {
	python3 "$BATS_TEST_DIRNAME/report.py" "$1" page.html "${@:2}"
}

# Alerts

@test "alerts among the events become a part: the newest first, who and what" {
	export_page <"$mixed"
	is "$(said rows Alerts | jq -r '[.Severity, .Alert, .Who, .Table,
		.Address, .Count, .Session] | join("|")')" \
		"critical|mass_delete|role dba|hr.payslip||500|6b0237aa.4fdb
low|new_network|mallory|||2|
high|refused_logins|mallory|||2|
medium|refused_logins|mallory||203.0.113.9|2|"
	is "$(said rows Alerts | jq -r '.Time' | head -1)" "2026-10-02 11:00:00"
	is "$(said rows Alerts | jq -r '.Message' | head -1)" \
		'role dba deleted a = b | c\d "all" of it'
	is "$(said rows Alerts | jq -r '.Events' | head -1)" "a, b, c and 2 more"
}

@test "they are counted, by kind and by severity, and in the overview" {
	export_page <"$mixed"
	is "$(said figures Alerts | head -6 | tr '\t\n' ':;')" \
		"Alerts:4;Critical:1;High:1;Medium:1;Low:1;People and roles:2;"
	is "$(said rows "By kind" | jq -r '[.Alert, .Alerts, .Critical, .High,
		.Medium, .Low] | join("|")')" \
		"refused_logins|2|0|1|1|0
mass_delete|1|1|0|0|0
new_network|1|0|0|0|1"
	said figures Overview >out
	grep -qxF $'Alerts\t4' out
	said figures Overview | grep -qxF "$(printf 'Events\t%d' \
		"$(wc -l <"$events")")"
}

@test "without alerts there is no part for them, and About says why" {
	export_page <"$events"
	run ! grep -q '<h2>Alerts' page.html
	said figures Overview >out
	run ! grep Alerts out
	grep -q 'none in the input; audit-watch --pass prints them' page.html
}

@test "asked for by its name the part is there, with alerts alone or without" {
	export_page --report alerts <"$alerts"
	is "$(said rows Alerts | wc -l)" 4
	run ! grep -q '<h2>Overview' page.html
	export_page --report alerts <"$events"
	said texts Alerts >out
	grep -q '^No alerts are in the input' out
}

@test "for an auditor they are an item to look at, with a list" {
	export_page --report compliance <"$mixed"
	said rows "What to tick off" >items
	is "$(jq -r 'select(.Item == "What looks suspicious") |
		.State + ": " + .["What was found"]' items)" \
		"look at it: 4 alerts, 2 of them critical or high"
	is "$(said rows "What looks suspicious" | jq -r '[.Severity, .Alert,
		.Actor, .Role, .Count] | join("|")' | sort | head -2)" \
		"critical|mass_delete||dba|500
high|refused_logins|mallory||2"
}

@test "the workbook has a sheet of them, with a chart, after the events" {
	audit-export -o out.xlsx <"$mixed"
	python3 "$BATS_TEST_DIRNAME/workbook.py" out.xlsx >found
	is "$(jq -r 'select(.sheet and (.charts | type) == "array") | .sheet' \
		found | tr '\n' ' ')" \
		"Overview Events Alerts Sessions About Figures "
	is "$(jq -c 'select(.sheet == "Alerts") | .charts // empty' found)" \
		'[["barChart","stacked",4]]'
	jq -r 'select(.sheet == "Alerts") | .value // empty' found >cells
	grep -qxF 'role dba deleted a = b | c\d "all" of it' cells
}

@test "an alert that lies about its shape breaks nothing" {
	{
		alert 08 x high actor=7 role='{}' session='[]' message='null' \
			events='"none"' count='"many"' table='[1]' addr=0
		alert 08 '' '=1+1' message='""' events='[1,{},null]' count=-1
		alert 08 x high message="\"$(printf 'é%.0s' {1..40000})\""
	} >odd
	export_page <odd
	is "$(said rows Alerts | wc -l)" 3
	audit-export -o out.xlsx <odd
	for form in ocsf ecs cef jsonl; do
		audit-export -f "$form" <odd >"made.$form"
		is "$(wc -l <"made.$form")" 3
	done
	jq -e . made.ocsf made.ecs >/dev/null
	alert 08 x high | sed 's/2026/x/' >odd
	run -1 --separate-stderr export_page <odd
	[[ $stderr == *'line 1: '* ]]
}

@test "jsonl lets alerts through as they are" {
	audit-export -f jsonl <"$mixed" >out
	cmp out "$mixed"
}

@test "csv says how many it left out" {
	run -0 --separate-stderr audit-export -f csv <"$mixed"
	is "$stderr" "audit-export: 4 alerts are left out: csv has rows of events alone"
	audit-export -f csv <"$events" >plain
	audit-export -q -f csv <"$mixed" | cmp - plain
}

@test "in OCSF an alert is a Detection Finding that leads to its events" {
	audit-export -f ocsf <"$alerts" >out
	is "$(jq -r '[.class_uid, .category_uid, .type_uid, .activity_id,
		.severity_id, .status_id] | map(tostring) | join(" ")' out)" \
		"2004 2 200401 1 3 1
2004 2 200401 1 5 1
2004 2 200401 1 4 1
2004 2 200401 1 2 1"
	is "$(jq -r 'select(.finding_info.title == "mass_delete") |
		.finding_info.uid, .count, .message,
		([.finding_info.related_events[].uid] | join(" ")),
		.evidences[0].actor.user.name, .unmapped.table' out)" \
		'mass_delete:e:dba
500
role dba deleted a = b | c\d "all" of it
a b c d e
dba
payslip'
	is "$(jq -r '.finding_info.uid' out | sort -u | wc -l)" 3
	is "$(head -1 out | jq -r '.evidences[0].src_endpoint.ip')" 203.0.113.9
	is "$(head -1 out | jq -r '.time')" 1790928000000
}

@test "in ECS an alert is an event of kind alert" {
	audit-export -f ecs <"$alerts" >out
	is "$(jq -r '[.event.kind, .event.action, .rule.name, .event.severity,
		.user.name] | map(tostring) | join(" ")' out | sort -u)" \
		"alert mass_delete mass_delete 5 dba
alert new_network new_network 2 mallory
alert refused_logins refused_logins 3 mallory
alert refused_logins refused_logins 4 mallory"
	is "$(sed -n 2p out | jq -c '.audit.events, .audit.count')" \
		'["a","b","c","d","e"]
500'
}

@test "in CEF the alert's sentence is the name, escaped" {
	audit-export -f cef <"$alerts" >out
	sed -n 2p out >line
	grep -qF '|mass_delete|role dba deleted a = b \| c\\d "all" of it|10|' line
	grep -qF ' msg=role dba deleted a \= b | c\\d "all" of it ' line
	grep -qF ' cnt=500 cs1Label=table cs1=hr.payslip ' line
}

@test "a hundred thousand alerts take no more memory than a few" {
	for ((i = 0; i < 1000; i++)); do cat "$alerts"; done >many
	for ((i = 0; i < 25; i++)); do cat many; done |
		/usr/bin/time -f %M -o peak audit-export --report alerts -o page.html
	! grep -q __asan_init "$BUILD/bin/audit-export" || skip "the sanitizer needs more"
	[ "$(cat peak)" -lt 32768 ]
}

# What audit-ingest brings

@test "connections to the database are sessions, by role where nobody acts" {
	export_page <"$logged"
	is "$(said rows Sessions | jq -r '[.Session, .Actor, .["User agent"],
		.Duration, .Events, .Which] | join("|")')" \
		"s9|alice|||1|res_partner
6b.2|alice|crm/session=s9|2 min 0 s|2|
6b.1|role carol|psql|8 min 0 s|5|res_partner"
	is "$(said rows "Refused logins" | jq -r '[.Actor, .["User agent"],
		.Reason] | join("|")')" "role dave|psql|wrong_password"
}

@test "access counts reads with their rows, and refusals of no table" {
	export_page --report access <"$logged"
	is "$(said rows "Who did what to which table" | jq -r '[.Table, .Who,
		.Reads, .["Rows read"], .Refused] | join("|")' | sort)" \
		"res_partner|alice|1|2|
res_partner|role carol|1|40|
|role carol|||1"
}

@test "a row that has a column kind is none of the server's log" {
	event insert 10 role='"shop"' session='"s1"' "$(new)" schema='"public"' \
		table='"t"' >line
	export_page <line
	is "$(said rows Sessions | jq -r .Actor)" "nobody said"
}

@test "a hole in the log is bad, and no change that was not recorded" {
	export_page --report compliance <"$logged"
	said rows "What to tick off" >items
	jq -r '.["What was found"]' items >found
	grep -qx "1 gap in the server's log" found
	said rows "Changes that could not be recorded" >lost
	is "$(jq -r '[.["In the log"], .Lines] | join(" ")' lost)" "log_hole 3"
}

@test "activity counts reads and refusals of a role" {
	export_page --report activity <"$logged"
	said activity "$logged"
	said rows "Who did how much" >much
	jq -r '[.Who, .Refused] | join("|")' much >out
	grep -qx 'role carol|1' out
}

@test "a database login is Authentication of its role, in all forms" {
	audit-export -f ocsf <"$logged" >out
	is "$(jq -r 'select(.class_uid == 3002) | [.activity_name, .user.name,
		.user.type, .status, .session.uid] | map(tostring) |
		join("|")' out)" \
		"Logon|carol|Database role|Success|6b.1
Logon|alice|null|Success|s9
Logoff|alice|null|Success|s9
Logon|dave|Database role|Failure|6b.3
Logoff|carol|Database role|Success|6b.1"
	is "$(jq -r 'select(.class_uid == 6005) | [.activity_name,
		(.table // .database).name, .status, .message] | join("|")' out)" \
		"Read|public.res_partner|Success|Data read: public.res_partner
denied|app|Failure|Access denied
Read|public.res_partner|Success|Data read: public.res_partner
gap|app|Not recorded|Server log incomplete"
	audit-export -f ecs <"$logged" | jq -r '[.event.action, .user.name,
		.event.outcome, .event.reason] | map(tostring) | join("|")' >out
	is "$(sed -n '1p;3p;7p' out)" \
		"login|carol|success|null
denied|carol|failure|permission denied
login_failed|dave|failure|wrong_password"
	audit-export -f cef <"$logged" >out
	grep -qF '|login_failed|Login failed|5|' out
	sed -n 7p out | grep -qF 'outcome=failure suser=dave '
}

@test "what comes from the log holds against the published schemas" {
	for form in ocsf ecs cef; do
		audit-export -f "$form" <"$logged" >out
		python3 "$ROOT/tests/siem/check.py" "$form" "$logged" out
	done
}
