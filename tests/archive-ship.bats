#!/usr/bin/env bats
# audit-seal ship: what was sealed is in the archive, once; what was not, or is
# no more, is found

# shellcheck disable=SC2030,SC2031

load ship

setup_file() {
	ship_template
}

teardown_file() {
	drop_ship_template
}

setup() {
	ends
}

@test "the archive has the events, leaves, seals, states that the source has" {
	run -0 --separate-stderr ship
	is "$stderr" ""
	is "$(jq -c '[.trail, .seals, .events, .absent]' <<<"$output")" \
		"[\"$PGDATABASE\",[0,7],$(sql "select sum((line::json ->> 'events')::int)
			from audit.seal"),0]"
	is "$(jq -r .archive <<<"$output")" "$(there 'select id from audit.trail')"
	same
	is "$(sql 'select name, trail, seal from audit.shipped')" \
		"${TEMPLATE}_there|$PGDATABASE|7"
	run -0 audit-seal verify -q -d "$ARCHIVE" --trail "$PGDATABASE" \
		--pubkey "$DIR/pub" --anchor "$DIR/anchors"
}

@test "what is sealed later goes with the next run, and a run has nothing to do" {
	ship
	run -0 ship
	is "$(jq -c '[.seals, .events]' <<<"$output")" '[null,0]'
	sql "insert into item values (900, 'late', 1)"
	reseal
	run -0 ship
	is "$(jq -c '[.seals, .events]' <<<"$output")" '[[8,8],1]'
	same
	is "$(sql 'select seal from audit.shipped')" 8
}

@test "-n says what would go, and nothing goes" {
	run -0 ship -n
	is "$(jq -c '[.seals, .dry_run]' <<<"$output")" '[[0,7],true]'
	is "$(there 'select count(*) from audit.archived_trail')" 1
	is "$(sql 'select count(*) from audit.shipped')" 0
	ship
	run -0 ship -n
	is "$(jq -c '[.seals, .events]' <<<"$output")" '[null,0]'
}

@test "several streams bring the same as one" {
	run -0 --separate-stderr ship --streams 3
	is "$stderr" ""
	is "$(jq -c .seals <<<"$output")" '[0,7]'
	same
}

@test "a trail has the name that it was given, and keeps it" {
	ship --trail 'My "first" trail'
	run -0 ship
	is "$(jq -r .trail <<<"$output")" 'My "first" trail'
	run -2 --separate-stderr ship --trail other
	[[ $stderr == *"under the name My"* ]]
	is "$output" ""
}

@test "a trail without seals is shipped when it has some" {
	sql_in postgres "drop database if exists ${TEMPLATE}_copy (force)" \
		"create database ${TEMPLATE}_copy template template0"
	audit-rule init
	run -0 ship
	is "$(jq -c '[.seals, .events]' <<<"$output")" '[null,0]'
	audit-seal >/dev/null
	audit-seal >/dev/null
	run -0 ship
	is "$(jq -c .seals <<<"$output")" '[0,1]'
	same
}

@test "time stamps go with their seals, and after them" {
	sql "select audit.put_stamp(2, '\\x01')" >/dev/null
	ship
	same
	sql "select audit.put_stamp(1, '\\x02')" \
	    "select audit.put_stamp(7, '\\x03')" >/dev/null
	ship
	same
	is "$(there 'select count(*) from audit.archived_seal_stamp')" 3
}

@test "the key that is trusted has to have signed a seal" {
	audit-seal keygen "$BATS_TEST_TMPDIR/other"
	run -1 --separate-stderr ship --pubkey "$BATS_TEST_TMPDIR/other/seal.pub"
	[[ $stderr == *"key"* ]]
	is "$(archived)" "|0"
	ship --pubkey "$DIR/pub"
	sql "insert into item values (900, 'late', 1)"
	reseal
	run -1 ship --pubkey "$BATS_TEST_TMPDIR/other/seal.pub"
	ship --pubkey "$DIR/pub"
	same
}

@test "a seal that was kept elsewhere has to be there" {
	sed 's/"events":[0-9]*/"events":1/' "$DIR/anchors" | tail -n 1 \
		>"$BATS_TEST_TMPDIR/other"
	run -1 --separate-stderr ship --anchor "$BATS_TEST_TMPDIR/other"
	[[ $stderr == *"kept elsewhere"* ]]
	is "$(archived)" "|0"
	reseal
	audit-seal list -l 1 >"$BATS_TEST_TMPDIR/newest"
	copy
	run -1 ship --anchor "$BATS_TEST_TMPDIR/newest"
	ship --anchor "$DIR/anchors"
}

