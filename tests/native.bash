# native.bash - two databases in which the same happens, with one engine in
# either: "load native" makes these functions known, and those of capture.bash
#
# shellcheck disable=SC2034 # whoever calls these uses what they set

load capture

# two_trails - the databases of this test file: $PORTABLE, $NATIVE
two_trails() {
	fresh_database
	export PORTABLE=$PGDATABASE NATIVE=${PGDATABASE}_native
	audit-rule init --capture portable
	copy_database "$PORTABLE" "$NATIVE"
	PGDATABASE=$NATIVE module_here
	PGDATABASE=$NATIVE audit-rule init --capture native
	is "$(both sql 'select audit.engine()')" 'portable
native'
	sql_in "$NATIVE" "alter database $NATIVE set track_functions = 'pl'"
}

drop_two_trails() {
	sql_in postgres "drop database $NATIVE (force)" \
		"drop database $PORTABLE (force)"
}

# both COMMAND... - in either database
both() {
	PGDATABASE=$PORTABLE "$@"
	PGDATABASE=$NATIVE "$@"
}

# two_schemas - for each test: in both a schema s, and trails that begin now and
# give tables the same numbers
two_schemas() {
	export PGOPTIONS='-c client_min_messages=warning -c search_path=s'
	both sql 'drop schema if exists s cascade' 'create schema s' \
		"alter table audit.relation alter id
			restart with $((BATS_TEST_NUMBER * 100))"
	begin_trail
}

# audited TABLE... [OPTION]... - a rule in both, under the same name
audited() {
	RULES=$((RULES + 1))
	both audit-rule add --name "r$BATS_TEST_NUMBER.$RULES" "$@"
}

# play <FILE - run this SQL in both; what it prints must be the same, errors as
# well, where it goes on after one: \set ON_ERROR_STOP 0
play() {
	local dir=$BATS_TEST_TMPDIR

	{
		echo '\set SHOW_CONTEXT never'
		cat
	} >"$dir/play.sql"
	both play_file "$dir/play.sql"
	diff "$dir/$PORTABLE.out" "$dir/$NATIVE.out"
}

play_file() {
	psql -qAtX -v ON_ERROR_STOP=1 -f "$1" \
		>"$BATS_TEST_TMPDIR/$PGDATABASE.out" 2>&1 && return
	cat "$BATS_TEST_TMPDIR/$PGDATABASE.out"
	return 1
}

# printed - what the last one printed
printed() {
	cat "$BATS_TEST_TMPDIR/$NATIVE.out"
}

# same NUMBER - since the test began as many events in both, the same ones
same() {
	local number

	number=$(/usr/bin/python3 "$ROOT/tests/native.py" "$SINCE" "$PORTABLE" \
		"$NATIVE") || return
	is "$number" "$1"
}

# handed - how many changes the native engine has left to the portable one; a
# session has told what it counted when it is gone, which psql does not wait for
handed() {
	await gives 0 "select count(*) from pg_stat_activity
		where datname in ('$PORTABLE', '$NATIVE')
		    and backend_type = 'client backend'
		    and pid <> pg_backend_pid()" || return
	sql_in "$NATIVE" "select coalesce(sum(calls), 0) from pg_stat_user_functions
		where schemaname = 'audit' and funcname = 'capture_change'"
}
