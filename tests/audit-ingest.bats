#!/usr/bin/env bats
# audit-ingest - from the log of a real server to the trail: each record once,
# whatever happens to the files, and nothing but what a log tells of

load helper
load pgaudit

setup_file() {
	pgaudit_there || skip "pgaudit is not installed"
	pgaudit_start
	trail_database
	sql 'create extension pgaudit' \
		'create table patient(id int primary key, ssn text)' \
		'create table visit(id int, at date) partition by range (at)' \
		"create table visit_old partition of visit
			for values from ('2020-01-01') to ('2030-01-01')" \
		'create role clerk login' 'create role asked login' \
		'create role feeder login' \
		'grant select on patient, visit, visit_old to clerk'
	audit-rule add --name reads --ops read patient 2>/dev/null
	audit-rule add --name both --ops insert,read visit 2>/dev/null
	audit-rule grant feeder ingester >/dev/null
	sql "alter database $PGDATABASE set pgaudit.role = 'audit_read_$PGDATABASE'"
}

teardown_file() {
	pgaudit_stop
}

# Each test has a log of its own, and nobody knows it yet.
setup() {
	. "$ROOT/tests/server.sh"
	log_gone
	log_rotate
	find "$LOG_DIR" -type f ! -newer "$(log_now)" \
		! -path "$(log_now)" -delete
	sql 'truncate audit.log_system, audit.log_session, audit.log_file'
	SINCE=$(sql "select audit.first_id(date_trunc('milliseconds',
		clock_timestamp()))")
	cd "$BATS_TEST_TMPDIR" || return
	INGESTER=
}

teardown() {
	[ -z "$INGESTER" ] || kill "$INGESTER" 2>/dev/null || :
}

# stored [COLUMNS [CONDITION]] - what the log told since the test began
stored() {
	sql "select ${1-op, \"table\", role} from (
		select * from audit.event where id >= '$SINCE'
		  and new ->> 'kind' = 'database' and (${2-true})
		order by id) e"
}

# old [COLUMNS [CONDITION]] - what a log of long ago told
old() {
	sql "select ${1-count(*)} from audit.event
		where new ->> 'kind' = 'database' and role = '$ROLE' and ${2-true}"
}

# line TIME SESSION NUMBER MESSAGE - a record of an old log, as jsonlog has it,
# of the role $ROLE
line() {
	printf '{"timestamp":"%s UTC","user":"%s","dbname":"%s","pid":7,"remote_host":"10.0.0.9","session_id":"%s","line_num":%d,"ps":"SELECT","session_start":"%s UTC","txid":0,"error_severity":"LOG","message":"%s","application_name":"%s","backend_type":"client backend","query_id":0}\n' \
		"$1" "$ROLE" "$PGDATABASE" "$2" "$3" "${1%.*}" "${4/,1,1,/,$3,1,}" \
		"${APP-crm}"
}

READ='AUDIT: OBJECT,1,1,READ,SELECT,TABLE,public.patient,<not logged>,<not logged>,2'

# read_by ROLE [TABLE] - a read that the server logs
read_by() {
	as "$1" sql "select * from ${2-patient}" >/dev/null
}

# follow [ARGUMENT]... - in the background: $INGESTER
follow() {
	audit-ingest "$@" 2>err 3>&- &
	INGESTER=$!
}

# comes WANTED COLUMNS [CONDITION] - until then
comes() {
	await came_or_ended "$@" || :
	is "$(stored "${@:2}")" "$1" && return
	cat err
	return 1
}

came_or_ended() {
	[ "$(stored "${@:2}")" = "$1" ] || ! kill -0 "$INGESTER"
}

# ends - the ingester is told to
ends() {
	kill -TERM "$INGESTER"
	wait "$INGESTER"
	INGESTER=
}