# refused TEXT... - nothing goes beyond these seals, and stderr says why
refused() {
	run -1 --separate-stderr ship
	is "$output" ""
	for text; do
		[[ $stderr == *"$text"* ]] || { echo "$stderr"; return 1; }
	done
}

@test "a seal that was altered stops it before an event goes" {
	put "update audit.seal set line = replace(line, '\"timeline\":', '\"timeline\":9')
		where no = 6"
	refused "seal 6" "audit-seal verify"
	is "$(archived)" "|0"
}

@test "leaves that were altered stop it before their events go" {
	put "update audit.leaf set leaves = overlay(leaves placing '\\xff' from 20)
		where seal = 1"
	refused "the leaves of seal 1"
	is "$(archived)" "|0"
	copy
	put "delete from audit.leaf where seal = 7"
	refused "the leaves of seal 7"
	copy
	put "insert into audit.leaf select 3, month, n, first, last, leaves
		from audit.leaf where seal = 7"
	refused "the leaves of seal 3"
}

@test "an event that was altered is named, and does not go" {
	put "update audit.event set new = '{\"price\": 1}' where id = ev('priced')"
	refused "$(sql "select ev('priced')") of seal 2" "not what was sealed"
	is "$(there "select count(*) from audit.archived_event
		where id = '$(sql "select ev('priced')")'")" 0
}

@test "an event that was removed by nobody who may is named" {
	put "delete from audit.event where id = ev('gone')"
	refused "$(sql "select ev('gone')") of seal 4" "is not there"
	run -1 ship --streams 2
	is "$(archived)" "|0"
}

@test "an event that no seal covers does not go" {
	put "insert into audit.event(id, at, op) select audit.new_id(at), at, 'insert'
		from audit.event where id = ev('gone')"
	sql "insert into item values (901, 'unsealed', 1)"
	ship
	same
}

@test "what was purged is absent, and the trail is proven there" {
	audit-purge run -qy --before "$(sql "select
		date_trunc('month', now() at time zone 'UTC')") UTC" \
		-t item >/dev/null
	audit-purge run -qy --before '1 us' -t log >/dev/null
	reseal
	run -0 ship
	is "$(jq '.absent > 3' <<<"$output")" true
	same
	run -0 audit-seal verify -q -d "$ARCHIVE" --trail "$PGDATABASE"
}

@test "an event that lost values goes without them" {
	audit-purge erase -qy -t item -k 1 --fields name,price --why asked >/dev/null
	reseal
	ship
	same
	run -0 audit-seal verify -q -d "$ARCHIVE" --trail "$PGDATABASE"
}

@test "events far from each other in one seal go" {
	ship
	sql "insert into item select i, 'x', 1 from generate_series(2000, 2300) i"
	reseal
	ship
	put "insert into audit.event(id, at, op, \"schema\", \"table\")
		select audit.new_id(t), t, 'insert', 'public', 'item'
		from (values (now() - interval '20 days'), (now())) x(t)"
	reseal
	run -0 ship
	is "$(jq -c '[.seals, .events]' <<<"$output")" '[[9,9],2]'
	same
}

@test "a source whose history is another one is found" {
	ship
	put "update audit.seal set line = replace(line, '\"timeline\":', '\"timeline\":9')
		where no = 7"
	refused "seal 7" "audit-seal verify"
}

@test "a source that was restored from an old backup is found, and goes on as a fork" {
	sql "insert into item values (900, 'lost', 1)"
	reseal
	ship
	copy
	refused "exist only in the archive" "--fork --trail"
	sql "insert into item values (900, 'found', 1)"
	reseal
	refused "seal 8" "--fork --trail"
	run -2 ship --fork
	run -2 ship --fork --trail "$PGDATABASE"
	run -0 ship --fork --trail again
	is "$(jq -c '[.trail, .seals]' <<<"$output")" '["again",[0,8]]'
	same 2
	is "$(archived)" "8|$(archived 2 | cut -d'|' -f2)"
	reseal
	run -0 ship --trail again
	is "$(jq -c .seals <<<"$output")" '[9,9]'
	same 2
	run -0 ship
	is "$(jq -c '[.trail, .seals]' <<<"$output")" '["again",null]'
}

