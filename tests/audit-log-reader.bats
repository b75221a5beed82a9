#!/usr/bin/env bats
# audit-log as a reader - who sees what of the trail, and how to see more fails

load helper

setup_file() {
	local role

	fresh_database
	export PGOPTIONS='-c client_min_messages=warning'
	for role in ann bert cleo staff owner; do
		sql "create role reader_$role login"
	done
	audit-rule init
	sql "create schema shop" \
		"grant usage on schema shop to reader_ann, reader_bert, reader_owner" \
		"create table shop.staff(id int primary key, name text,
			wage numeric, boss int)" \
		"create table shop.pay(id int primary key, staff int
			references shop.staff, amount numeric)" \
		"create table shop.secret(id int primary key, what text)"
	audit-rule add shop.staff --name staff --label name --related
	audit-rule add shop.secret --name secret
	sql "grant select on shop.staff, shop.pay to reader_ann" \
		"grant select(id, name) on shop.staff to reader_bert"
	audit-rule grant reader_ann reader
	audit-rule grant reader_bert reader
	sql "insert into shop.staff values (1, 'Ann', 1000, 2), (2, 'Bo', 9999, null)" \
		"insert into shop.pay values (1, 1, 1000)" \
		"insert into shop.secret values (1, 'the code is 4711')" \
		"update shop.staff set wage = 1100 where id = 1" \
		"update shop.staff set name = 'Anna', wage = 1200 where id = 1" \
		"delete from shop.pay"
	sql "create schema trap" "grant all on schema trap to public"
}

teardown_file() {
	drop_database
	psql -qd postgres -c "drop role reader_ann, reader_bert, reader_cleo,
		reader_staff, reader_owner, audit_reader_$PGDATABASE"
}

# sees ROLE OPTION... - the events that audit-log prints as this role, in short
sees() {
	local role=$1

	shift
	as "reader_$role" audit-log "$@" |
		jq -r '"\(.op) \(.table) \(.key.id)"'
}

# rows ROLE QUERY... - as this role in SQL; an error is part of it
rows() {
	local role=$1

	shift
	as "reader_$role" sql "$@" 2>&1
}

# closed ROLE TABLE - the tool says so, and SQL shows nothing
closed() {
	run -3 --separate-stderr as "reader_$1" audit-log -t "$2"
	is "$output" ""
	[[ $stderr == "audit-log: -t $2: role \"reader_$1\" may not read"* ]]
	is "$(rows "$1" "select count(*) from audit.visible
		where \"table\" = '${2#*.}'")" 0
}

@test "a reader sees the events of the tables that he may read" {
	is "$(sees ann)" 'insert staff 1
insert staff 2
insert pay 1
update staff 1
update staff 1
delete pay 1'
	closed ann shop.secret
}

@test "of a column that he may not read he sees neither value nor change" {
	is "$(sees bert)" 'insert staff 1
insert staff 2
update staff 1'
	is "$(as reader_bert audit-log | jq -c '[.label, .old, .new]')" \
		'[null,null,{"id":1,"name":"Ann"}]
[null,null,{"id":2,"name":"Bo"}]
[null,{"name":"Ann"},{"name":"Anna"}]'
	closed bert shop.pay
}

@test "SQL shows a reader exactly what audit-log prints" {
	local role

	for role in ann bert; do
		is "$(rows $role "select id, op, \"table\", key, label, old, new
				from audit.visible order by id")" \
			"$(rows $role "select id, op, \"table\", key, label, old, new
				from audit.matching_visible() order by id")"
		is "$(rows $role 'select id from audit.visible_newest')" \
			"$(as reader_$role audit-log --reverse | jq -r .id)"
		is "$(rows $role 'select count(*) from audit.visible')" \
			"$(as reader_$role audit-log --count | jq .count)"
	done
}

