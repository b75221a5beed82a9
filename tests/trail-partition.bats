#!/usr/bin/env bats
# trail-partition - months are made ahead, and none that is missing loses an event

load capture

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	fresh_schema
	sql "create table item(id int primary key, name text)"
	audited s.item
}

teardown() {
	drop_other_database
}

# months - of the partitions, in order; a gap between two shows
months() {
	sql "select string_agg(to_char(to_timestamp(
		('x' || left(replace(lo::text, '-', ''), 12))::bit(48)::bigint / 1000.0)
		at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), ' ' order by lo)
		|| case when bool_and(adjoins) then '' else ' with gaps' end
		from (select lo, coalesce(hi = lead(lo) over (order by lo), true)
		    as adjoins from audit.partition) p"
}

this_month() {
	sql "select 'audit.event_' || to_char(now() at time zone 'UTC', 'YYYY_MM')"
}

@test "there is a partition for each of the next twelve months, in UTC" {
	other_database
	PGTZ=Asia/Tokyo audit-rule init
	is "$(months)" "$(sql "select string_agg(to_char(date_trunc('month',
		now() at time zone 'UTC') + i * interval '1 month',
		'YYYY-MM-DD HH24:MI'), ' ' order by i) from generate_series(0, 12) i")"
	is "$(PGTZ=America/New_York sql "select audit.make_partitions(14)")" 2
	is "$(sql "select audit.make_partitions(14)")" 0
	is "$(months)" "$(sql "select string_agg(to_char(date_trunc('month',
		now() at time zone 'UTC') + i * interval '1 month',
		'YYYY-MM-DD HH24:MI'), ' ' order by i) from generate_series(0, 14) i")"
}

@test "each new partition has the indexes and the guard of the first" {
	other_database
	audit-rule init
	sql "select audit.make_partitions(13)" >/dev/null
	is "$(sql "select distinct array(select regexp_replace(pg_get_indexdef(indexrelid),
		'event_\w+', '', 'g') from pg_index where indrelid = c.oid order by 1),
		array(select format('%s %s %s', tgname, tgenabled, tgtype) from pg_trigger
		where tgrelid = c.oid order by 1)
		from pg_class c where relname ~ '^event_[0-9r]' and relkind = 'r'" |
		wc -l)" 1
}

@test "partitions are made while writers hold theirs, and nobody waits" {
	open_session
	say "begin" "insert into item values (1)"
	PGOPTIONS+=' -c lock_timeout=1s' sql "select audit.make_partitions(15)" \
		>"$BATS_TEST_TMPDIR/made"
	is "$(cat "$BATS_TEST_TMPDIR/made")" 3
	say "insert into item values (2)" "commit"
	close_session
	is "$(events key)" '{"id": 1}
{"id": 2}'
}

@test "events that find no month are kept, and the month is made of them" {
	other_database
	audit-rule init
	sql "create schema s" "create table s.item(id int primary key)"
	audited s.item
	month=$(this_month)
	sql "alter table audit.event detach partition $month" "drop table $month"
	begin_trail
	sql "insert into s.item select i from generate_series(1, 100) i"
	is "$(events tableoid::regclass | sort -u)" audit.event_rest
	before=$(events 'row_to_json(e)')
	is "$(sql "select audit.make_partitions(12)")" 1
	is "$(events 'row_to_json(e)')" "$before"
	is "$(events tableoid::regclass | sort -u)" "$month"
	is "$(sql "select audit.make_partitions(12)")" 0
	sql "insert into s.item values (0)"
	is "$(events tableoid::regclass "key = '{\"id\": 0}'")" "$month"
	refused 42501 "delete from $month"
	refused 42501 "delete from audit.event_rest"
	is "$(foreign_rights)" ''
}

@test "events of months long past are put in months of their own" {
	other_database
	audit-rule init
	month=$(this_month)
	sql "alter table audit.event detach partition $month" "drop table $month" \
	    "insert into audit.event(id, at, op) select audit.new_id(at), at, 'read'
		from unnest('{2009-12-31 23:59:59.999999+00, 2010-01-01 00:00+00,
		2010-01-02 00:00+00, 2006-05-05 00:00+00, now}'::timestamptz[]) at" \
	    "select audit.make_partitions(12)" >/dev/null
	is "$(sql "select count(*) from audit.event_rest")" 0
	is "$(sql "select at, tableoid::regclass from audit.event
		where op = 'read' and at < '2012-01-01' order by id")" \
		'2006-05-05 00:00:00+00|audit.event_2006_05
2009-12-31 23:59:59.999999+00|audit.event_2009_12
2010-01-01 00:00:00+00|audit.event_2010_01
2010-01-02 00:00:00+00|audit.event_2010_01'
	sql "insert into audit.event(id, at, op) select audit.new_id(at), at, 'read'
		from unnest('{2009-11-30 00:00+00, 2009-12-02 00:00+00}'::timestamptz[]) at" \
	    "select audit.make_partitions(12)" >/dev/null
	is "$(sql "select tableoid::regclass from audit.event
		where at between '2009-11-01' and '2009-12-03' order by id")" \
		'audit.event_2009_11
audit.event_2009_12'
	is "$(sql "select count(*) from audit.event where op = 'read'")" 7
}

@test "the rest is not settled at the cost of waiting writers" {
	other_database
	audit-rule init
	sql "create schema s" "create table s.item(id int primary key)"
	audited s.item
	month=$(this_month)
	sql "alter table audit.event detach partition $month" "drop table $month"
	begin_trail
	open_session
	say "begin" "insert into s.item values (1)"
	# it gives up, or leaves the rest for later, in a time that writers bear
	timeout 10 psql -qAtXc "select audit.make_partitions(12)" || true
	say "insert into s.item values (2)" "commit"
	close_session
	sql "insert into s.item values (3)" "select audit.make_partitions(12)" \
		>/dev/null
	is "$(events 'key, tableoid::regclass')" "{\"id\": 1}|$month
{\"id\": 2}|$month
{\"id\": 3}|$month"
}

@test "two who make partitions at once do not get in each other's way" {
	sql "select audit.make_partitions(17)" >"$BATS_TEST_TMPDIR/a" &
	sql "select audit.make_partitions(17)" >"$BATS_TEST_TMPDIR/b"
	wait $!
	is "$(($(cat "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b" | paste -sd +) > 0))" 1
	is "$(sql "select audit.make_partitions(17)")" 0
}
