#!/usr/bin/env bats
# trail - ids, records, the guard and who has a right to what

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

# Ids

@test "ids are UUIDv7: version, variant and the time to the microsecond" {
	sql "insert into item values (1)" "update item set name = ''"
	is "$(events "substr(id::text, 15, 1), substr(id::text, 20, 1) in
		('8', '9', 'a', 'b')")" '7|t
7|t'
	is "$(events "at = to_timestamp(0) + (
		('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint * 1000
		+ (('x' || substr(id::text, 16, 3))::bit(12)::int * 1000 + 4095) / 4096
		) * interval '1 microsecond'")" 't
t'
}

@test "ids sort in the order in which things happened" {
	sql "insert into item select i from generate_series(1, 5000) i"
	is "$(events "key ->> 'id'")" "$(seq 5000)"
	is "$(sql "select id from audit.event where id >= '$SINCE'" |
		sort -u | wc -l)" "$(sql "select count(*) from audit.event
		where id >= '$SINCE'")"
}

@test "first_id() is the smallest id of an instant, in index order" {
	sql "insert into item select i from generate_series(1, 2000) i"
	is "$(events "id >= audit.first_id(at)
		and id < audit.first_id(at + interval '1 microsecond')" | sort -u)" t
	is "$(sql "select audit.first_id('-infinity'), audit.first_id('infinity')")" \
		'00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff'
	sql "set timezone = 'Asia/Tokyo'; insert into item values (0)"
	is "$(events 'at > now() - interval '"'1 hour'" "key = '{\"id\": 0}'")" t
}

@test "salts are all different" {
	sql "insert into item select i from generate_series(1, 100) i"
	is "$(events salt | sort -u | wc -l)" 100
}

@test "a reader behind row security finds a record by the index" {
	make_role trail_reader
	sql "insert into item select i from generate_series(1, 3000) i" \
	    "grant usage on schema audit to trail_reader" \
	    "grant select on audit.event to trail_reader" \
	    "alter table audit.event enable row level security" \
	    "create policy own on audit.event to trail_reader
		using (\"table\" = current_setting('trail.tab'))" \
	    "analyze audit.event"
	record=$(events record "key = '{\"id\": 7}'")
	plan=$(sql "set trail.tab = 'item'; set role trail_reader;
		explain (costs off) select * from audit.event
		where record = $record")
	sql "drop policy own on audit.event" "drop owned by trail_reader" \
	    "alter table audit.event disable row level security"
	grep -q "Index Cond: (record = '$record'::bigint)" <<<"$plan"
}

# The guard

@test "nobody changes or removes an event, superuser and replica included" {
	sql "insert into item values (1)"
	part=$(events e.tableoid::regclass)
	for table in audit.event "$part" audit.event_rest; do
		for statement in "update $table set actor = 'eve'" \
		    "update $table set actor = 'eve' where false" \
		    "delete from $table" "delete from $table where false" \
		    "truncate $table" "truncate $table cascade" \
		    "with x as (delete from $table returning *) select from x" \
		    "insert into $table select * from $part limit 1
			on conflict (id) do update set actor = 'eve'"; do
			refused 42501 "$statement"
			refused 42501 "set session_replication_role = replica" \
				"$statement"
		done
	done
	is "$(events 'op, actor')" 'insert|'
}

@test "nor does MERGE" {
	from_version 150000
	sql "insert into item values (1)"
	part=$(events e.tableoid::regclass)
	for table in audit.event "$part"; do
		refused 42501 "merge into $table e using $table n on e.id = n.id
			when matched then delete"
		refused 42501 "merge into $table e using $table n on e.id = n.id
			when matched then update set actor = 'eve'"
	done
	is "$(events op)" insert
}

@test "a trail owner who is no superuser does not either" {
	make_role trail_owner login
	other_database
	sql "alter database $PGDATABASE owner to trail_owner"
	export PGUSER=trail_owner
	audit-rule init
	sql "create schema s" "create table s.item(id int primary key)"
	audited s.item
	sql "insert into s.item values (1)"
	part=$(sql "select tableoid::regclass from audit.event where op = 'insert'")
	for table in audit.event "$part"; do
		refused 42501 "update $table set actor = 'eve'"
		refused 42501 "delete from $table"
		refused 42501 "truncate $table"
	done
}

# Privileges

@test "nobody else has a right on the trail, whatever the defaults say" {
	make_role trail_curious login
	other_database
	sql "alter default privileges grant all on tables to trail_curious, public" \
	    "alter default privileges grant all on functions to trail_curious" \
	    "alter default privileges grant all on sequences to public" \
	    "alter default privileges grant all on schemas to public"
	audit-rule init
	is "$(foreign_rights)" ''
	sql "alter default privileges in schema audit
		grant all on tables to trail_curious, public" \
	    "create table item(id int primary key)" \
	    "select audit.make_partitions(40)" >/dev/null
	audit-rule add item
	sql "insert into item values (1)"
	is "$(foreign_rights)" ''
	sql "drop owned by trail_curious"
}
