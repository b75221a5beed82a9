# capture.bash - what the tests of capture share: "load capture" makes these
# functions known, and those of helper.bash

load helper

# trail_database - a database for this test file alone, with a trail in it
trail_database() {
	fresh_database
	install_trail
}

# other_database [OPTION]... - one more, for this test; drop_other_database -
# if there is one
other_database() {
	PGDATABASE=${PGDATABASE%_two}_two
	drop_other_database
	sql_in postgres "create database $PGDATABASE template template0 $*"
	PGOPTIONS='-c client_min_messages=warning'
}

drop_other_database() {
	sql_in postgres "drop database if exists ${PGDATABASE%_two}_two (force)"
}

# sql_in DATABASE STATEMENT...
sql_in() {
	PGDATABASE=$1 sql "${@:2}"
}

# audited TABLE... [OPTION]... - a rule for them, its name new if none is given
audited() {
	audit-rule add --name "r$BATS_TEST_NUMBER.$((++RULES))" "$@"
}

# fresh_schema - an empty schema s, where names are looked up first, and a
# trail that begins now: "events" prints nothing that was before
fresh_schema() {
	export PGOPTIONS='-c client_min_messages=warning -c search_path=s'
	SINCE=$(sql 'drop schema if exists s cascade' 'create schema s' "$now")
}

now='select audit.first_id(clock_timestamp())'

begin_trail() {
	SINCE=$(sql "$now")
}

# events [COLUMNS [CONDITION [TABLE]]] - what was captured since then, in the
# trail's order, beside the rows of a table; nothing that audit-rule did
events() {
	sql "select ${1-op, key, old, new} from audit.event e${3:+, $3}
		where e.id >= '$SINCE' and (${2-true}) and op in
		    ('insert', 'update', 'delete', 'truncate', 'gap')
		order by e.id"
}

# script <FILE - run SQL in one session and stop at the first error
script() {
	psql -qAtX -v ON_ERROR_STOP=1 -f -
}

# open_session - a second session beside the others; say STATEMENT... - run
# them in it and wait for their end; close_session
open_session() {
	coproc SESSION { exec psql -qAtX; }
	session=$SESSION_PID
	exec {said}<&"${SESSION[0]}" {saying}>&"${SESSION[1]}"
	eval "exec ${SESSION[0]}<&- ${SESSION[1]}>&-"
}

say() {
	local line

	printf '%s;\n' "$@" >&"$saying"
	echo '\! echo said' >&"$saying" # a shell's echo is not held back
	while read -r line <&"$said" && [ "$line" != said ]; do
		echo "$line"
	done
}

close_session() {
	exec {saying}>&- {said}<&-
	wait "$session"
}

# refused STATE STATEMENT... - the last statement fails with this SQLSTATE
refused() {
	local state=$1

	shift
	run -3 psql -qAtX -v ON_ERROR_STOP=1 -v VERBOSITY=sqlstate -f - \
		<<<"$(printf '%s;\n' "$@")"
	is "$(sed -n 's/.*ERROR:  //p' <<<"$output")" "$state"
}

# make_role NAME [OPTIONS] - a role that owns nothing and is in nothing yet
make_role() {
	sql "drop owned by $1 cascade" 2>/dev/null || true
	sql "drop role if exists $1" "create role $*"
}

# from_version NUMBER - skip on a server that is older
from_version() {
	[ "$(sql "select current_setting('server_version_num')::int >= $1")" = t ] ||
		skip "PostgreSQL is too old"
}

# watched TABLE... - what happens from here on, PostgreSQL notes as well, for
# the witness
watched() {
	local table

	for table; do
		sql "alter table $table replica identity full"
	done
	sql "select pg_create_logical_replication_slot('$PGDATABASE',
		'test_decoding')" >/dev/null
	begin_trail
}

unwatched() {
	sql "select pg_drop_replication_slot(slot_name) from pg_replication_slots
		where slot_name = '$PGDATABASE'" >/dev/null
}

# witness TABLE[=SHOWN]... - the trail since then is what PostgreSQL notes
witness() {
	local dir=$BATS_TEST_TMPDIR

	PGOPTIONS='-c timezone=UTC -c extra_float_digits=1' \
		sql "select row_to_json(c)
		from pg_logical_slot_get_changes('$PGDATABASE', null, null) c" \
		>"$dir/changes"
	unwatched
	events 'row_to_json(e)' >"$dir/events"
	python3 "$ROOT/tests/witness.py" "$dir/changes" "$dir/events" "$@"
}

# foreign_rights - what others than the owner may do with what is in schema audit
foreign_rights() {
	sql "select o.name, coalesce(g.grantee::regrole::text, 'public'), g.privilege_type
		from (select oid::regclass::text, relowner, relacl from pg_class
			where relnamespace = 'audit'::regnamespace
		    union all select oid::regprocedure::text, proowner,
			coalesce(proacl, acldefault('f', proowner)) from pg_proc
			where pronamespace = 'audit'::regnamespace
		    union all select nspname, nspowner, nspacl from pg_namespace
			where nspname = 'audit') o(name, owner, acl),
		aclexplode(o.acl) g where g.grantee <> o.owner"
}
