# archive.bash - two trails and an archive of them: "load archive" makes these
# known, beside those of helper.bash

# archive_database NAME - an archive database that has nothing yet
archive_database() {
	PGOPTIONS='-c client_min_messages=warning' psql -qd postgres \
		-c "drop database if exists $1 (force)" -c "create database $1"
	audit-rule init --archive -d "dbname=$1"
}

# two_trails - databases A (the trail crm) and B (shop) with tables alike and
# not, and the archive C that has what was sealed; A has more. PGDATABASE is A.
two_trails() {
	local db

	A=$(basename "$BATS_TEST_FILENAME" .bats | tr -c 'a-z0-9\n' _)
	B=${A}_b
	C=${A}_c
	export A B C PGDATABASE=$A TZ=UTC
	for db in "$A" "$B" "$C"; do
		PGOPTIONS='-c client_min_messages=warning' psql -qd postgres \
			-c "drop database if exists $db (force)" \
			-c "create database $db"
	done
	audit-rule init --archive -d "$C"
	for db in "$A" "$B"; do
		PGDATABASE=$db one_trail
	done
	sql 'create table only_a(id int primary key, v text)'
	audit-rule add only_a
	sql "insert into only_a values (1, 'a')"
	PGDATABASE=$B sql 'create table only_b(id int primary key, v text)'
	PGDATABASE=$B audit-rule add only_b
	PGDATABASE=$B sql "insert into only_b values (1, 'b')"
	ship_both
	sql begin "set local audit.actor = 'zoe'" \
		'update item set price = 9.90 where id = 1' \
		"insert into item values (8, 'eight', 8)" commit
}

one_trail() {
	audit-rule init
	sql 'create table item(id int primary key, name text, price numeric)' \
		'create table "Odd ""T"("a b" int, c text, v text, primary key (c, "a b"))' \
		'create table old(id int primary key, v text)' \
		'create table part(id int primary key, item int references item, v text)'
	audit-rule add item --label name --related --name items
	audit-rule add '"Odd ""T"' old
	sql begin "set local audit.actor = 'alice'" \
		"insert into item select i, 'item ' || i, i * 1.10 from generate_series(1, 5) i" \
		"insert into part values (1, 1, 'x'), (2, 2, 'y')" commit
	sql begin "set local audit.actor = 'bob'" "set local audit.reason = 'why'" \
		'update item set price = price + 1 where id < 4' \
		'delete from part where id = 1' 'delete from item where id = 5' commit
	sql "insert into \"Odd \"\"T\" values (1, 'x,y', 'v')" \
		"insert into old values (1, 'before')" \
		'alter table old rename to renamed' "update renamed set v = 'after'"
}

# ship_both - seal and ship both
ship_both() {
	PGDATABASE=$A await covered
	PGDATABASE=$A audit-seal >/dev/null
	PGDATABASE=$A audit-seal ship --to "dbname=$C" --trail crm >/dev/null
	PGDATABASE=$B await covered
	PGDATABASE=$B audit-seal >/dev/null
	PGDATABASE=$B audit-seal ship --to "dbname=$C" --trail shop >/dev/null
}

drop_trails() {
	psql -qd postgres -c "drop database $A (force)" \
		-c "drop database $B (force)" -c "drop database $C (force)"
}

# gone CONDITION - the trail loses these events, as by a purge
gone() {
	sql begin "select set_config('audit.purge', audit.purge_ticket(), true)" \
		"delete from audit.event where $1" commit >/dev/null
}

# named NAME - each event with this trail as its last key, as jq writes it
named() {
	jq -c --arg trail "$1" '. + {trail: $trail}'
}
