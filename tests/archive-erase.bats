#!/usr/bin/env bats
# an archive database: what was erased at the source goes there, too, when the
# archive's owner says so

load capture

setup() {
	fresh_database
	export ARCHIVE=dbname=${PGDATABASE}_a
	createdb "${PGDATABASE}_a"
	audit-rule init 2>/dev/null
	audit-rule init -d "$ARCHIVE" --archive
	sql "create table person(id int primary key, name text, mail text)"
	audit-rule add person --label name
	sql "insert into person values (1, 'ann', 'a@b.c'), (2, 'bob', 'b@b.c')" \
	    "update person set mail = 'new@b.c' where id = 1"
	audit-seal >/dev/null
	audit-seal ship --to "$ARCHIVE" >/dev/null
}

teardown() {
	psql -qd postgres -c "drop database ${PGDATABASE}_a (force)"
	drop_database
}

# there STATEMENT - in the archive, as its owner
there() {
	psql -XAtq -v ON_ERROR_STOP=1 -d "$ARCHIVE" -c "$1"
}

# erase - the first person's values, at the source
erase() {
	audit-purge erase -qy -t person -k 1 --why 'asked to' >"$BATS_TEST_TMPDIR/erase"
	audit-seal >/dev/null
}

# shellcheck disable=SC2016
values='select count(*) from audit.archived_event where new ->> $$mail$$ in ($$a@b.c$$, $$new@b.c$$)'

@test "erase names the archive that has the values, too" {
	erase
	run -0 jq -c 'select(.copy == "archive_database") | [.trail, .what]' \
		"$BATS_TEST_TMPDIR/erase"
	is "$output" "[\"$PGDATABASE\",null]"
}

@test "a ship leaves in the archive what was erased since" {
	erase
	audit-seal ship --to "$ARCHIVE" >/dev/null
	is "$(there "$values")" 2
}

@test "ship --erased erases it there, and the trail is as it was sealed" {
	erase
	run -0 --separate-stderr audit-seal ship --to "$ARCHIVE" --erased
	is "$(jq .erased <<<"$output")" 2
	is "$(there "$values")" 0
	run -0 audit-seal verify -q -d "$ARCHIVE" --trail "$PGDATABASE"
	is "$(jq 'select(has("verified")) | .erased' <<<"$output")" 2
}

@test "what the archive has of others is as it was" {
	there "create table was as select * from audit.archived_event
		where trail > 0 and new ->> 'id' is distinct from '1'
		and key ->> 'id' is distinct from '1'"
	erase
	audit-seal ship --to "$ARCHIVE" --erased >/dev/null
	is "$(there "select count(*) from (select * from was except
		select * from audit.archived_event) x")" 0
}

@test "it is an event of the archive" {
	erase
	audit-seal ship --to "$ARCHIVE" --erased >/dev/null
	is "$(there "select key ->> 'trail', new from audit.event
		where trail = 0 and op = 'erase'")" \
		"$PGDATABASE|{\"events\": 2}"
}

@test "a second time there is nothing to erase" {
	erase
	audit-seal ship --to "$ARCHIVE" --erased >/dev/null
	run -0 --separate-stderr audit-seal ship --to "$ARCHIVE" --erased
	is "$(jq .erased <<<"$output")" 0
	is "$(there "select count(*) from audit.event where op = 'erase'
		and trail = 0")" 1
}

@test "an event that was changed when it was erased replaces nothing" {
	erase
	script <<-'END'
		update pg_class set relhastriggers = false
		where relnamespace = 'audit'::regnamespace;
		update audit.event set role = 'mallory' where redacted is not null;
		update pg_class c set relhastriggers = true
		where relnamespace = 'audit'::regnamespace
		  and exists (select from pg_trigger where tgrelid = c.oid);
	END
	run -1 --separate-stderr audit-seal ship --to "$ARCHIVE" --erased
	[[ $stderr == *"has not only lost values"* ]]
	is "$(there "$values")" 2
}

@test "who ships may not erase" {
	sql "create role ${PGDATABASE}_s login"
	audit-rule grant "${PGDATABASE}_s" sealer >/dev/null
	audit-rule grant -d "$ARCHIVE" "${PGDATABASE}_s" shipper >/dev/null
	there "update audit.archived_trail set shipper = '${PGDATABASE}_s' where no = 1"
	erase
	as "${PGDATABASE}_s" audit-seal ship --to "$ARCHIVE" >/dev/null
	run -3 --separate-stderr as "${PGDATABASE}_s" audit-seal ship \
		--to "$ARCHIVE" --erased
	[[ $stderr == *"permission denied"* ]]
	is "$(there "$values")" 2
	there "drop owned by ${PGDATABASE}_s"
	sql "drop owned by ${PGDATABASE}_s" "drop role ${PGDATABASE}_s"
}
