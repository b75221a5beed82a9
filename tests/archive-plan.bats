#!/usr/bin/env bats
# archive-plan - audit-rule plan --archive: what an archive database would need

load rule
load archive

setup_file() {
	fresh_database
}

teardown_file() {
	drop_database
}

# plan ARGUMENT... - the only line
plan() {
	run -0 --separate-stderr audit-rule plan --archive "$@"
	is "$stderr" ''
	is "${#lines[@]}" 1
}

# says FILTER - of the line
says() {
	jq -c "$1" <<<"$output"
}

@test "without a trail it asks for a number, and needs no more" {
	run -1 --separate-stderr audit-rule plan --archive
	is "$output" ''
	[[ $stderr == *'say --events-a-day'* ]]
	plan --events-a-day 1000000
	is "$(says '[.events_per_day, .seals_per_day, .events_per_seal, .citus, .nodes]')" \
		'[1000000,24,41667,false,1]'
	is "$(says '[.measured_since, .shards_per_partition]')" '[null,null]'
	is "$(says '.bytes_per_month == 30 * .bytes_per_day')" true
}

@test "ten events a day and ten billion a day" {
	plan --events-a-day 10
	is "$(says '[.seals_per_day, .nodes, .disks_4tb_per_year, .ship_streams]')" '[1,1,1,1]'
	plan --events-a-day 10000000000
	is "$(says '[.seals_per_day, .citus, .ship_streams]')" '[1440,true,5]'
	[ "$(says .nodes)" -gt 100 ]
	# a power of two, and some for each node
	is "$(says '.shards_per_partition >= 4 * .nodes')" true
	is "$(says '.kept_bytes_per_year < .bytes_per_year')" true
	is "$(says '.notes | length')" 3
}

@test "more events need no less of anything" {
	local n last='[0,0,0,0,0]' now

	for n in 10 1000 100000 10000000 1000000000 100000000000; do
		plan --events-a-day "$n"
		now=$(says '[.bytes_per_year, .nodes, .disks_4tb_per_year, .ship_streams, .verify_processes]')
		is "$(jq -nc "[$last, $now] | transpose | all(.[0] <= .[1])")" true
		last=$now
	done
}

@test "a trail is measured by its seals" {
	audit-rule init
	sql 'create table item(id int primary key, name text)'
	audit-rule add item
	run -1 --separate-stderr audit-rule plan --archive
	[[ $stderr == *'nothing was sealed in the last 30 days'* ]]
	sql "insert into item select i, 'item ' || i from generate_series(1, 5000) i"
	await gives t 'select max(txid) < txid_snapshot_xmin(txid_current_snapshot())
		from audit.event'
	audit-seal >/dev/null
	plan
	# an hour is the least that is taken: 24 times what there is
	is "$(says '.events_per_day >= 24 * 5000')" true
	is "$(says '.events_per_day < 24 * 5010')" true
	is "$(says '[.seals_per_day, .days, .notes]')" \
		'[24,0.04,["measured for less than a week"]]'
	is "$(says '.leaf_bytes_per_event >= 48 and .leaf_bytes_per_event < 100')" true
	sql 'analyze audit.event'
	plan
	is "$(says .bytes_per_event)" "$(sql "select round(sum(pg_total_relation_size(c.oid)) / sum(c.reltuples))
		from pg_class c join audit.partition p on p.part = c.oid where c.reltuples >= 1000")"
}

@test "a table is for people" {
	run -0 --separate-stderr audit-rule plan --archive --events-a-day 10000000000 -f table
	[[ $output == *'events a day'*'10,000,000,000'* ]]
	[[ $output == *'nodes of Citus'* ]]
	run -0 --separate-stderr audit-rule plan --archive --events-a-day 10 -f table
	run ! grep Citus <<<"$output"
}

@test "an archive database is not what is measured" {
	archive_database archive_plan_archive
	run -3 --separate-stderr audit-rule plan --archive -d dbname=archive_plan_archive
	is "$output" ''
	[[ $stderr == *'archive database'* ]]
	plan --events-a-day 10 -d dbname=archive_plan_archive
	sql_in postgres 'drop database archive_plan_archive (force)'
}

@test "what makes no sense is misuse" {
	run -2 --separate-stderr audit-rule plan --archive item
	run -2 --separate-stderr audit-rule plan
	run -2 --separate-stderr audit-rule plan --events-a-day 10 item
	[[ $stderr == *'goes with --archive'* ]]
	run -2 --separate-stderr audit-rule plan --archive --events-a-day 0
	run -2 --separate-stderr audit-rule plan --archive --events-a-day many
}