@test "an archive that was restored from an old backup gets it again" {
	ship --trail one
	copy_database "${TEMPLATE}_there" "${TEMPLATE}_old"
	sql "insert into item values (900, 'x', 1)"
	reseal
	ship
	copy_database "${TEMPLATE}_old" "${TEMPLATE}_there"
	run -0 --separate-stderr ship
	[[ $stderr == *"had the seals up to 8, and has them up to 7"* ]]
	is "$(jq -c .seals <<<"$output")" '[8,8]'
	same
	run -0 --separate-stderr ship
	is "$stderr" ""
	# and one that does not know the trail at all
	copy_database "${TEMPLATE}_arc" "${TEMPLATE}_there"
	run -0 --separate-stderr ship --trail one
	[[ $stderr == *"had the seals up to 8"* ]]
	is "$(jq -c .seals <<<"$output")" '[0,8]'
	same
	sql_in postgres "drop database ${TEMPLATE}_old (force)"
}

@test "what the archive lost and the source has purged since is named" {
	ship --trail one
	audit-purge run -qy --before '1 us' -t log >/dev/null
	reseal
	copy_database "${TEMPLATE}_arc" "${TEMPLATE}_there"
	run -1 --separate-stderr ship --trail one
	[[ $stderr == *"events of the seals 4 to 7 are lost"* ]]
	is "$(jq -c .seals <<<"$output")" '[0,8]'
	same
	run -0 ship
}

@test "two at once bring everything once" {
	local i pids=()

	for i in 1 2 3; do
		ship >"$BATS_TEST_TMPDIR/$i" &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i"
	done
	is "$(cat "$BATS_TEST_TMPDIR"/[123] | jq -c 'select(.seals).seals')" '[0,7]'
	same
}

@test "who has been at work for long is named" {
	ship
	open_session
	say "\\c ${TEMPLATE}_there" "select pg_advisory_lock(
		'audit.archived_trail'::regclass::oid::int, 1)"
	run -3 --separate-stderr ship
	[[ $stderr == *"another audit-seal ship is at work"*"pid"* ]]
	close_session
}

# roles - one who ships, and another
roles() {
	sql "do \$\$ begin create role ship_one login; exception when duplicate_object
		then null; end \$\$" \
	    "do \$\$ begin create role ship_two login; exception when duplicate_object
		then null; end \$\$"
}

@test "a role needs grants at both ends, and is told which" {
	roles
	PGUSER=ship_one run -3 --separate-stderr ship
	[[ $stderr == *"audit-rule grant ROLE sealer"* ]]
	audit-rule grant ship_one sealer
	PGUSER=ship_one run -3 --separate-stderr ship
	[[ $stderr == *"audit-rule grant ROLE shipper"* ]]
	audit-rule grant -d "$ARCHIVE" ship_one shipper
	PGUSER=ship_one ship
	same
	PGUSER=ship_one ship --streams 2
}

@test "who ships changes nothing there, nor another's trail" {
	roles
	audit-rule grant ship_one sealer
	audit-rule grant ship_two sealer
	audit-rule grant -d "$ARCHIVE" ship_one shipper
	audit-rule grant -d "$ARCHIVE" ship_two shipper
	PGUSER=ship_one ship
	export PGUSER=ship_two
	run -3 --separate-stderr ship
	[[ $stderr == *"shipped by another role"* ]]
	run ! there "select audit.take_begin(1)"
	run ! there "select audit.take_part(1, '{}', '{}', '{}', '{}')"
	run ! there "select * from audit.taken(1)"
	export PGUSER=ship_one
	run ! there "update audit.archived_event set new = null"
	run ! there "delete from audit.archived_event"
	run ! there "truncate audit.archived_seal"
	run ! there "select count(*) from audit.archived_event"
	run ! there "insert into audit.archived_seal select * from audit.archived_seal"
	run ! there "select audit.take_seal(1, 7, now(), 1, '', '', '{}', null)"
	run ! there "select audit.take_part(1, '{7}', '{2026-01}', '{0}',
		array[decode(repeat('00', 48), 'hex')])" "commit"
	unset PGUSER
	export PGUSER=postgres
	same
}