@test "filters see only what the reader sees" {
	is "$(sees bert --field wage)" ""
	is "$(sees bert --value 1100)" ""
	is "$(sees bert --grep '1[12]00')" ""
	is "$(sees bert --grep 4711)" ""
	is "$(sees bert --value Anna)" 'update staff 1'
	is "$(as reader_bert audit-log --count --by label)" '{"label":null,"count":3}'
	is "$(sees ann --field wage --op update | wc -l)" 2
	is "$(sees ann -t 'shop.*' --op delete)" 'delete pay 1'
	is "$(sees ann -t shop.staff -k 2)" 'insert staff 2'
	is "$(sees ann -l 1)" 'delete pay 1'
	is "$(sees ann --reverse -l 2)" 'delete pay 1
update staff 1'
}

@test "nothing else of the trail is open to a reader" {
	local what

	for what in 'select * from audit.event' 'select * from audit.event_rest' \
		"select * from audit.event_$(date -u +%Y_%m)" \
		'select secret from audit.trail' 'select * from audit.grantee' \
		'select "when" from audit.rule' 'select actors from audit.rule' \
		'select * from audit.seal' 'select * from audit.matching()' \
		'insert into audit.visible(id) select audit.new_id(now())' \
		'update audit.visible set actor = null' \
		'delete from audit.visible' \
		"select audit.note('gap', null, null, 1, null, null, null)" \
		"insert into audit.grantee(role, kind) values ('reader_bert', 'auditor')" \
		"select audit.grant_kind('reader_bert', 'auditor', null)" \
		'create function audit.f() returns int language sql as $$ select 1 $$'; do
		[[ $(rows bert "$what") =~ permission\ denied|cannot|does\ not\ exist ]]
	done
}