@test "reads, logins, logouts and refusals arrive as events" {
	read_by clerk
	run ! as asked sql 'select * from patient'
	run ! as nosuch sql 'select 1'
	log_gone
	audit-ingest "$LOG_DIR"/*.json
	# the log's clock has milliseconds, which they may share
	is "$(stored 'op, "table", role' "role in ('clerk', 'asked', 'nosuch')" |
		sort)" "denied|patient|asked
login_failed||nosuch
login||asked
login||clerk
logout||asked
logout||clerk
read|patient|clerk"
	is "$(stored "rules, \"schema\", record >> 32 = (select id from audit.relation
		where \"table\" = 'patient'), new ->> 'rows'" "op = 'read'")" \
		"reads|public|t|0"
	is "$(stored "new ->> 'reason'" "op = 'login_failed'")" unknown_role
	[ "$(stored "count(*)" "new ->> 'recorded_at' !~ '^20.*Z$'")" = 0 ]
}

@test "what the trail has of a read is what -n prints, and more" {
	read_by clerk
	log_gone
	cat "$LOG_DIR"/*.json >log
	audit-ingest -n -d "dbname=$PGDATABASE" log |
		jq -c --arg since "$SINCE" 'select(.id >= $since)' >said
	audit-ingest log
	is "$(stored id)" "$(jq -r .id <said | sort)"
	is "$(stored "jsonb_object_agg(id, new - 'recorded_at' - 'superuser')
		::text" | jq -Sc .)" \
		"$(jq -s 'map({key: .id, value: .new}) | from_entries' <said | jq -Sc .)"
}

# the clerk's logouts in all files, each line once: counted without our tools
count_logouts() {
	cat "$@" | python3 -c '
import json, sys
seen = set()
for text in sys.stdin:
    r = json.loads(text)
    if r["message"].startswith("disconnection:") and r["user"] == "clerk":
        seen.add((r["session_id"], r["line_num"]))
print(len(seen))'
}

@test "every record is stored once while the server rotates its log" {
	local i

	follow --follow "$LOG_DIR"
	for i in 1 2 3 4 5 6; do
		read_by clerk
		[ $((i % 2)) = 0 ] || log_rotate
	done
	log_gone
	comes 6 'count(*)' "op = 'read'"
	comes "$(count_logouts "$LOG_DIR"/*.json)" 'count(*)' \
		"op = 'logout' and role = 'clerk'"
	ends
	is "$(cat err)" ''
	is "$(stored 'count(*)' "op = 'gap'")" 0
	is "$(sql 'select count(*) from audit.log_file')" 4
	is "$(sql 'select count(*) from audit.log_file where not done')" 1
}

@test "the same input again is stored once" {
	read_by clerk
	log_gone
	cat "$LOG_DIR"/*.json >log
	audit-ingest <log
	stored id >before
	audit-ingest <log
	audit-ingest log
	sql 'truncate audit.log_system, audit.log_session, audit.log_file'
	audit-ingest log
	is "$(stored id)" "$(cat before)"
}

@test "a file is itself, whatever it is called" {
	read_by clerk
	log_gone
	cp "$LOG_DIR"/*.json a.json
	head -n 3 a.json >b.json
	audit-ingest b.json
	is "$(sql 'select "offset" from audit.log_file')" "$(stat -c %s b.json)"
	cp a.json c.json
	run -0 --separate-stderr audit-ingest -v c.json
	# three lines fewer
	[[ $stderr == "audit-ingest: $(($(wc -l <a.json) - 3)) records"* ]]
	mv c.json d.json
	run -0 --separate-stderr audit-ingest -v d.json
	[[ $stderr == *": 0 records"*"; 0 new events" ]]
	is "$(sql 'select count(*) from audit.log_file')" 1
}

@test "a partial last line waits for its end" {
	ROLE=partial
	line '2024-02-01 10:00:00.000' a.1 1 "$READ" >x.json
	line '2024-02-01 10:00:01.000' a.1 2 "$READ" >rest
	head -c 100 rest >>x.json
	audit-ingest x.json
	is "$(old)" 1
	tail -c +101 rest >>x.json
	audit-ingest x.json
	is "$(old)" 2
	is "$(old 'count(*)' "op = 'gap'")" 0
}

@test "a file that was written anew, or cut, is read from where it begins" {
	ROLE=anew
	line '2024-02-02 10:00:00.000' b.1 1 "$READ" >x.json
	line '2024-02-02 10:00:01.000' b.1 2 "$READ" >>x.json
	audit-ingest x.json
	line '2024-02-02 10:00:02.000' b.1 3 "$READ" >x.json
	audit-ingest x.json
	is "$(old)" 3
	line '2024-02-02 10:00:03.000' b.1 4 "$READ" >>x.json
	audit-ingest x.json
	sed -i 2d x.json
	run -0 --separate-stderr audit-ingest x.json
	[[ $stderr == *"x.json: shorter than it was"* ]]
	is "$(old)" 4
}

@test "a log that is copied and cut while it is followed is read once" {
	local dir=$PWD/log

	ROLE='cut'
	mkdir "$dir"
	line '2024-02-03 10:00:00.000' c.1 1 "$READ" >log/x.json
	follow --follow "$dir"
	SINCE=$(sql "select audit.first_id('2024-02-03 00:00Z')")
	comes 1 'count(*)' "role = 'cut'"
	line '2024-02-03 10:00:01.000' c.1 2 "$READ" >>log/x.json
	cp log/x.json log/x.json.1
	: >log/x.json
	line '2024-02-03 10:00:02.000' c.1 3 "$READ" >>log/x.json
	comes 3 'count(*)' "role = 'cut' and op = 'read'"
	ends
	is "$(stored 'count(*)' "role = 'cut' and op = 'gap'")" 0
}

@test "a file that goes before it was read is a gap" {
	mkdir log
	ROLE=gone
	line '2024-02-04 10:00:00.000' d.1 1 "$READ" >log/x.json
	follow --follow log
	SINCE=$(sql "select audit.first_id('2024-02-04 00:00Z')")
	comes 1 'count(*)' "role = 'gone'"
	ends
	rm log/x.json
	line '2024-02-04 10:00:01.000' d.1 9 "$READ" >log/y.json
	follow --follow log
	comes "log_hole|2|8
log_lost||" "new ->> 'reason', new ->> 'from', new ->> 'to'" \
		"op = 'gap' and at > '2024-02-04' and (role = 'gone'
			or new ->> 'file' like '$PWD/log/%')"
	ends
	grep -q 'x.json: gone before it was read to its end' err
}

@test "--server reads the log through SQL, with no more rights than it needs" {
	read_by clerk
	log_gone
	run -3 --separate-stderr as feeder audit-ingest --server
	[[ $stderr == *"grant pg_monitor to "* ]]
	[[ $stderr == *"pg_read_binary_file(text, bigint, bigint, boolean)"* ]]
	sql 'grant pg_monitor to feeder' 'grant execute on function
		pg_read_binary_file(text, bigint, bigint, boolean) to feeder'
	as feeder audit-ingest --server
	is "$(stored 'count(*)' "op = 'read'")" 1
	PGUSER=feeder follow --server --wait
	log_rotate
	read_by clerk
	comes 2 'count(*)' "op = 'read'"
	ends
	is "$(stored 'count(*)' "op = 'gap'")" 0
}

@test "an ingester may store what a log tells of, and nothing else" {
	run ! as feeder sql 'select * from audit.event'
	run ! as feeder sql "insert into audit.event(id, at, op)
		values (audit.new_id(now()), now(), 'read')"
	run ! as feeder sql "update audit.log_file set done = true"
	for change in '.op = "update"' '.op = "policy"' '.new.kind = "x"' \
		'.at = "2999-01-01T00:00:00Z"' \
		'.id = "018d6f3c-0000-7000-8000-000000000000"'; do
		ROLE=forger
		line "2024-02-05 10:00:00.000" e.1 1 "$READ" |
			audit-ingest -n | jq -c "$change" >event
		run -0 as feeder sql "select * from audit.ingest('s',
			'[$(cat event)]', '[]', '{}')"
		[[ $output == *"0|1" ]]
	done
	is "$(old)" 0
}

@test "what cannot be stored is named, and the rest is" {
	ROLE=odd
	for i in 1 2 3; do
		line "2024-02-06 10:00:0$i.000" f.1 "$i" "$READ"
	done | audit-ingest -n | jq -c . >events
	sed -i '2s/"crm"/"c\\u0000m"/' events
	run -0 sql "select * from audit.ingest('s', '[$(paste -sd, events)]', '[]',
		'{}')"
	[[ $output == *"event $(sed -n 2p events | jq -r .id)"*"cannot be stored"* ]]
	[[ $output == *"2|1" ]]
	is "$(old)" 2
}

@test "a record of the year 1 does not keep the trail from its months" {
	ROLE=ancient
	line '0001-01-01 00:00:00.000' 1c.1 1 "$READ" >ancient.json
	run -1 --separate-stderr audit-ingest --system ancient ancient.json
	[[ $stderr == *"of a time that cannot be"* ]]
	is "$(old)" 0
	is "$(sql 'select audit.make_partitions(0)' 2>&1)" 0
}

@test "a table shows of an event what one looks for" {
	ROLE=shown
	line '2024-02-08 10:00:00.000' 1d.1 1 "$READ" >shown.json
	audit-ingest --system shown shown.json
	run -0 audit-log -f table -s '2024-02-08 09:00Z' -u '2024-02-08 11:00Z'
	[[ $output == *"addr 10.0.0.9, rows 2, command SELECT"* ]]
	[[ $output != *backend* ]]
	[[ $output != *recorded_at* ]]
	[[ $output != *"kind database"* ]]
}

@test "one ingester at a time reads a log" {
	follow --follow "$LOG_DIR" --system shared
	await gives 1 "select count(*) from pg_locks
		where locktype = 'advisory' and objsubid = 2"
	ROLE=other
	line '2024-02-07 10:00:00.000' 1a.1 1 "$READ" >x.json
	run -3 --separate-stderr audit-ingest --system shared x.json
	[[ $stderr == *"is being ingested already, by pid "*"(audit-ingest, role postgres)" ]]
	audit-ingest --system another x.json
	is "$(old)" 1
	ends
}

@test "late events go to their months, and seals hold" {
	audit-seal >/dev/null
	ROLE=late
	line '2023-05-31 23:59:59.999' 1b.1 1 "$READ" >x.json
	line '2023-06-01 00:00:00.000' 1b.1 2 "$READ" >>x.json
	audit-ingest x.json
	audit-seal >/dev/null
	line '2023-05-01 00:00:00.000' 1b.0 1 "$READ" >y.json
	line '2022-12-01 00:00:00.000' 1b.9 1 "$READ" >z.json
	audit-ingest y.json
	audit-ingest z.json
	audit-seal >/dev/null
	run -0 audit-seal verify
	is "$(sql "select string_agg(tableoid::regclass::text, ' ' order by id)
		from audit.event where role = 'late' and op = 'read'")" \
		"audit.event_2022_12 audit.event_2023_05 audit.event_2023_05 audit.event_2023_06"
	run ! sql "update audit.event_2023_05 set actor = 'x'"
	# the server's settings are no matter of the trail's
	is "$(audit-rule check | jq -r .hole | grep -v ^read_)" ''
}

@test "a read is of the table that has the name, a partition's of its parent" {
	ROLE=parts
	line '2024-03-01 10:00:00.000' 1c.1 1 "${READ/patient/visit_old}" >x.json
	line '2024-03-01 10:00:01.000' 1c.1 2 "${READ/patient/gone}" >>x.json
	audit-ingest x.json
	is "$(old "\"table\", rules, record is null, new ->> 'partition'" \
		"op = 'read' order by id")" \
		"visit|both|f|public.visit_old
gone||t|"
	sql 'alter table patient rename to person'
	line '2024-03-01 10:00:02.000' 1c.1 3 "$READ" >>x.json
	line '2024-03-01 10:00:03.000' 1c.1 4 "${READ/patient/person}" >>x.json
	audit-ingest x.json
	sql 'alter table person rename to patient'
	is "$(old 'count(distinct record)' "\"table\" in ('patient', 'person')")" 1
}

@test "what no read rule asks for is not stored" {
	audit-rule add --name few --ops read --actors alice patient 2>/dev/null
	audit-rule disable reads >/dev/null
	ROLE=many
	line '2024-03-02 10:00:00.000' 1d.1 1 "$READ" >x.json
	APP=crm/actor=alice line '2024-03-02 10:00:01.000' 1d.1 2 "$READ" >>x.json
	audit-ingest x.json
	audit-rule remove few >/dev/null
	audit-rule enable reads >/dev/null
	is "$(old 'actor, rules' "op = 'read'")" "alice|few"
}

@test "a session that the application names says who acts" {
	local id

	id=$(sql "select session from audit.open_session('alice')" |
		head -n 1)
	ROLE=said
	APP=crm/session=$id line "$(date -u '+%F %T').000" 1e.1 1 "$READ" >x.json
	APP=crm/session=other line "$(date -u '+%F %T').000" 1e.1 2 "$READ" >>x.json
	audit-ingest x.json
	is "$(old "actor, session = '$id', new ->> 'said_session'" \
		"op = 'read' order by new ->> 'said_session' nulls first")" \
		"alice|t|
|f|other"
}

@test "a connection that is lost is made anew, and nothing is lost" {
	follow --follow "$LOG_DIR"
	read_by clerk
	comes 1 'count(*)' "op = 'read'"
	sql "select pg_terminate_backend(pid) from pg_stat_activity
		where application_name = 'audit-ingest'" >/dev/null
	read_by clerk
	comes 2 'count(*)' "op = 'read'"
	ends
}

fed() {
	[ "$(old)" = 1 ]
}

@test "where the database is gone, it says from where to feed again" {
	ROLE=feed
	mkfifo in
	audit-ingest <in 2>err 3>&- &
	INGESTER=$!
	exec 5>in
	line '2024-03-03 10:00:00.000' 1f.1 1 "$READ" >&5
	await fed
	sql_in postgres "alter database $PGDATABASE allow_connections false" \
		"select pg_terminate_backend(pid) from pg_stat_activity
		where application_name = 'audit-ingest'" >/dev/null
	line '2024-03-03 10:00:01.000' 1f.1 2 "$READ" >&5
	wait "$INGESTER" && status=0 || status=$?
	exec 5>&-
	INGESTER=
	sql_in postgres "alter database $PGDATABASE allow_connections true"
	is "$status" 3
	grep -q 'stored up to line 1: feed it again from there' err
}

@test "bad lines are named, the others are stored" {
	ROLE=bad
	line '2024-03-04 10:00:00.000' 2a.1 1 "$READ" >x.json
	echo 'no record' >>x.json
	line '2024-03-04 10:00:01.000' 2a.1 2 "$READ" >>x.json
	run -1 --separate-stderr audit-ingest x.json
	[[ $stderr == "audit-ingest: x.json: line 2: "* ]]
	is "$(old)" 2
	run -3 --separate-stderr audit-ingest nosuch.json
	[[ $stderr == *"nosuch.json: No such file"* ]]
	run -2 --separate-stderr audit-ingest --server x.json
	run -2 --separate-stderr audit-ingest --wait
	run -2 --separate-stderr audit-ingest --form xml
}
