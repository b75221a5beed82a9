#!/usr/bin/env bats
# archive-fanin - native fan-in, as audit-archive(7) shows it: events of two
# databases in one table, by the server's own logical replication

load capture

setup_file() {
	export FANIN=archive_fanin
	for db in fanin_crm fanin_shop; do
		sql_in postgres "drop database if exists $db (force)" \
			"create database $db"
		PGDATABASE=$db audit-rule init
		sql_in "$db" 'create table item(id int primary key, name text)'
		PGDATABASE=$db audit-rule add item --label name
		sql_in "$db" "insert into item values (1, '$db before')"
		source_part "$db" | psql -qX -v ON_ERROR_STOP=1 -d "$db"
	done
	sql_in postgres "drop database if exists $FANIN (force)" \
		"create database $FANIN"
	target_part | psql -qX -v ON_ERROR_STOP=1 -d "$FANIN"
	for db in fanin_crm fanin_shop; do
		# in one cluster the slot has to be there already
		sql_in "$db" "select pg_create_logical_replication_slot('$db', 'pgoutput')"
		sql_in "$FANIN" "create subscription $db connection
			'host=$PGHOST port=$PGPORT user=postgres dbname=$db'
			publication audit_fanin with (create_slot = false)"
	done
	# the first copy takes some rounds of the server's, seconds each
	await gives 2 "select count(*) from pg_subscription_rel
		where srsubstate = 'r'" || true
}

teardown_file() {
	local db

	for db in fanin_crm fanin_shop; do
		sql_in "$FANIN" "drop subscription if exists $db" || true
		sql_in postgres "drop database if exists $db (force)"
	done
	sql_in postgres "drop database if exists $FANIN (force)"
}

# section NAME - what the manual page has between its marks
section() {
	sed -n '/^\.\\" '"$1"'$/,/^\.\\" end$/p' "$ROOT/man/audit-archive.7" |
		grep -v '^\.' | sed 's/\\(aq/'"'"'/g; s/\\e/\\/g; s/\\-/-/g'
}

source_part() {
	section fanin-source
}

target_part() {
	section fanin-target
}

there() {
	sql_in "$FANIN" "$1"
}

arrived() {
	await_rows=$1
	[ "$(there "select count(*) from audit.event where op = 'insert'")" = "$await_rows" ]
}

@test "what was there and what comes later arrives, with its source" {
	await arrived 2
	sql_in fanin_crm "insert into item values (2, 'crm later')"
	sql_in fanin_shop "insert into item values (2, 'shop later')"
	await arrived 4
	is "$(there "select source, label from audit.event where op = 'insert'
		order by 1, 2" | xargs)" \
		'fanin_crm|crm later fanin_crm|fanin_crm before fanin_shop|fanin_shop before fanin_shop|shop later'
	is "$(there "select count(*) from audit.event where op = 'insert'
		and new ->> 'name' <> label")" 0
}

@test "what is removed at a source stays" {
	local n

	await arrived 4
	n=$(there 'select count(*) from audit.event')
	sql_in fanin_crm "alter table audit.event disable trigger all" \
		"delete from audit.event" "alter table audit.event enable trigger all" || true
	sql_in fanin_crm 'truncate audit.event' || true
	sql_in fanin_shop "insert into item values (3, 'after')"
	await arrived 5
	[ "$(there "select count(*) from audit.event where source = 'fanin_crm'")" -gt 2 ]
	[ "$(there 'select count(*) from audit.event')" -gt "$n" ]
}

@test "nobody changes what arrived with plain SQL" {
	run ! there "update audit.event set actor = 'nobody'"
	[[ $output == *'never changed'* ]]
	run ! there 'delete from audit.event'
	run ! there 'truncate audit.event'
}

@test "a column that the source gets later stops it, until it is there" {
	await arrived 5
	sql_in fanin_shop 'alter table audit.event add column more int'
	sql_in fanin_shop "insert into item values (4, 'wider')"
	await gives f "select active from pg_replication_slots where slot_name = 'fanin_shop'"
	is "$(there "select count(*) from audit.event where label = 'wider'")" 0
	there 'alter table audit.event add column more int'
	await arrived 6
}
