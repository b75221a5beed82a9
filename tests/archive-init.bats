#!/usr/bin/env bats
# an archive database: what init --archive makes, and who may do what in it

load helper

setup_file() {
	fresh_database
	audit-rule init --archive
	sql "create role ${PGDATABASE}_one login" \
	    "create role ${PGDATABASE}_two login" \
	    "create role ${PGDATABASE}_eye login"
	audit-rule grant "${PGDATABASE}_one" shipper >/dev/null
	audit-rule grant "${PGDATABASE}_two" shipper >/dev/null
	audit-rule grant "${PGDATABASE}_eye" auditor >/dev/null
}

teardown_file() {
	local role

	for role in one two eye; do
		sql "drop owned by ${PGDATABASE}_$role" \
		    "drop role ${PGDATABASE}_$role"
	done
	drop_database
}

# one STATEMENT..., two STATEMENT... - as a shipper
one() {
	as "${PGDATABASE}_one" sql "$@"
}
two() {
	as "${PGDATABASE}_two" sql "$@"
}

# id N - an id of a trail that nobody has
id() {
	printf '0000000%d-0000-4000-8000-000000000000' "$1"
}

@test "init --archive says so when it is there, and changes nothing" {
	before=$(sql "select id from audit.trail")
	run -0 --separate-stderr audit-rule init --archive -v
	[[ $stderr == *"is in place already"* ]]
	run -0 audit-rule init
	is "$(sql "select id from audit.trail")" "$before"
	is "$(sql "select count(*) from audit.event where op = 'init'")" 1
}

@test "a database with a trail does not become an archive" {
	createdb "${PGDATABASE}_t"
	audit-rule init -d "dbname=${PGDATABASE}_t" 2>/dev/null
	run -3 --separate-stderr audit-rule init -d "dbname=${PGDATABASE}_t" --archive
	[[ $stderr == *"has a trail of its own"* ]]
	dropdb "${PGDATABASE}_t"
}

@test "what has to do with capture is refused with --archive" {
	for option in --event-trigger --capture=portable --seal-key=/dev/null; do
		run -2 --separate-stderr audit-rule init --archive "$option"
		is "$output" ""
		[[ $stderr == *"captures and seals nothing"* ]]
	done
}

@test "what an archive is not for says what it is for" {
	for command in 'audit-rule list' 'audit-rule check' 'audit-seal make' \
		'audit-purge run -y'; do
		# shellcheck disable=SC2086
		run -3 --separate-stderr $command
		is "$output" ""
		[[ $stderr == *"this is an archive database"*"audit-archive(7)"* ]]
	done
}

@test "nothing in it captures" {
	sql "create table t(id int)" \
	    "create trigger x after insert on t for each row execute function audit.capture()"
	run -1 sql "insert into t values (1)"
	[[ $output == *"an archive database captures nothing"* ]]
	sql "drop table t"
}

@test "the kinds are those that make sense there" {
	run -2 --separate-stderr audit-rule grant "${PGDATABASE}_eye" sealer
	[[ $stderr == *"The kinds are auditor, shipper, admin."* ]]
}

@test "nobody changes or removes what is there, a superuser included" {
	one "select audit.take_trail('$(id 1)', 'one', null)"
	for statement in 'delete from audit.archived_event' \
		"update audit.archived_event set op = 'x'" \
		'truncate audit.archived_leaf' 'delete from audit.archived_seal' \
		'delete from audit.event'; do
		run -1 sql "$statement"
		[[ $output == *"is refused: what is in the trail is never changed"* ]]
	done
}

@test "a shipper sees no event, and writes none by hand" {
	for statement in 'select * from audit.event' \
		'select * from audit.archived_event' 'select * from audit.seal' \
		'select * from audit.archived_trail' \
		"insert into audit.archived_event(id, at, op) values (gen_random_uuid(), now(), 'x')" \
		"insert into audit.archived_leaf values (1, 0, '2026-11', 0)" \
		"update audit.archived_trail set name = 'x'"; do
		run -1 one "$statement"
		[[ $output == *"permission denied"* ]]
	done
}

@test "an auditor sees what is there, and may change nothing" {
	run -0 as "${PGDATABASE}_eye" sql "select count(*) > 0 from audit.event"
	is "$output" t
	for statement in "select audit.take_trail('$(id 9)', 'nine', null)" \
		"update audit.archived_trail set name = 'x'" \
		'select secret from audit.archive_database'; do
		run -1 as "${PGDATABASE}_eye" sql "$statement"
		[[ $output == *"permission denied"* ]]
	done
}

