#!/usr/bin/env bats
# audit-ingest -n - the events that the server's log tells of, as a filter: of
# logs that a server with pgaudit has written, in both forms, and of others

load helper
load pgaudit

setup_file() {
	# Each process writes to one log, then to the other: the order of lines is
	# the same in both where one is gone before the next comes.
	psql() {
		local status=0

		command psql "$@" || status=$?
		await nobody
		return "$status"
	}
	pgaudit_there || skip "pgaudit is not installed"
	pgaudit_start log_destination=jsonlog,csvlog pgaudit.role=auditor \
		log_filename=pg.log password_encryption=scram-sha-256
	make_roles
	make_tables
	echo 'local all postgres trust' >"$SERVER_DIR/data/pg_hba.conf"
	log_hba 'local all rejected reject' 'local app asked scram-sha-256' \
		'local app,other alice,asked,unknown scram-sha-256' \
		'local postgres,app,nosuch trusty,ghost,nologin,noconnect,limited,"odd database=x application_name=y" trust'
	export PGPASSFILE=$BATS_FILE_TMPDIR/pgpass
	echo "*:*:*:alice:right" >"$PGPASSFILE"
	chmod 600 "$PGPASSFILE"
	make_reads
	make_refusals
	make_logins
	log_gone
	export LOG=$BATS_FILE_TMPDIR/log
	mkdir "$LOG"
	cp "$LOG_DIR/pg.json" "$LOG_DIR/pg.csv" "$LOG/"
	pgaudit_stop
	for form in json csv; do
		audit-ingest -n --statement <"$LOG/pg.$form" >"$LOG/$form"
	done
}

