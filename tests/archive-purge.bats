#!/usr/bin/env bats
# archive-purge - audit-purge run --shipped: what an archive database has may
# go, and nothing else

load purge
load archive

setup_file() {
	purge_template
}

teardown_file() {
	sql_in postgres 'drop database if exists archive_purge_archive (force)'
	drop_copy
	drop_database
}

setup() {
	copy
	archive_database archive_purge_archive
	archive="dbname=archive_purge_archive"
}

all='3 item 40, 3 other 40, 2 item 40, 2 other 40, 1 item 40, 1 other 40, 0 item 5'

ship() {
	audit-seal ship -q --to "$archive" --trail shop "$@" >/dev/null
}

# acts - what the events of the last run say
acts() {
	sql "select json_build_array(new ->> 'how', new -> 'events', new -> 'shipped')
		from audit.event where op = 'purge' order by id"
}

@test "without an archive database nothing goes, and it says so" {
	keeps '*' '1 day'
	run -1 --separate-stderr purge --shipped
	is "$output" ''
	is "$stderr" 'audit-purge: no archive database has anything of this trail: audit-seal ship copies it there'
	is "$(left)" "$all"
	run -0 --separate-stderr audit-purge run -n --shipped
	is "$(lines '[.events, .unshipped]' | sort -u)" '[0,120]'
	[[ $stderr == *'no archive database has anything'* ]]
}

@test "what was shipped goes, whole months at once, and the event says where it is" {
	local id

	keeps '*' '1 day'
	ship
	id=$(sql_in archive_purge_archive 'select id from audit.archive_database')
	run -0 --separate-stderr audit-purge run -n --shipped
	is "$(lines '[.events, .unshipped]' | sort -u)" '[120,0]'
	run -0 --separate-stderr purge --shipped
	is "$(left)" '0 item 5'
	is "$(lines 'select(.how == "month") | .events' | xargs)" '80 80 80'
	is "$(acts | jq -c 'select(.[0] == "month") | .[2] | [.name, .trail, .seal]' | sort -u)" \
		'["archive_purge_archive","shop",0]'
	is "$(acts | jq -r 'select(.[0] == "month") | .[2].archive' | sort -u)" "$id"
	seal
	run -0 audit-seal verify
}

@test "the archive keeps what was removed, and verifies" {
	keeps '*' '1 day'
	ship
	purge --shipped
	is "$(audit-log -d "$archive" | grep -c '"op":"update"')" 240
	run -0 audit-seal verify -d "$archive" --trail shop
	seal
	ship
	run -0 audit-seal verify -d "$archive" --trail shop
}

@test "what was sealed since then stays" {
	keeps '*' '1 day'
	ship
	sql "select events(ago(2) + interval '3 days', 'item', 7)"
	seal
	run -0 --separate-stderr audit-purge run -n --shipped
	is "$(lines 'select(.table == "item") | [.events, .unshipped]')" '[120,7]'
	run -1 --separate-stderr purge --shipped
	is "$stderr" 'audit-purge: 7 events that may go are not in an archive database yet: run audit-seal and audit-seal ship'
	is "$(left)" '2 item 7, 0 item 5'
	# the month with them went in batches, the others at once
	is "$(acts | jq -c '[.[0], .[1]]' | grep -v drop | xargs)" \
		'[month,80] [batch,80] [month,80]'
	ship
	run -0 --separate-stderr purge --shipped
	is "$(left)" '0 item 5'
	seal
	run -0 audit-seal verify
}

@test "what was erased stays until it has been erased in the archive, too" {
	local still='archive archive_purge_archive still has what was erased'

	keeps '*' '1 day'
	ship
	audit-purge erase -y -t item -k 1 --why 'asked to' >/dev/null
	seal
	ship
	run -1 --separate-stderr purge --shipped
	is "$stderr" "audit-purge: $still: audit-seal ship --erased, by its owner"
	is "$(left)" "$all"
	ship --erased
	# it has less than it had: what it had of this, too
	sql "select audit.put_shipped(h.archive, h.name, h.trail, s.no, s.hash)
		from audit.shipped h, audit.seal s where s.no = 0" >/dev/null
	run -1 --separate-stderr purge --shipped
	[[ $stderr == *"$still"* ]]
	ship --erased
	run -0 --separate-stderr purge --shipped
	is "$stderr" ''
	is "$(left)" '0 item 5'
	is "$(sql_in archive_purge_archive "select count(*) from audit.archived_event
		where \"table\" = 'item' and new ->> 'id' = '1' and redacted is null")" 0
}

