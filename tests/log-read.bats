#!/usr/bin/env bats
# audit.log_read(): what an application says of the records that it has shown

load capture

setup_file() {
	local role

	trail_database
	export PGOPTIONS='-c client_min_messages=warning'
	for role in web none help; do
		make_role "logread_$role" login
	done
	sql "create table customer(id int primary key, name text)" \
		"create table part(id bigint primary key, v text)
			partition by range (id)" \
		"create table part_1 partition of part for values from (1) to (9)" \
		"create table line(\"No\" int, t timestamptz, n numeric(10,2),
			primary key (t, \"No\", n))" \
		"create table word(k text primary key)" \
		"create table thing(k uuid primary key)" \
		"create domain short as varchar(3) check (value <> 'bad')" \
		"create table dom(k short primary key)" \
		"create type mood as enum ('good', 'bad')" \
		"create table felt(k mood primary key)" \
		"create table hex(k bytea primary key)" \
		"create table nokey(i int)" \
		"create table plain(id int primary key)" \
		"create table hidden(id int primary key)" \
		"grant select on all tables in schema public to logread_web" \
		"revoke select on hidden from logread_web"
	audit-rule add customer part line word thing dom felt hex nokey hidden \
		--ops insert,read 2>/dev/null
	audit-rule grant logread_web app >/dev/null
	audit-rule grant logread_none app >/dev/null
	audit-rule grant logread_help reader >/dev/null
}

setup() {
	begin_trail
}

teardown_file() {
	psql -qd postgres -c "drop database $PGDATABASE (force)" \
		-c "drop role logread_web, logread_none, logread_help,
		    audit_app_$PGDATABASE, audit_reader_$PGDATABASE,
		    audit_read_$PGDATABASE"
}

# shown ARGUMENTS [STATEMENT]... - what it returns, as the application
shown() {
	as logread_web sql "${@:2}" "select audit.log_read($1)"
}

# reads [COLUMNS] - the events of it, in this test
reads() {
	sql "select ${1-key} from audit.event
		where op = 'read' and id >= '$SINCE' order by id"
}

# no_key ARGUMENTS - it is an error, and nothing is recorded
no_key() {
	as logread_web refused 22023 "select audit.log_read($1)"
	is "$(reads)" ""
}

@test "what was shown is an event for each key, with purpose and rule" {
	is "$(shown "'customer', '[3, 1]', 'phone call'")" 2
	is "$(reads "op, \"schema\", \"table\", key, label, actor, role, as_role,
			session, reason, rules, old, new")" \
		"read|public|customer|{\"id\": 3}|||logread_web|||phone call|customer||$new
read|public|customer|{\"id\": 1}|||logread_web|||phone call|customer||$new"
	is "$(audit-log -t customer -k 3 --op read | jq -c .key)" '{"id":3}'
	is "$(audit-log -t customer -k 4 --op read)" ""
}

new='{"kind": "application", "rows": 1, "attribution": "application"}'

@test "keys come as an array of any kind, as objects, or one alone" {
	is "$(shown "'customer', array[1, 2]")" 2
	is "$(shown "'public.customer', '{3}'::bigint[]")" 1
	is "$(shown "'customer', '[4, \"5\", {\"id\": 6}]'::jsonb")" 3
	is "$(shown "'customer', '7'")" 1
	is "$(shown "'customer', '{\"id\": 8}'")" 1
	is "$(shown "'customer', '9'::jsonb")" 1
	is "$(shown "'customer', array['010', '-11', '2147483647']")" 3
	is "$(shown "'customer', (select jsonb_agg(jsonb_build_object('id', i))
		from generate_series(13, 14) i)")" 2
	is "$(reads "key -> 'id'" | tr '\n' ' ')" \
		'1 2 3 4 5 6 7 8 9 10 -11 2147483647 13 14 '
	is "$(as logread_web psql -XAtq -v ON_ERROR_STOP=1 <<-'END'
		prepare p as select audit.log_read($1, $2, $3);
		execute p('customer', '[15]', 'x');
	END
	)" 1
}

@test "a key reads as it does in the trail, whatever its type and settings" {
	sql "insert into line values (2, '2026-01-01 10:00+02', 1.5)" \
		"insert into thing values ('A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11')" \
		"insert into word values ('[a b')" "insert into dom values ('abc')" \
		"insert into felt values ('good')" "insert into hex values ('\\x00ff')"
	shown "'line', '{\"No\": \"2\", \"n\": 1.5, \"t\": \"2026-01-01 05:00-03\"}'" \
		"set timezone = 'Asia/Tokyo'" "set datestyle = 'SQL, DMY'"
	shown "'thing', '{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}'::uuid[]"
	shown "'word', '[\"[a b\"]'"
	shown "'dom', 'abc'"
	shown "'felt', '{good}'::mood[]"
	shown "'hex', array['\\x00ff'::bytea]" "set bytea_output = 'escape'"
	is "$(reads record,key)" "$(sql "select record, key from audit.event
		where op = 'insert' and id >= '$SINCE' order by id")"
}

@test "a partition's record is the parent's" {
	is "$(shown "'part_1', '[5]'")" 1
	is "$(shown "'part', '[5]'")" 1
	is "$(reads '"table", rules, key')" 'part|part|{"id": 5}
part|part|{"id": 5}'
	is "$(audit-log -t part -k 5 --op read | wc -l)" 2
}

@test "what is no key is refused as a whole" {
	no_key "'customer', '[1, \"x\"]'"
	no_key "'customer', 'abc'"
	no_key "'customer', '[1, null]'"
	no_key "'customer', array[1, null]"
	no_key "'customer', '[[1]]'"
	no_key "'customer', '{{1,2},{3,4}}'::int[]"
	no_key "'customer', '1.5'"
	no_key "'customer', '99999999999'"
	no_key "'customer', '[true]'"
	no_key "'customer', '{\"id\": 1, \"name\": \"x\"}'"
	no_key "'customer', '{}'"
	no_key "'customer', '{\"id\": null}'"
	no_key "'line', '1'"
	no_key "'line', '{\"No\": 1, \"t\": \"now\"}'"
	no_key "'line', '{\"No\": 1, \"t\": \"2026-01-01\", \"n\": 1.234}'"
	no_key "'dom', 'abcd'"
	no_key "'word', repeat('x', 100000)"
	no_key "'nokey', '1'"
	as logread_web refused 54000 "select audit.log_read('customer',
		array(select generate_series(1, 10001)))"
	is "$(shown "'customer', array(select generate_series(1, 10000))")" 10000
}

@test "nothing shown is nothing recorded, and no rule is no error" {
	is "$(shown "'customer', null")" 0
	is "$(shown "'customer', 'null'::jsonb")" 0
	is "$(shown "'customer', '[]'")" 0
	is "$(shown "'customer', '{}'::int[]")" 0
	is "$(shown "'plain', 'whatever'")" 0
	is "$(shown "'pg_catalog.pg_class', '1'")" 0
	as logread_web refused 42P01 "select audit.log_read('nowhere', '1')"
	is "$(reads)" ""
}

@test "it is recorded only if an enabled rule asks for who it is" {
	audit-rule add plain --ops insert,update --name writes
	is "$(shown "'plain', '[1]'")" 0
	audit-rule add plain --ops read --actors ann --name ann 2>/dev/null
	is "$(shown "'plain', '[1]'")" 0
	is "$(shown "'plain', '[2]'" "set audit.actor = 'ann'" \
		"set audit.reason = 'because'")" 1
	audit-rule add plain --ops read --groups logread_web,g --name g 2>/dev/null
	is "$(shown "'plain', '[3]'" "set audit.actor = 'ann'")" 1
	is "$(sql "set audit.groups = 'f, g'" "set audit.actor = 'bo'" \
		"select audit.log_read('plain', '[4]')")" 1
	is "$(reads 'key, actor, reason, rules')" '{"id": 2}|ann|because|ann
{"id": 3}|ann||ann,g
{"id": 4}|bo||g'
	audit-rule disable ann g
	is "$(shown "'plain', '[5]'" "set audit.actor = 'ann'")" 0
	audit-rule remove ann g writes
}

@test "actor and session are those of the session that was opened" {
	local token

	token=$(as logread_web sql "select token from audit.open_session('ann')")
	as logread_web sql begin "select audit.use_session('$token')" \
		"set local audit.actor = 'forged'" \
		"select audit.log_read('customer', '[1]')" commit
	is "$(reads "actor, session = (select id from audit.session)")" 'ann|t'
}

@test "a table is found after a rename and another schema" {
	sql "create schema s" "alter table word rename to words" \
		"alter table words set schema s" "grant usage on schema s to logread_web"
	is "$(shown "'words', 'a'" "set search_path = s")" 1
	is "$(reads '"schema", "table", key')" 's|words|{"k": "a"}'
	is "$(audit-log -t s.words -k a --op read | wc -l)" 1
}

@test "who may not read the table, or is no application, is refused" {
	as logread_web refused 42501 "select audit.log_read('hidden', '1')"
	as logread_none refused 42501 "select audit.log_read('customer', '1')"
	as logread_help refused 42501 "select audit.log_read('customer', '1')"
	sql "grant select (name) on customer to logread_none"
	is "$(as logread_none sql "select audit.log_read('customer', '1')")" 1
	sql "revoke select (name) on customer from logread_none"
	# his function may, with what it is given
	sql "create function show(int) returns int language sql security definer
		as 'select audit.log_read(''hidden'', array[\$1])'"
	is "$(as logread_web sql "select show(1)")" 1
}

@test "hostile arguments run nothing, and a purpose is cut" {
	local q="'; drop table customer; --"

	as logread_web refused 42602 "select audit.log_read('${q//\'/\'\'}', '1')"
	as logread_web refused 22023 \
		"select audit.log_read('customer', '${q//\'/\'\'}')"
	is "$(shown "'customer', '[1]', repeat('x', 1000000)")" 1
	is "$(reads 'length(reason)')" 1000
	begin_trail
	sql "create schema evil" "grant all on schema evil to logread_web"
	as logread_web sql "create function evil.to_regclass(text) returns regclass
			language sql as 'select 1/0; select null::regclass'" \
		"create function evil.no(text, text) returns bool language plpgsql
			as 'begin raise ''ran''; end'" \
		"create operator evil.= (leftarg = text, rightarg = text,
			function = evil.no)" \
		"create type evil.t as (id int)"
	is "$(shown "'customer', '[1]'::jsonb" \
		"set search_path = evil, public, pg_catalog")" 1
	is "$(shown "'customer', array[row(2)::evil.t]")" 1
	is "$(reads)" '{"id": 1}
{"id": 2}'
}

@test "a reader sees who read his tables, and not the statements" {
	sql "grant select on customer to logread_help"
	shown "'customer', '[1]', 'x'"
	shown "'thing', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"
	sql "insert into audit.event(id, at, record, op, \"schema\", \"table\", new)
		select audit.new_id(now()), now(), audit.record(id, null::text),
		'read', 'public', 'customer', '{\"kind\": \"database\", \"rows\": 2,
		\"statement\": \"secret\", \"parameters\": \"secret\",
		\"message\": \"secret\"}' from audit.relation
		where \"table\" = 'customer'"
	is "$(as logread_help audit-log -t customer --op read -l 2 |
		jq -c .new)" \
		'{"kind":"application","rows":1,"attribution":"application"}
{"kind":"database","rows":2}'
	is "$(as logread_help audit-log --op read |
		jq -r .table | sort -u)" customer
	is "$(as logread_help audit-log --op read --grep secret)" ""
	sql "revoke select on customer from logread_help"
}