teardown_file() {
	pgaudit_stop
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

nobody() {
	[ "$(clients)" = '' ]
}

make_roles() {
	sql 'create database app' 'create role auditor' \
		"create role alice login password 'right'" \
		"create role asked login password 'right'" \
		'create role trusty login' 'create role rejected login' \
		'create role nologin' 'create role noconnect login' \
		'create role limited login connection limit 0' \
		'create role "odd database=x application_name=y" login' \
		'revoke connect on database app from public' \
		'grant connect on database app to alice, asked, trusty, limited,
			"odd database=x application_name=y"'
}

make_tables() {
	PGDATABASE=app sql 'create extension pgaudit' \
		'create table patient(id int primary key, name text, ssn text)' \
		"insert into patient values (1, 'a', '1'), (2, 'b', '2')" \
		'create view listed as select * from patient' \
		'create table secret(a int)' 'create schema "Odd ""x"" ,.s"' \
		'create table "Odd ""x"" ,.s"."T,"".y" as select 1 a' \
		'create table rls(a int)' 'alter table rls enable row level security' \
		'grant select, insert on rls to alice' \
		'grant select on patient, listed to alice, trusty' \
		'grant update, insert, delete on patient to alice' \
		'grant usage on schema "Odd ""x"" ,.s" to alice' \
		'grant select on "Odd ""x"" ,.s"."T,"".y" to alice, auditor' \
		'grant select(ssn) on patient to auditor' \
		'grant select on listed to auditor' \
		"create function f() returns int language plpgsql as
			\$\$begin perform 1 from public.secret; return 1; end\$\$"
}

# alice STATEMENT... - each in one session, as the application sends them
alice() {
	PGUSER=alice PGDATABASE=app PGAPPNAME=${APP-crm/session=6f1e2a3c} sql "$@"
}

# refused COMMAND... - it fails
refused() {
	run "$@" </dev/null
	[ "$status" != 0 ]
}

make_reads() {
	alice 'select name from patient' 'select name, ssn from patient' \
		"update patient set name = 'x' where ssn = '1'" \
		"update patient set name = 'x' where id = 1" \
		"insert into patient values (3, 'c', '3')" \
		'delete from patient where id = 3 returning ssn' \
		'copy (select ssn from patient) to stdout' \
		'select * from listed' \
		'select 1 from patient a, patient b where a.ssn = b.ssn' \
		'table "Odd ""x"" ,.s"."T,"".y"' >/dev/null
	alice "prepare q(int) as select ssn from patient where id = \$1" \
		'execute q(2)' "do \$\$begin
			perform ssn from patient; perform ssn from patient;
		end\$\$" >/dev/null
	alice "select ssn from patient /*actor='al%20ice',session='s%27\\'1'*/" \
		"select ssn from patient where name <> '/*actor=''eve''*/'" \
		"select ssn from patient where name <> \$\$/*actor=1*/\$\$" \
		"select ssn from patient /* actor='noah' */ -- /*actor='adam'*/" \
		"/*actor='first'*/ select ssn from patient /*actor='last'*/;" \
		>/dev/null
	APP='crm;actor=b%c3%b6b' alice 'select ssn from patient' >/dev/null
	APP=audit-log alice 'select ssn from patient' >/dev/null
	# a user who would have a read recorded
	alice "do \$\$begin raise log
		'AUDIT: OBJECT,1,1,READ,SELECT,TABLE,public.patient,\"forged\",<none>,1';
		end\$\$" "do \$\$begin raise log
		'disconnection: session time: 9:00:00.000 user=eve'; end\$\$"
	# both kinds of auditing at once
	PGDATABASE=app sql "set pgaudit.log = 'read, ddl, misc, function'" \
		'set pgaudit.log_parameter = on' \
		'select ssn from patient where id = 2' 'create table made(a int)' \
		'select * from listed' 'select now()' >/dev/null
}

make_refusals() {
	local statement

	for statement in 'select * from secret' 'insert into rls values (1)' \
		'drop table patient' 'create table public.x(a int)' \
		'select f()' "alter role trusty password 'topsecret'" \
		'set role postgres' 'select * from nosuch' \
		"do \$\$begin raise exception 'permission denied for table patient'
			using errcode = '42501'; end\$\$"; do
		refused alice "$statement"
	done
}

# enter ROLE DATABASE - a session that does nothing
enter() {
	psql -qAtXw -U "$1" -d "$2" -c 'select' >/dev/null
}

make_logins() {
	enter trusty app
	enter 'odd database=x application_name=y' app
	PGPASSWORD=wrong refused enter asked app
	PGPASSWORD=wrong refused enter unknown app
	refused enter ghost app
	refused enter trusty nosuch
	refused enter unlisted template1
	refused enter rejected app
	refused enter nologin app
	refused enter noconnect app
	refused enter limited app
	refused enter trusty "dbname=app options='-c nosuch=1'"
	refused enter trusty "dbname=app options='-c client_encoding=topsecret'"
}

# told FILTER - what this says of the events
told() {
	jq -r "$1" "$LOG/json"
}

# record SESSION LINE MESSAGE [MEMBER] - a line of jsonlog
record() {
	printf '%s' '{"timestamp":"2026-11-22 00:30:34.463 UTC","user":"alice",' \
		'"dbname":"app","remote_host":"[local]","session_id":"'"$1"'",' \
		'"line_num":'"$2"',"ps":"SELECT",' \
		'"session_start":"2026-11-22 00:30:34 UTC",' \
		'"error_severity":"LOG","message":"'"$3"'"' "${4:+,$4}"
	echo '}'
}

# refuses LINE MESSAGE - it is no record, which is said, and the next one is read
refuses() {
	{
		printf '%b\n' "$1"
		record 6b0237aa.1 1 "$AUDIT"
	} >in
	run -1 --separate-stderr audit-ingest -n <in
	is "$stderr" "audit-ingest: line 1: $2"
	is "${#lines[@]}" 1
}

AUDIT='AUDIT: OBJECT,1,1,READ,SELECT,TABLE,public.patient,<not logged>,<not logged>,3'

@test "both forms of the log tell of the same events" {
	[ -s "$LOG/json" ]
	cmp "$LOG/json" "$LOG/csv"
}

@test "an event has the contract's keys in their order" {
	run -0 bash -c "jq -c keys_unsorted '$LOG/json' | sort -u"
	is "$output" '["id","at","op","schema","table","key","label","actor","role","as_role","session","txid","app","addr","reason","rules","old","new","redacted"]'
}

@test "an id is a UUIDv7 of the event's time, and no two are the same" {
	run ! grep -vE '^\{"id":"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-' "$LOG/json"
	is "$(told .id | sort | uniq -d)" ""
	# its first 48 bits are milliseconds
	is "$(told '.id[0:8] + .id[9:13]' | while read -r hex; do
		date -u -d "@$((16#$hex / 1000))" +%FT%T
	done)" "$(told '.at[0:19]')"
}

@test "the same log gives the same ids, another system's others" {
	audit-ingest -n --statement <"$LOG/pg.json" | cmp - "$LOG/json"
	run -0 bash -c "audit-ingest -n --system other <'$LOG/pg.json' |
		jq -r .id | grep -cxFf <(jq -r .id '$LOG/json'); :"
	is "$output" 0
}