@test "a function of the reader's in a condition is not shown what is closed" {
	rows bert "create function trap.leak(anyelement, name text default '')
		returns bool language plpgsql cost 0.0000001 as \$\$
		begin
			raise warning '% %', name, \$1;
			return true;
		end \$\$"
	rows bert "select count(*) from audit.visible e where trap.leak(e)
		and trap.leak(old, 'old') and trap.leak(new, 'new')
		and trap.leak(label, 'label') and trap.leak(\"table\", 'table')
		and trap.leak(record, 'record')" >"$BATS_TEST_TMPDIR/leaked"
	rows bert "select count(*) from audit.matching_visible() e
		where trap.leak(e)" >>"$BATS_TEST_TMPDIR/leaked"
	rows bert "select count(*) from audit.readable e where trap.leak(e)" \
		>>"$BATS_TEST_TMPDIR/leaked"
	grep -q Anna "$BATS_TEST_TMPDIR/leaked"
	run -1 grep -E 'wage|boss|code|secret|pay' "$BATS_TEST_TMPDIR/leaked"
	rows bert 'drop function trap.leak'
	# nor does an error tell
	[ "$(rows bert "select count(*) from audit.visible
		where 1 / (old ->> 'wage' is null)::int = 1")" = 3 ]
}

@test "a reader's search_path and temporary objects catch nothing" {
	local before

	before=$(rows bert 'select id, old, new from audit.visible')
	rows bert "create function trap.jsonb_object_keys(jsonb) returns setof text
			language plpgsql as \$\$
			begin raise warning 'caught %', \$1; return; end \$\$" \
		"create function trap.has_table_privilege(oid, text) returns bool
			language sql as 'select true'" \
		"create function trap.has_column_privilege(oid, int2, text)
			returns bool language sql as 'select true'" \
		"create function trap.unnest(anyarray) returns setof anyelement
			language sql as 'select null where false'" \
		"create function trap.minus(jsonb, text[]) returns jsonb
			language sql as 'select \$1'" \
		"create operator trap.-(function = trap.minus, leftarg = jsonb,
			rightarg = text[])" \
		"create table trap.pg_attribute(attrelid oid)" \
		"create table trap.grantee(role text)"
	is "$(rows bert 'set search_path = trap, pg_catalog' \
		'create temp table pg_attribute(attrelid oid, attnum int2, attname name)' \
		'create temp table relation_columns(rel int)' \
		'select id, old, new from audit.visible')" "$before"
	is "$(rows bert 'set search_path = trap, pg_temp, pg_catalog' \
		'set quote_all_identifiers = on' 'set transform_null_equals = on' \
		'select id, old, new from audit.visible')" "$before"
	rows bert 'drop schema trap cascade' >"$BATS_TEST_TMPDIR/out" || true
	sql 'drop schema trap cascade' 'create schema trap' \
		'grant all on schema trap to public'
}

@test "who may not read the key can guess none by its record's number" {
	sql "create table shop.vote(person text primary key, vote text)" \
		"grant select(vote) on shop.vote to reader_ann"
	audit-rule add shop.vote
	sql "insert into shop.vote values ('Ann', 'yes')"
	closed ann shop.vote
	is "$(rows ann "select count(*) from audit.visible where record = (
		select audit.record(r.id, 'Ann') from audit.relation r
		where r.\"table\" = 'vote')")" 0
	sql "grant select(person) on shop.vote to reader_ann"
	is "$(sees ann -t shop.vote -k Ann)" 'insert vote null'
}

@test "the events of a renamed column stay open, and closed ones closed" {
	sql "create table shop.house(id int primary key, street text, price int)" \
		"grant select(id, street) on shop.house to reader_bert"
	audit-rule add shop.house
	sql "insert into shop.house values (1, 'Main', 500)" \
		"alter table shop.house rename street to road" \
		"alter table shop.house rename price to street" \
		"insert into shop.house values (2, 'Side', 600)"
	is "$(as reader_bert audit-log -t shop.house | jq -c .new)" \
		'{"id":1}
{"id":2,"road":"Side"}'
	sql "alter table shop.house rename street to price" \
		"insert into shop.house values (3, 'Back', 700)"
	# what another column was called in between is nobody's to tell
	is "$(as reader_bert audit-log -t shop.house | jq -c .new)" \
		'{"id":1}
{"id":2,"road":"Side"}
{"id":3,"road":"Back"}'
}

@test "columns that swap their names show nothing that was closed" {
	sql "create table shop.swap(id int primary key, open text, shut text)" \
		"grant select(id, open) on shop.swap to reader_bert"
	audit-rule add shop.swap
	sql "insert into shop.swap values (1, 'o1', 's1')" \
		"alter table shop.swap rename open to x" \
		"alter table shop.swap rename shut to open" \
		"alter table shop.swap rename x to shut" \
		"insert into shop.swap values (2, 'o2', 's2')"
	run -1 grep '"s[12]"' <<<"$(as reader_bert audit-log -t shop.swap)"
	audit-rule apply --missing </dev/null
	sql "insert into shop.swap values (3, 'o3', 's3')"
	run -1 grep '"s[123]"' <<<"$(as reader_bert audit-log -t shop.swap)"
	is "$(as reader_bert audit-log -t shop.swap -k 3 | jq -c .new)" \
		'{"id":3,"shut":"o3"}'
	# and a column that is dropped is nobody's but who reads all
	sql "alter table shop.swap drop shut" \
		"alter table shop.swap add shut text" \
		"grant select(shut) on shop.swap to reader_bert" \
		"insert into shop.swap values (4, 's4', 'n4')"
	run -1 grep o3 <<<"$(as reader_bert audit-log -t shop.swap -k 3)"
	is "$(as reader_bert audit-log -t shop.swap -k 4 | jq -c .new)" \
		'{"id":4,"shut":"n4"}'
}

@test "row security closes a table until it is granted by name" {
	sql "create table shop.tenant(id int primary key, tenant text)" \
		"alter table shop.tenant owner to reader_owner" \
		"grant select on shop.tenant to reader_ann"
	audit-rule add shop.tenant
	audit-rule grant reader_owner reader
	sql "insert into shop.tenant values (1, 'reader_ann'), (2, 'b')"
	is "$(sees ann -t shop.tenant | wc -l)" 2
	sql "create policy own on shop.tenant using (tenant = current_user)" \
		"alter table shop.tenant enable row level security"
	closed ann shop.tenant
	is "$(rows ann 'set row_security = off' "select count(*) from
		audit.visible where \"table\" = 'tenant'")" 0
	is "$(sees owner -t shop.tenant | wc -l)" 2
	sql "alter table shop.tenant force row level security"
	closed owner shop.tenant
	audit-rule grant reader_ann reader --table shop.tenant
	is "$(sees ann -t shop.tenant | wc -l)" 2
	closed ann shop.staff
	audit-rule revoke reader_ann reader
	audit-rule grant reader_ann reader
	closed ann shop.tenant
	audit-rule revoke reader_owner reader
}

