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

# drop_database - its end; replication slots in it must be gone by then
drop_database() {
	psql -qd postgres -c "drop database $PGDATABASE (force)"
}

# install_trail - schema audit in this database
install_trail() {
	audit-rule init
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

# is GOT WANTED - fails showing both
is() {
	[ "$1" = "$2" ] && return
	printf 'got:    %s\nwanted: %s\n' "$1" "$2"
	return 1
}