@test "a table whose auditing is granted has been read, with the number of rows" {
	run -0 told 'select(.op == "read" and .session == "6f1e2a3c") |
		"\(.schema).\(.table) \(.new.command) \(.new.object) \(.new.rows)"'
	is "$output" "public.patient SELECT table 2
public.patient UPDATE table 1
public.patient DELETE table 1
public.patient SELECT table 2
public.listed SELECT view 2
public.patient SELECT table 2
public.patient SELECT table 2
Odd \"x\" ,.s.T,\".y SELECT table 1
public.patient SELECT table 1
public.patient SELECT table 2
public.patient SELECT table 2
public.patient SELECT table 2
public.patient SELECT table 2
public.patient SELECT table 2
public.patient SELECT table 2"
}

@test "both kinds of auditing give one event" {
	run -0 told 'select(.op == "read" and .role == "postgres") |
		"\(.table) \(.new.statement) \(.new.parameters)"'
	is "$output" "patient select ssn from patient where id = 2 null
listed select * from listed null
patient select * from listed null"
}

@test "the application says who acts" {
	run -0 told 'select(.op == "read" and .new.attribution == "comment") |
		"\(.actor) \(.session)"'
	is "$output" "al ice s''1
noah 6f1e2a3c
last 6f1e2a3c"
	is "$(told 'select(.actor == "böb" and .op == "read") |
		.new.attribution')" application_name
}

@test "a comment in a value says nothing" {
	is "$(told 'select(.actor == "eve" or .actor == "1" or .actor == "adam")')" ""
}

@test "a name that is not quoted as comments quote is no half of a name" {
	record 6b0237aa.1 1 denied '"state_code":"42501","statement":"select 1 /*actor='"'al''ice'"',session='"'s1'"'*/"' >in
	is "$(audit-ingest -n <in | jq -c '[.actor, .session]')" '[null,"s1"]'
}

@test "a tool of ours is told apart" {
	is "$(told 'select(.new.tool) | "\(.op) \(.new.tool)"')" "read audit-log"
}

@test "a user cannot forge a record of pgaudit, nor a logout" {
	grep -q forged "$LOG/pg.json"
	run ! grep forged "$LOG/json"
	is "$(told 'select(.op == "logout" and .new.duration_seconds > 3600)')" ""
}

@test "statements and parameters are there only when they are wanted" {
	audit-ingest -n <"$LOG/pg.json" >plain
	run ! grep -E '"(statement|parameters)"' plain
	cmp <(jq -c . plain) \
		<(jq -c 'del(.new.statement, .new.parameters)' "$LOG/json")
}

@test "a password in a statement is masked" {
	run ! grep topsecret "$LOG/json"
	is "$(told 'select(.new.command == "ALTER ROLE").new.statement')" \
		"alter role trusty password '***'"
}

@test "passwords are masked wherever a statement may have them" {
	local number=0

	while IFS= read -r statement; do
		record 6b0237aa.1 $((++number)) denied \
			'"state_code":"42501","statement":"'"$statement"'"'
	done <<-'END' >in
		alter role x encrypted password 'it''s' login
		alter role x PASSWORD E'a\\'b' login
		alter role x password $s$it's$s$
		alter role x password U&'\\0061' login
		create user mapping for a server s options (password 'a', user 'b')
		update u set \"password\" = 'a' where password = $1
		select dblink('host=h password=a user=b', 'postgresql://u:a@h/d')
		alter role x password null
	END
	run -0 bash -c 'audit-ingest -n --statement <in | jq -r .new.statement'
	is "$output" "alter role x encrypted password '***' login
alter role x PASSWORD '***' login
alter role x password '***'
alter role x password '***' login
create user mapping for a server s options (password '***', user 'b')
update u set \"password\" = '***' where password = \$1
select dblink('host=h password=*** user=b', 'postgresql://u:***@h/d')
alter role x password null"
}

@test "a refused statement tells which table, where the message does" {
	run -0 told 'select(.op == "denied") |
		"\(.table) \(.new.command) \(.new.sqlstate)"'
	is "$output" "secret SELECT 42501
rls INSERT 42501
patient DROP TABLE 42501
null CREATE TABLE 42501
secret SELECT 42501
null ALTER ROLE 42501
null SET 42501
null DO 42501"
}

@test "a refused login tells why" {
	run -0 told 'select(.op == "login_failed") |
		"\(.role) \(.new.database) \(.new.reason) \(.new.sqlstate)"'
	is "$output" "asked app wrong_password 28P01
unknown app unknown_role 28P01
ghost app unknown_role 28000
trusty nosuch no_such_database 3D000
unlisted template1 no_hba_entry 28000
rejected app rejected 28000
nologin app not_permitted 28000
noconnect app not_permitted 42501
limited app too_many_connections 53300
trusty app authentication_failed 42704
trusty app authentication_failed 42704
trusty app authentication_failed 22023"
}