@test "a trail belongs to who shipped it first" {
	no=$(one "select audit.take_trail('$(id 2)', 'two''s', null)")
	for call in "take_trail('$(id 2)', null, null)" "take_begin($no)" \
		"take_part($no, '{}', '{}', '{}', '{}')" "taken($no)" \
		"take_relations($no, '{}')" "taken_leaves($no, 0)" \
		"take_seal($no, 0, now(), 0, '', '', '{}', null)" \
		"take_stamp($no, 0, now(), '')"; do
		run -1 two "select audit.$call"
		[[ $output == *"is shipped by another role"* ]]
	done
}

@test "a name is one trail's" {
	one "select audit.take_trail('$(id 3)', 'three', null)"
	run -1 one "select audit.take_trail('$(id 4)', 'three', null)"
	[[ $output == *"has another trail of the name three"* ]]
	run -1 one "select audit.take_trail('$(id 3)', 'drei', null)"
	[[ $output == *"has this trail under the name three"* ]]
	run -1 one "select audit.take_trail('$(id 4)', 'archive', null)"
	[[ $output == *"has another trail of the name archive"* ]]
	for name in '' 'a*' $'a\nb'; do
		run -1 one "select audit.take_trail('$(id 4)', E'${name//$'\n'/\\n}', null)"
		[[ $output == *"bad name for a trail"* ]]
	done
}

@test "a fork is another trail of the same id, and the one that goes on" {
	first=$(one "select audit.take_trail('$(id 5)', 'five', null)")
	fork=$(one "select audit.take_trail('$(id 5)', 'five again', null, true)")
	[ "$fork" -gt "$first" ]
	is "$(one "select audit.take_trail('$(id 5)', null, null)")" "$fork"
	is "$(one "select audit.take_trail('$(id 5)', 'five', null)")" "$first"
}

@test "what a shipper puts in the place of pg_temp.incoming is not read" {
	no=$(one "select audit.take_trail('$(id 6)', 'six', null)")
	for made in 'create temp table incoming(id uuid)' \
		'create temp view incoming as select 1 as id'; do
		run -1 one "$made" "select audit.take_begin($no)"
		[[ $output == *"is not what audit.take_begin() makes"* ]]
		run -1 one "$made" "select audit.take_part($no, '{}', '{}', '{}', '{}')"
		[[ $output == *"is not what audit.take_begin() makes"* ]]
	done
	run -1 one "select audit.take_begin($no)" \
	    "create trigger x before insert on pg_temp.incoming for each row
		execute function audit.capture()"
	[[ $output == *"permission denied for table incoming"* ]]
}

@test "a seal whose events are not all there is not taken" {
	no=$(one "select audit.take_trail('$(id 7)', 'seven', null)")
	run -1 one "select audit.take_seal($no, 0, now(), 0, '', '',
		'{\"seal\":0,\"trail\":\"$(id 7)\",\"events\":1}', null)"
	[[ $output == *"covers 1 events, and 0 are here"* ]]
	run -1 one "select audit.take_seal($no, 1, now(), 0, '', '',
		'{\"seal\":1,\"trail\":\"$(id 7)\",\"events\":0}', null)"
	[[ $output == *"is not the next one"* ]]
	run -1 one "select audit.take_seal($no, 0, now(), 0, '', '',
		'{\"seal\":0,\"trail\":\"$(id 8)\",\"events\":0}', null)"
	[[ $output == *"is none of trail seven"* ]]
}

@test "of months only those of leaves are made" {
	no=$(one "select audit.take_trail('0e000000-0000-4000-8000-00000000000e', 'months', null)")
	leaf=$(printf '%s' 019d0000000070008000000000000001 "$(printf '00%.0s' {1..32})")
	before=$(sql "select count(*) from audit.partition")
	for row in "'2026-12-15 00:00:00'" "'2026-12'" "'1999-01'" "'9999-01'" null; do
		run -1 one "select audit.take_begin($no)" \
		    "select audit.take_part($no, '{0}', array[$row], '{0}', '{\"\\\\x$leaf\"}')"
		[[ $output == *"leaves of the month "*" are none"* ]]
	done
	for bytes in '' "${leaf}00" 'fffff00000007000'"${leaf:16}"; do
		run -1 one "select audit.take_begin($no)" \
		    "select audit.take_part($no, '{0}', '{2026-03}', '{0}', '{\"\\\\x$bytes\"}')"
		[[ $output == *"leaves of the month 2026-03 are none"* ]]
	done
	is "$(sql "select count(*) from audit.partition")" "$before"
	run -0 one "select audit.take_begin($no)" \
	    "select audit.take_part($no, '{0}', '{2026-03}', '{0}', '{\"\\\\x$leaf\"}')"
	is "$(sql "select count(*) from audit.partition")" $((before + 1))
}