@test "what was erased before the archive had anything keeps nothing" {
	keeps '*' '1 day'
	audit-purge erase -y -t item -k 1 --why 'asked to' >/dev/null
	seal
	ship
	run -0 --separate-stderr purge --shipped
	is "$stderr" ''
	is "$(left)" '0 item 5'
}

@test "what no seal covers stays" {
	keeps '*' '1 day'
	ship
	sql "select events(ago(3) + interval '3 days', 'other', 3)"
	await covered
	run -1 --separate-stderr purge --shipped
	[[ $stderr == *'3 events that may go are not in an archive database yet'* ]]
	is "$(left)" '3 other 3, 0 item 5'
}

@test "an archive that has another history of a seal does not count" {
	keeps '*' '1 day'
	ship
	sql "update audit.shipped set hash = sha256('another')"
	run -1 --separate-stderr purge --shipped
	[[ $stderr == *'no archive database has anything'* ]]
	is "$(left)" "$all"
}

@test "what an archive had before a restore is known by its leaves, not by transactions" {
	keeps '*' '1 day'
	ship
	# this server's seals: the shipped one is of another
	sql "select events(ago(1) + interval '3 days', 'item', 2)"
	seal
	script <<-'END'
		alter table audit.seal disable trigger user;
		update audit.seal set line = replace(line, '"system":"', '"system":"9')
		where no = 0;
		alter table audit.seal enable trigger user;
	END
	run -1 --separate-stderr purge --shipped
	is "$(left)" '1 item 2, 0 item 5'
	is "$(acts | jq -r '.[0]' | grep -v drop | sort -u)" batch
}

@test "what was approved for an archive goes only so" {
	local act

	keeps '*' '1 day'
	run -0 --separate-stderr audit-purge run --prepare --shipped
	act=$(lines .act)
	as postgres sql 'create role archive_purge_other superuser login'
	PGUSER=archive_purge_other audit-purge approve "$act" >/dev/null
	run -1 --separate-stderr purge --act "$act"
	[[ $stderr == *'no archive database has anything'* ]]
	ship
	# a client that leaves it out is refused
	run ! sql "select audit.purge_batch(gen_random_uuid(), 'audit.event_ago_1',
		(select act -> 'items' from audit.prepared), act => '$act')
		from pg_advisory_lock(audit.purge_key())"
	[[ $output == *'not what was approved'* ]]
	run -0 purge --act "$act"
	is "$(left)" '0 item 5'
}

@test "files are written as well, of what is in the archive database" {
	keeps '*' '1 day'
	ship
	mkdir "$BATS_TEST_TMPDIR/files"
	run -0 --separate-stderr purge --shipped --archive "$BATS_TEST_TMPDIR/files"
	is "$(left)" '0 item 5'
	is "$(find "$BATS_TEST_TMPDIR/files" -name '*.zst' | wc -l)" 3
	is "$(lines 'select(.how == "month") | .archive' | grep -c zst)" 3
	is "$(acts | jq -r 'select(.[0] == "month") | .[2].seal' | sort -u)" 0
}

@test "what does not go together is misuse" {
	run -2 --separate-stderr purge --shipped --unsealed
	[[ $stderr == *'what is not sealed is not shipped'* ]]
	run -2 --separate-stderr purge --shipped --act 1
	[[ $stderr == *'--act says it all'* ]]
	run -0 --separate-stderr audit-purge run -n -f table --shipped --before '1 day' -t item
	[[ ${lines[0]} == *UNSHIPPED* ]]
}