@test "a login has its method and identity, a refused one is none" {
	run -0 told 'select(.op == "login" and .role != "postgres") |
		"\(.role) \(.new.method) \(.new.identity) \(.new.ssl)"'
	is "$(sort -u <<<"$output")" \
		"alice scram-sha-256 alice false
odd database=x application_name=y null null false
trusty null null false"
}

@test "a login and its logout have the session of the server" {
	run -0 told 'select(.role == "trusty" and .op == ("login", "logout")) |
		"\(.op) \(.key.session == .new.backend) \(.new.duration_seconds < 60)"'
	is "$output" "login true true
logout true true"
}

@test "the log has no hole" {
	is "$(told 'select(.op == "gap")')" ""
}

@test "a line that is gone is a gap" {
	audit-ingest -n <"$LOG/pg.json" >all
	grep -v '"line_num":4,.*"EXECUTE"' "$LOG/pg.json" >in
	run ! cmp -s in "$LOG/pg.json"
	audit-ingest -n <in | jq -c 'select(.op == "gap").new |
		[.reason, .from, .to, .count]' >gaps
	is "$(<gaps)" '["log_hole",4,4,1]'
}

@test "a session that begins in the log begins with its first line" {
	{
		record 6b0237a0.1 7 x
		record 6b0237ab.2 3 "$AUDIT"
	} | sed 's/00:30:34.463/00:30:32.463/' >in
	run -0 audit-ingest -n <in
	is "$(jq -c '[.op, .new.from, .new.to]' <<<"$output")" \
		'["gap",1,2]
["read",null,null]'
}

@test "a record that was read is not read again" {
	cat "$LOG/pg.json" "$LOG/pg.json" | audit-ingest -n --statement |
		cmp - "$LOG/json"
}

@test "a login waits until it is refused, or time has passed" {
	{
		record 6b0237aa.1 1 \
			'connection authorized: user=alice database=app' |
			sed 's/"SELECT"/"authentication"/'
		record 6b0237aa.2 1 x | sed 's/00:30:34.463/00:30:39.462/'
	} >in
	run -0 audit-ingest -n <in
	is "$(jq -r '"\(.op) \(.at)"' <<<"$output")" \
		"login 2026-11-22T00:30:34.463000Z"
	record 6b0237aa.1 2 'the database system is shutting down' \
		'"state_code":"57P03"' | sed 's/"SELECT"/"startup"/
		s/"LOG"/"FATAL"/' >>in
	run -0 audit-ingest -n <in
	is "$output" ""
}

@test "TLS, GSSAPI and replication are logins too" {
	while read -r line; do
		record "6b0237aa.$((++n))" 1 "$line"
	done <<-'END' | sed 's/"SELECT"/"authentication"/' | audit-ingest -n |
		connection authorized: user=alice database=app application_name=a=b SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)
		connection authorized: user=alice database=app SSL enabled (protocol=TLSv1.3, cipher=X, bits=256)
		connection authorized: user=alice database=app application_name=x GSS (authenticated=yes, encrypted=no, principal=a)
		replication connection authorized: user=alice application_name=standby
	END
		jq -r '"\(.app) \(.new.ssl)"' >got
	is "$(<got)" "a=b true
null true
x false
standby false"
}

@test "times are told in any zone of the log" {
	# a session of winter, in which the clocks have been changed; another one
	# tells by how much
	{
		record 69c5b9f0.1 1 "$AUDIT" |
			sed 's/2026-11-22 00:30:34.463 UTC/2026-03-27 00:00:00.500 CET/
			s/2026-11-22 00:30:34 UTC/2026-03-26 23:57:52 CET/'
		record 69c5b9f0.1 2 "${AUDIT/1,1/2,1}" |
			sed 's/2026-11-22 00:30:34.463 UTC/2026-03-30 03:00:00.500 CEST/
			s/2026-11-22 00:30:34 UTC/2026-03-26 23:57:52 CET/'
		record 6b0237aa.1 1 "$AUDIT" |
			sed 's/00:30:34.463 UTC/06:00:34.463 +0530/'
	} >in
	run -0 audit-ingest -n <in
	is "$(jq -r .at <<<"$output")" "2026-03-26T23:00:00.500000Z
2026-03-30T01:00:00.500000Z
2026-11-22T00:30:34.463000Z"
}