@test "a dropped table, and a new one under its name, show nothing of it" {
	sql "create table shop.gone(id int primary key, v text)" \
		"grant select on shop.gone to reader_ann"
	audit-rule add shop.gone --name gone
	sql "insert into shop.gone values (1, 'old')"
	is "$(sees ann -t shop.gone)" 'insert gone 1'
	sql "drop table shop.gone"
	closed ann shop.gone
	sql "create table shop.gone(id int primary key, v text)" \
		"grant select on shop.gone to reader_ann"
	is "$(rows ann "select count(*) from audit.visible
		where \"table\" = 'gone'")" 0
	audit-rule apply --missing </dev/null
	is "$(rows ann "select count(*) from audit.visible
		where \"table\" = 'gone' and old is null")" 0
	audit-rule remove gone || :
	sql "drop table shop.gone"
}

@test "a table that bears the number of another one shows nothing of that" {
	local mine theirs

	sql "create table shop.own(id int primary key)" \
		"alter table shop.own owner to reader_owner" \
		"create table shop.other(id int primary key, v text)"
	audit-rule add shop.own shop.other --name both
	audit-rule grant reader_owner reader
	sql "insert into shop.other values (1, 'theirs')"
	mine=$(sql "select id from audit.relation where \"table\" = 'own'")
	theirs=$(sql "select id from audit.relation where \"table\" = 'other'")
	sql "drop table shop.other"
	rows owner "alter trigger \"!audit_$mine\" on shop.own
		rename to \"!audit_$theirs\""
	is "$(rows owner 'select count(*) from audit.visible')" 0
	# whatever changes a rule looks where the tables are
	audit-rule add shop.pay --name again
	is "$(rows owner 'select count(*) from audit.visible')" 0
	audit-rule disable both
	audit-rule enable both
	is "$(rows owner 'select count(*) from audit.visible')" 0
	rows owner "drop trigger \"!audit_$theirs\" on shop.own"
	is "$(rows owner 'select count(*) from audit.visible')" 0
	# after a restore an oid may be anybody's
	sql "update audit.relation set relid = 'shop.own'::regclass
		where id = $theirs"
	is "$(rows owner 'select count(*) from audit.visible')" 0
	audit-rule remove both again
	audit-rule revoke reader_owner reader
}

@test "after a restore a table is open again once that is looked at" {
	local copy=${PGDATABASE}_copy

	createdb "$copy"
	# an oid more, so that no table has the one that it had
	psql -qXd "$copy" -c 'create table before(id int)'
	pg_dump "$PGDATABASE" | psql -qXd "$copy" -v ON_ERROR_STOP=1 -o /dev/null
	PGDATABASE=$copy
	run -3 --separate-stderr as reader_ann audit-log -t shop.staff
	is "$output" ""
	is "$(rows ann 'select count(*) from audit.visible')" 0
	audit-rule apply --missing </dev/null
	is "$(sees ann -t shop.staff | head -1)" 'insert staff 1'
	closed ann shop.secret
	PGDATABASE=${copy%_copy}
	dropdb -f "$copy"
}