@test "what is no archive, or no trail, is refused" {
	run -3 --separate-stderr audit-seal ship --to "dbname=$PGDATABASE"
	[[ $stderr == *"no archive"* ]]
	run -3 --separate-stderr audit-seal ship -d "$ARCHIVE" --to "$ARCHIVE"
	[[ $stderr == *"archive"* ]]
	run -3 --separate-stderr audit-seal ship --to "dbname=postgres"
	run -3 --separate-stderr audit-seal ship --to "dbname=none password=secret"
	[[ $stderr != *secret* ]]
}

@test "an end that is read only is named" {
	sql_in postgres "alter database $PGDATABASE set default_transaction_read_only = on"
	run -3 --separate-stderr ship
	[[ $stderr == *"the source takes nothing"* ]]
	sql_in postgres "alter database $PGDATABASE reset all" \
	    "alter database ${TEMPLATE}_there set default_transaction_read_only = on"
	run -3 --separate-stderr ship
	[[ $stderr == *"the archive takes nothing"* ]]
}

@test "misuse is exit 2" {
	run -2 --separate-stderr audit-seal ship
	is "$output" ""
	run -2 ship --fork
	run -2 ship --interval '1 s'
	run -2 ship --follow --interval x
	run -2 ship --follow -n
	run -2 ship --streams 0
}

# shipped N - what follows has brought so many seals
shipped() {
	is "$(sql 'select seal from audit.shipped')" "$1"
}

# says_seals JSON - what it has printed so far says these
says_seals() {
	is "$(jq -sc 'map(.seals)' "$BATS_TEST_TMPDIR/out")" "$1"
}

@test "--follow goes on with what is sealed, and ends with its reader" {
	audit-seal ship --to "$ARCHIVE" --follow --interval '10 ms' >"$BATS_TEST_TMPDIR/out" &
	local pid=$!

	await shipped 7
	sql "insert into item values (900, 'x', 1)"
	reseal
	await shipped 8
	# what is printed comes after what the source was told
	await says_seals '[[0,7],[8,8]]'
	kill "$pid"
	wait "$pid" || :	# it may not go on in the next test
	same
}

@test "--follow waits for a server that was lost" {
	audit-seal ship --to "$ARCHIVE" --follow --interval '10 ms' >"$BATS_TEST_TMPDIR/out" \
		2>"$BATS_TEST_TMPDIR/err" &
	local pid=$!

	await shipped 7
	sql_in postgres "alter database ${TEMPLATE}_there allow_connections off" \
	    "select pg_terminate_backend(pid) from pg_stat_activity
		where datname = '${TEMPLATE}_there'" >/dev/null
	sql "insert into item values (900, 'x', 1)"
	reseal
	await grep -q . "$BATS_TEST_TMPDIR/err"
	sql_in postgres "alter database ${TEMPLATE}_there allow_connections on"
	await shipped 8
	kill "$pid"
	wait "$pid" || :	# it may not go on in the next test
	same
}

@test "status says at the source which archives have what, there which trails" {
	is "$(audit-seal status | jq -c .shipped)" '[]'
	ship --trail here
	reseal
	is "$(audit-seal status | jq -c '.shipped[0] | [.name, .trail, .seal, .behind_seals]')" \
		"[\"${TEMPLATE}_there\",\"here\",7,1]"
	is "$(audit-seal status | jq -r '.shipped[0].archive')" \
		"$(there 'select id from audit.trail')"
	run -0 --separate-stderr audit-seal status -d "$ARCHIVE"
	is "$(jq -c '[.trail, .seal, .events, .shipper]' <<<"$output")" \
		"[\"here\",7,$(there 'select count(*) from audit.archived_event
			where trail = 1'),\"postgres\"]"
	is "$(jq -r .id <<<"$output")" "$(sql 'select id from audit.trail')"
	is "$(jq -r .at <<<"$output")" "$(tail -n 1 "$DIR/anchors" | jq -r .at)"
	run -1 audit-seal status -d "$ARCHIVE" --max-lag '1 us'
	run -0 audit-seal status -d "$ARCHIVE" --max-lag '1 hour' --trail here
	run -2 audit-seal status -d "$ARCHIVE" --trail none
	ship --fork --trail there
	is "$(audit-seal status -d "$ARCHIVE" | jq -c '[.trail, .seal]' | paste -sd' ')" \
		'["here",7] ["there",8]'
	audit-seal status -d "$ARCHIVE" -f table | grep -q 'trail *there'
	audit-seal status -d "$ARCHIVE" --anchor "$DIR/anchors" --trail there
	run -2 audit-seal status -d "$ARCHIVE" --anchor "$DIR/anchors"
}