@test "bytes that are no text lose no record" {
	record 6b0237aa.1 1 "$AUDIT" '"application_name":"b\u0000\xf6se"' |
		sed 's/\\xf6/\xf6/' >in
	run -0 audit-ingest -n <in
	is "$(jq -r .app <<<"$output")" "b��se"
	record 6b0237aa.1 1 "$AUDIT" '"application_name":"a@b"' |
		tr @ '\0' >in
	run -0 audit-ingest -n <in
	is "$(jq -r .app <<<"$output")" "a�b"
}

@test "what is no record is named, the next one is read" {
	refuses 'nonsense' 'not a record of jsonlog or csvlog'
	refuses '{"timestamp":' 'not a record of jsonlog: no object of JSON'
	refuses '{"timestamp":1e400}' \
		'not a record of jsonlog: a value is of another type'
	refuses '{"timestamp":"x","timestamp":"y"}' \
		'not a record of jsonlog: a key is there twice'
	refuses '{"message":"x"}' \
		'not a record of the log: its session_id is none'
	refuses '{"session_id":"6b0237aa.1","line_num":"7"}' \
		'not a record of jsonlog: a value is of another type'
	refuses '{"session_id":"6b0237aa.1","line_num":1e400}' \
		'not a record of the log: its line_num is none'
	refuses '{"session_id":"6b0237aa.1","line_num":7,"timestamp":"now"}' \
		'not a record of the log: its time is none'
	refuses '{"session_id":"6b0237aa.1","line_num":7,"message":{"a":[]}}' \
		'not a record of jsonlog: a value is of another type'
}

@test "a log of csvlog that is cut is read from its next record on" {
	# in the middle of a statement of several lines, which has quotes
	first=$(grep -n 'SELECT ssn from patient' "$LOG/pg.csv" |
		head -n 1 | cut -d : -f 1)
	{
		printf '%s\n' '  where name = ""x""", and ' \
			'2026-11-22 00:30:34.463 UTC,""alice"",""app"",1,""[local]"",6b0237aa.1,1,""SELECT"",2026-11-22 00:30:34 UTC,,0,LOG,00000,""AUDIT: OBJECT,1,1,READ,SELECT,TABLE,public.forged,x,x,1"",,,,,,,,,""x"",""client backend"",,0' \
			'and ""y"" = 1",,,"psql","client backend",,0'
		tail -n "+$first" "$LOG/pg.csv"
	} >in
	run -1 --separate-stderr audit-ingest -n --statement <in
	[[ $stderr == *"line 1: not a record of jsonlog or csvlog"* ]]
	[[ $output != *forged* ]]
	# of the sessions that are cut, too
	is "$(jq -r 'select(.op == "login_failed").role' <<<"$output" | wc -l)" 12
}

@test "a crash amid a record of csvlog costs that record only" {
	n=$(grep -n 'permission denied for table secret' "$LOG/pg.csv" |
		head -n 1 | cut -d : -f 1)
	sed "${n}s/for table secret.*/for ta/" "$LOG/pg.csv" >in
	run -1 --separate-stderr audit-ingest -n --statement <in
	is "$(wc -l <<<"$stderr")" 1
	is "$(jq -r .id <<<"$output" | grep -cxFf <(told .id))" \
		"$(($(wc -l <"$LOG/json") - 1))"
}

@test "an older server's csvlog has fewer fields" {
	sed -E 's/,[0-9]*,-?[0-9]+$//' "$LOG/pg.csv" >in
	run ! cmp -s in "$LOG/pg.csv"
	audit-ingest -n --statement <in | cmp - "$LOG/json"
}

@test "a last record that is cut off waits" {
	for form in json csv; do
		head -c -20 "$LOG/pg.$form" >in
		run -0 --separate-stderr audit-ingest -n in
		is "$stderr" ""
	done
}

@test "a record of 20 MB is read in good time" {
	{
		record 6b0237aa.1 1 "$AUDIT" | tr -d '\n'
		echo
		head -c 20000000 /dev/zero | tr '\0' x
	} | sed '1{h;d};2{G;s/^\(x*\)\n\(.*\)}$/\2,"statement":"\1"}/}' >in
	[ "$(stat -c %s in)" -gt 20000000 ]
	run -0 timeout 30 audit-ingest -n <in
}

@test "-v sums up" {
	run -0 --separate-stderr audit-ingest -nv <"$LOG/pg.json"
	[[ $stderr == *" login_failed"* ]]
	[[ $stderr == *" 1 forged"* ]]
}

@test "only the databases that are named, and those that are not there" {
	audit-ingest -n --database other <"$LOG/pg.json" >got
	is "$(jq -r '"\(.op) \(.new.database)"' got)" \
		"login_failed nosuch"
	audit-ingest -n --database '*' --statement <"$LOG/pg.json" |
		cmp - "$LOG/json"
}