@test "a table in a schema that the reader may not enter is closed" {
	sql "grant select on shop.staff to reader_cleo"
	audit-rule grant reader_cleo reader
	is "$(rows cleo 'select count(*) from audit.visible')" 0
	sql "grant usage on schema shop to reader_cleo"
	is "$(rows cleo 'select count(*) from audit.visible')" 4
	audit-rule revoke reader_cleo reader
	sql "revoke all on schema shop from reader_cleo" \
		"revoke all on shop.staff from reader_cleo"
}

@test "rights that end, end at once, also in a transaction's snapshot" {
	run as reader_bert sql 'begin isolation level repeatable read' \
		'select count(*) > 2 from audit.visible' \
		"\\! psql -qX -U postgres -c 'revoke select(id) on shop.staff from reader_bert'" \
		"select count(*) from audit.visible where \"table\" = 'staff'"
	sql "grant select(id) on shop.staff to reader_bert"
	is "$output" $'t\n0'
}

@test "a grant counts for members, and for who takes the role on" {
	sql "grant select on shop.secret to reader_staff" \
		"grant usage on schema shop to reader_staff" \
		"grant reader_staff to reader_cleo" \
		"alter role reader_cleo noinherit"
	audit-rule grant reader_staff reader
	[[ $(rows cleo 'select count(*) from audit.visible') == *'permission denied'* ]]
	is "$(rows cleo 'set role reader_staff' \
		'select count(*) from audit.visible')" 1
	sql "alter role reader_cleo inherit"
	is "$(sees cleo)" 'insert secret 1'
	# a superuser who takes it on sees what it sees, prepared or not
	is "$(sql "prepare q as select count(*) from audit.visible" \
		"set role reader_staff" "execute q" "set role reader_bert" \
		"execute q")" "$(printf '%s\n' 1 "$(sees bert | wc -l)")"
	audit-rule revoke reader_staff reader
	sql "drop owned by reader_staff"
}

@test "of a truncate and a gap no message is shown" {
	sql "create table shop.log(id int primary key, v text)" \
		"grant select(id) on shop.log to reader_bert"
	audit-rule add shop.log
	sql "insert into shop.log values (1, 'shut')" "truncate shop.log" \
		"select audit.note('gap', 'shop', 'log', r.id, null, null,
			'{\"op\": \"insert\", \"message\": \"value shut\"}')
			from audit.relation r where r.\"table\" = 'log'"
	is "$(as reader_bert audit-log -t shop.log | jq -c '[.op, .old, .new]')" \
		'["insert",null,{"id":1}]
["delete",{"id":1},null]
["truncate",null,{"rows":1,"unread":0}]
["gap",null,{"op":"insert"}]'
}

@test "audit-log --follow and --checkpoint serve a reader" {
	local file=$BATS_TEST_TMPDIR/checkpoint

	as reader_bert audit-log --checkpoint "$file" >"$BATS_TEST_TMPDIR/first"
	sql "insert into shop.secret values (2, 'x')" \
		"insert into shop.staff values (3, 'Cleo', 5, null)"
	is "$(as reader_bert audit-log --checkpoint "$file" | jq -c .new)" \
		'{"id":3,"name":"Cleo"}'
	PGUSER=reader_bert audit-log --follow -t shop.staff --op delete \
		--interval 100ms >"$BATS_TEST_TMPDIR/followed" 3>&- &
	follower=$!
	# it has seen where the trail stands
	await gives 1 "select count(*) from pg_stat_activity
		where usename = 'reader_bert' and application_name = 'audit-log'
		  and state = 'idle' and query ~ 'Where the trail stands'"
	sql "insert into shop.staff values (4, 'D', 6, null)" \
		"delete from shop.staff where id = 4"
	await grep -q delete "$BATS_TEST_TMPDIR/followed"
	kill "$follower"
	wait "$follower" || :
	is "$(head -1 "$BATS_TEST_TMPDIR/followed" | jq -c .old)" \
		'{"id":4,"name":"D"}'
}