@test "to a seal that is here a shipper adds nothing" {
	no=$(one "select audit.take_trail('$(id 8)', 'eight', null)")
	leaf=$(printf '%s' 019d0000000070008000000000000001 "$(printf '00%.0s' {1..32})")
	event="insert into pg_temp.incoming(id, at, txid, op, role, salt)
		values ('019d0000-0000-7000-8000-000000000001', now(), 1, 'insert', 'x',
			gen_random_uuid())"
	run -1 one "select audit.take_begin($no)" begin "$event" \
	    "select audit.take_part($no, '{}', '{}', '{}', '{}')" commit
	[[ $output == *"an event comes without its leaf"* ]]
	one "select audit.take_begin($no)" begin "$event" \
	    "select audit.take_part($no, '{0}', '{2026-03}', '{0}', '{\"\\\\x$leaf\"}')" \
	    "select audit.take_seal($no, 0, now(), 0, '', '',
		'{\"seal\":0,\"trail\":\"$(id 8)\",\"events\":1}', null)" commit
	run -1 one "select audit.take_begin($no)" \
	    "select audit.take_part($no, '{0}', '{2026-03}', '{1}', '{\"\\\\x$leaf\"}')"
	[[ $output == *"the archive has seal 0 already"* ]]
	run -1 one 'begin isolation level repeatable read' "select audit.take_begin($no)"
	[[ $output == *"read committed"* ]]
	is "$(sql "select count(*) from audit.archived_event where trail = $no")" 1
}

@test "nobody forks what another one ships" {
	no=$(one "select audit.take_trail('0f000000-0000-4000-8000-00000000000f', 'mine', null)")
	run -1 two "select audit.take_trail('0f000000-0000-4000-8000-00000000000f',
		'not mine', null, true)"
	[[ $output == *"trail mine is shipped by another role"* ]]
	is "$(one "select audit.take_trail('0f000000-0000-4000-8000-00000000000f', null, null)")" "$no"
}

@test "an admin sees no event" {
	sql "create role ${PGDATABASE}_adm login"
	audit-rule grant "${PGDATABASE}_adm" admin >/dev/null
	for table in event archived_event; do
		run -1 as "${PGDATABASE}_adm" sql "select count(*) from audit.$table"
		[[ $output == *"permission denied"* ]]
	done
	sql "drop owned by ${PGDATABASE}_adm" "drop role ${PGDATABASE}_adm"
}

@test "trails are chosen by name, pattern and the beginning of an id" {
	one "select audit.take_trail('abcd0000-0000-4000-8000-00000000000a', 'shop eu', null)" \
	    "select audit.take_trail('abcd0000-0000-4000-8000-00000000000b', 'shop_us', null)" \
	    "select audit.take_trail('dcba0000-0000-4000-8000-00000000000c', 'shopXus', null)" >/dev/null
	is "$(sql "select name from audit.choose_trails('{shop_us}')")" shop_us
	is "$(sql "select name from audit.choose_trails('{shop_*}')")" shop_us
	is "$(sql "select string_agg(name, ',') from audit.choose_trails('{ABCD}')")" 'shop eu,shop_us'
	is "$(sql "select string_agg(name, ',') from audit.choose_trails('{shop*,shop_us}')")" \
		'shop eu,shop_us,shopXus'
	is "$(sql "select count(*) > 3 from audit.choose_trails(null)")" t
}

@test "a trail that is not there is an error that says which there are" {
	for word in nix 'abc' '*q' "'; drop table audit.rule; --" 'sho%'; do
		run -1 sql "select audit.choose_trails(array[\$\$$word\$\$])"
		[[ $output == *"no such trail: $word"*"The archive has "* ]]
	done
}

@test "uninstall takes an archive away as a whole" {
	createdb "${PGDATABASE}_u"
	audit-rule init -d "dbname=${PGDATABASE}_u" --archive
	audit-rule grant -d "dbname=${PGDATABASE}_u" "${PGDATABASE}_one" shipper >/dev/null
	run -0 audit-rule uninstall -d "dbname=${PGDATABASE}_u" --drop-trail -y
	is "$output" ""
	is "$(psql -XAtd "${PGDATABASE}_u" -c "select count(*) from pg_namespace where nspname = 'audit'")" 0
	is "$(sql "select count(*) from pg_roles where rolname like 'audit%${PGDATABASE}_u'")" 0
	dropdb "${PGDATABASE}_u"
}
