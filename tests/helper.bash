# helper.bash - what the tests share: "load helper" makes these functions known

bats_require_minimum_version 1.5.0

# fresh_database - a database for this test file alone, and PGDATABASE its name
fresh_database() {
	PGDATABASE=$(basename "$BATS_TEST_FILENAME" .bats | tr -c 'a-z0-9\n' _)
	export PGDATABASE
	PGOPTIONS='-c client_min_messages=warning' psql -qd postgres \
		-c "drop database if exists $PGDATABASE (force)" \
		-c "create database $PGDATABASE"
}

# copy_database TEMPLATE NAME [OPTION]... - a database like that one, whatever
# had this name before. A copy of its files takes half as long as one that the
# WAL has too, which PostgreSQL 15 and later make.
copy_database() {
	psql -qX -v ON_ERROR_STOP=1 -d postgres <<-END
		set client_min_messages = warning;
		select case when current_setting('server_version_num')::int
		    >= 150000 then 'strategy file_copy' else '' end as how \gset
		drop database if exists $2 (force);
		create database $2 template $1 ${*:3} :how;
	END
}

# drop_database - its end; replication slots in it must be gone by then
drop_database() {
	psql -qd postgres -c "drop database $PGDATABASE (force)"
}

# install_trail - schema audit in this database, with the engine of this run,
# also where the trail's owner is no superuser
install_trail() {
	audit-rule init
	if [ "$ENGINE" = native ]; then
		as postgres audit-rule init --capture native
	fi
	is "$(as postgres sql 'select audit.engine()')" "$ENGINE"
}

# module_here - this database finds the native module
module_here() {
	as postgres sql "alter database $PGDATABASE
		set dynamic_library_path = '$SERVER_DIR/native:\$libdir'"
}

# sql STATEMENT... - run them; columns come separated by | and nothing else
sql() {
	local options=() statement

	for statement; do
		options+=(-c "$statement")
	done
	psql -qAtX -v ON_ERROR_STOP=1 "${options[@]}"
}

# as ROLE COMMAND... - run a command connected as this role
as() {
	local PGUSER=$1

	export PGUSER
	shift
	"$@"
}

# python3 - itself: what chooses among versions takes longer than our programs
python3() {
	"$PYTHON" "$@"
}

# is GOT WANTED - fails showing both
is() {
	[ "$1" = "$2" ] && return
	printf 'got:    %s\nwanted: %s\n' "$1" "$2"
	return 1
}

# await COMMAND... - try again and again until it succeeds, for half a minute
await() {
	local end=$((SECONDS + 30))

	until "$@" >/dev/null 2>&1; do
		if [ "$SECONDS" -ge "$end" ]; then
			echo "not within half a minute: $*"
			return 1
		fi
		sleep 0.01
	done
}

# gives WANTED STATEMENT... - what these statements print, to be awaited
gives() {
	[ "$(sql "${@:2}")" = "$1" ]
}

# covered - no transaction is left that a seal would have to wait for, in
# whatever database: to be awaited, autovacuum has some, too
covered() {
	[ "$(sql "select max(txid) < txid_snapshot_xmin(txid_current_snapshot())
		from audit.event")" = t ]
}

# event_line KEY=JSON... - an event; what is not said is null, and what is said
# last counts
event_line() {
	local -A said=()
	local key line

	for key; do
		said[${key%%=*}]=${key#*=}
	done
	for key in id at op schema table key label actor role as_role session \
		txid app addr reason rules old new redacted; do
		line+=",\"$key\":${said[$key]-null}"
	done
	echo "{${line#,}}"
}