@test "audit-history shows a reader the record, and the table as it was" {
	is "$(as reader_ann audit-history shop.staff 1 | jq -c '[.rev, .row.wage]')" \
		'[1,1000]
[2,1100]
[3,1200]'
	is "$(as reader_ann audit-history shop.staff 1 --related |
		jq -r '[.op, .table] | join(" ")')" 'insert staff
insert pay
update staff
update staff
delete pay'
	is "$(as reader_bert audit-history -q shop.staff 1 | jq -c .row)" \
		'{"id":1,"name":"Ann"}
{"id":1,"name":"Anna"}'
	is "$(as reader_ann audit-history shop.staff --at '0 s' | jq -c .wage | sort)" \
		$'1200\n5\n9999'
	# who may not read all columns is refused, not shown half of it
	run -3 --separate-stderr as reader_bert audit-history shop.staff --at '0 s'
	is "$output" ""
	run -3 --separate-stderr as reader_bert audit-history shop.secret --at '0 s'
	[[ $stderr == *'may not read its events'* ]]
	run -3 as reader_bert audit-history shop.secret 1
}

@test "a rule that was switched makes a reader's table of then doubtful, too" {
	sql "create table shop.doubt(id int primary key)" \
		"grant select on shop.doubt to reader_ann"
	audit-rule add shop.doubt --name doubt
	since=$(sql 'select clock_timestamp()')
	audit-rule disable doubt
	audit-rule enable doubt
	run -0 --separate-stderr as reader_ann audit-history shop.doubt --at "$since"
	[[ $stderr == *'rows may be wrong: rule doubt was switched'* ]]
}

@test "audit-diff --names knows for a reader what is open to him" {
	is "$(as reader_ann bash -c \
		'audit-log -t shop.pay --op insert | audit-diff --names -f text' |
		grep staff)" '    staff   1 (Ann)'
	sql "grant select on shop.pay to reader_bert"
	is "$(as reader_bert bash -c \
		'audit-log -t shop.pay --op insert | audit-diff --names -f text' |
		grep staff)" '    staff   1 (Ann)'
	sql "revoke select(name) on shop.staff from reader_bert"
	is "$(as reader_bert bash -c \
		'audit-log -t shop.pay --op insert | audit-diff --names -f text' |
		grep staff)" '    staff   1'
	sql "grant select(name) on shop.staff to reader_bert" \
		"revoke select on shop.pay from reader_bert"
}

@test "names that look like the trail's stay as they are" {
	sql "create table shop.\"audit.event\"(\"audit.event\" int primary key,
			\"an audit.event e\" int references shop.staff)" \
		"grant select on shop.\"audit.event\" to reader_ann"
	audit-rule add 'shop."audit.event"' --name odd
	sql "insert into shop.\"audit.event\" values (7, 1)"
	is "$(sees ann --value 7 -t 'shop."audit.event"' | wc -l)" 1
	is "$(as reader_ann audit-history 'shop."audit.event"' 7 | jq -c .row)" \
		'{"audit.event":7,"an audit.event e":1}'
	is "$(as reader_ann audit-history shop.staff 1 --related |
		jq -r 'select(.table == "audit.event") | .op')" insert
	is "$(as reader_ann audit-history 'shop."audit.event"' --at '0 s')" \
		'{"audit.event": 7, "an audit.event e": 1}'
}

@test "conditions of a reader find their way to the indexes" {
	local plan

	# autovacuum may have analyzed them: where all is on a page, any index is good
	plan=$(rows ann 'set enable_seqscan = off' 'set enable_indexscan = off' \
		"explain (costs off) select * from audit.matching_visible(records => '{1,2}')")
	grep -q 'Bitmap Index Scan on event_.*_record_idx' <<<"$plan"
	plan=$(rows ann 'set enable_seqscan = off' "explain (costs off)
		select * from audit.visible where id > audit.first_id(now())")
	grep -q 'Index Cond: (id > ' <<<"$plan"
	run -1 grep 'Function Scan on readable' <<<"$plan"
}
