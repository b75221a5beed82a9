#!/usr/bin/env bats
# audit-diff -f sql - the script that undoes events: it restores exactly, or
# does nothing and says why

load capture
load types

setup_file() {
	trail_database
	make_role undo_clerk login
	make_role undo_maker
}

teardown_file() {
	drop_database
	sql_in postgres 'drop role undo_clerk, undo_maker'
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	fresh_schema
}

# mark - from here on; since - the events after it, as JSON lines
mark() {
	MARK=$(sql "$now")
}

since() {
	sql "select at from audit.event where id >= '$MARK' order by id limit 1" >first
	[ -s first ] || return 0
	audit-log -s "$(cat first)"
}

# undo [OPTION]... - what was done since the mark
undo() {
	since | audit-diff -f sql "$@" >undo.sql
	run_script undo.sql
}

# run_script FILE - as a user does
run_script() {
	psql -qAtX -v ON_ERROR_STOP=1 <"$1"
}

# rows TABLE... - their rows, sorted: an independent witness
rows() {
	local table statements=()

	for table; do
		statements+=("copy (values ('${table//\'/\'\'}')) to stdout"
			"copy (select * from $table t
				order by (t.*)::text collate \"C\") to stdout")
	done
	PGOPTIONS='-c search_path=s' sql "${statements[@]}"
}

# restores TABLE... -- STATEMENT... - undoing the statements restores the
# tables, undoing that brings back what the statements made, and undoing that
# restores them again
restores() {
	local tables=()

	while [ "$1" != -- ]; do
		tables+=("$1")
		shift
	done
	shift
	rows "${tables[@]}" >before
	mark
	sql "$@"
	rows "${tables[@]}" >after
	run -1 cmp -s before after
	undo
	rows "${tables[@]}" | diff before -
	mark_undo
	undo -d ''
	rows "${tables[@]}" | diff after -
	mark_undo
	undo -d ''
	rows "${tables[@]}" | diff before -
}

# the next undo is that of the last one
mark_undo() {
	MARK=$(sql "select id from audit.event where txid = (
		select txid from audit.event order by id desc limit 1)
		order by id limit 1")
}

# event OP KEY OLD NEW [REDACTED] - a line for table s.t
event() {
	EVENTS=$((${EVENTS-0} + 1))
	printf '{"id":"01a20177-65f3-7538-8648-%012d",' "$EVENTS"
	printf '%s' '"at":"2026-07-01T10:00:05.123456Z","op":"'"$1"'",' \
		'"schema":"s","table":"t","key":'"$2"',"label":null,' \
		'"actor":"alice","txid":"812","reason":null,"rules":["t"],' \
		'"old":'"$3"',"new":'"$4"',"redacted":'"${5-null}"'}'
	echo
}

# refuses WANTED - the events on stdin, with these messages and nothing on stdout
refuses() {
	run -1 --separate-stderr audit-diff -f sql
	is "$output" ''
	is "$stderr" "$1"
}

# fails WANTED - the script raises this and changes nothing
fails() {
	rows t >was
	run ! --separate-stderr run_script undo.sql
	is "$(grep -m 1 -o 'ERROR: .*' <<<"$stderr")" "ERROR:  $1"
	rows t | diff was -
	# a client that goes on after errors does no more
	psql -qAtX <undo.sql >out 2>&1 || :
	rows t | diff was -
	psql -qAtX -v ON_ERROR_ROLLBACK=on <undo.sql >out 2>&1 || :
	rows t | diff was -
}

@test "undo one commit" {
	sql "create table res_partner(id int primary key, name text,
		credit_limit numeric(12,2))" \
		"create table sale(id int primary key, partner int
			references res_partner on delete cascade)" \
		"insert into res_partner values (1, 'Azure', 12.30), (2, 'Deco', 1)" \
		"insert into sale values (1, 1), (2, 1), (3, 2)"
	audited s.res_partner --label name --related
	rows res_partner sale >before
	txid=$(sql 'begin' "update res_partner set credit_limit = 5 where id = 2" \
		"delete from res_partner where id = 1" \
		"insert into res_partner values (3, 'New', null)" \
		'select txid_current()' 'commit')
	run -0 bash -o pipefail -c "audit-log --txid $txid |
		audit-diff -f sql | psql -qX -v ON_ERROR_STOP=1"
	is "$output" ''
	rows res_partner sale | diff before -
	is "$(sql "select distinct reason from audit.event
		where id >= '$SINCE' and reason is not null")" \
		"undo of 5 changes of transaction $txid"
}

@test "the head of the script says where what is done begins" {
	event insert '{"id": 1}' null '{"id": 1}' | audit-diff -f sql >undo.sql
	is "$(head -n 2 undo.sql)" '-- Undoes 1 change of transaction 812, newest first,
-- made at 2026-07-01T10:00:05.123456Z.'
	line=$(sed -n 's/.* begins at line \([0-9]*\)\..*/\1/p' undo.sql)
	is "$(sed -n "${line}p" undo.sql)" '-- What is done'
	is "$(grep -n '^CALL' undo.sql | head -n 1)" \
		"$((line + 3)):CALL pg_temp.undo('s', 't', '{\"id\": 1}', NULL,"
}

@test "every type is restored: update, delete, insert, with a key" {
	make_types
	make_extensions
	values_table < <(built_in_values; made_values; extension_values)
	columns=$(sql "select string_agg(attname, ', ' order by attnum)
		from pg_attribute where attrelid = 's.w'::regclass
		and attnum > 1")
	nulls=$(sql "select string_agg('null', ', ') from pg_attribute
		where attrelid = 's.w'::regclass and attnum > 1")
	sql "insert into v select * from w"
	restores v -- "update v set ($columns) = row($nulls)"
	sql "delete from v" "insert into v(id) values (1)"
	restores v -- "update v set ($columns) = (select $columns from w)"
	restores v -- "delete from v"
	restores v -- "insert into v select 2, $columns from w"
}

@test "every type is restored without a key" {
	make_types
	make_extensions
	values_table < <(built_in_values; made_values; extension_values)
	sql "alter table v drop constraint v_pkey" "alter table v alter id drop not null"
	columns=$(sql "select string_agg(attname, ', ' order by attnum)
		from pg_attribute where attrelid = 's.w'::regclass
		and attnum > 1")
	nulls=$(sql "select string_agg('null', ', ') from pg_attribute
		where attrelid = 's.w'::regclass and attnum > 1")
	sql "insert into v select * from w"
	restores v -- "update v set ($columns) = row($nulls)"
	sql "delete from v" "insert into v(id) values (1)"
	restores v -- "update v set ($columns) = (select $columns from w)"
	restores v -- "delete from v"
	restores v -- "insert into v select * from w"
}

@test "multiranges and infinite numerics are restored" {
	from_version 140000
	values_table < <(new_values)
	sql "insert into v select * from w"
	restores v -- "update v set c1 = 1, c2 = null, c3 = '{}'"
	restores v -- "delete from v"
}

@test "json that jsonb cannot hold is restored, and the object that looks so" {
	sql "create type page as (j json, n int)" \
		"create table t(id int primary key, j json, a json[], p page)" \
		"insert into t values (1, '{\"a\": \"\\u0000\"}',
			array['\"\\u0000\"'::json], row('\"\\u0000\"', 1)),
			(2, '{\"json\": \"[1]\"}', array['{\"json\": \"x\"}'::json],
			row('{\"json\": \"1\"}', null)),
			(3, '{\"n\": 1e200000}', null, null)"
	audited s.t
	restores t -- "update t set j = '1', a = null, p = null"
	restores t -- "delete from t"
	restores t -- "insert into t select id + 10, j, a, p from t"
}

@test "bytea that the rule keeps is restored" {
	sql "create table t(id int primary key, b bytea)" \
		"insert into t values (1, '\\xdeadbeef00'), (2, ''), (3, null)"
	audited s.t --keep-bytes
	restores t -- "update t set b = '\\x0102'"
	restores t -- "delete from t"
}

@test "a bytea key is restored from the key" {
	sql "create table t(b bytea primary key, n int)" \
		"insert into t values ('\\xdead', 1)"
	audited s.t
	restores t -- "delete from t"
	restores t -- "update t set n = 2"
	mark
	sql "update t set b = '\\x00'"
	since | refuses 'audit-diff: line 1: update of s.t {"b": "\\\\xdead"}: of b only size and digest are known: it cannot be restored
audit-diff: line 1: update of s.t {"b": "\\\\xdead"}: the new value of b is not known: the record cannot be found'
}

@test "hostile settings change nothing" {
	make_types
	values_table < <(built_in_values; made_values)
	sql "insert into v select * from w"
	rows v >before
	for form in plain asked; do
		mark
		sql "update v set c1 = 1, c13 = 1, c33 = '2 days', c27 = now()" \
			"delete from v"
		[ "$form" = plain ] && set -- || set -- -d ''
		since | audit-diff -f sql "$@" >undo.sql
		{
			hostile_settings
			cat undo.sql
		} >hostile.sql
		run_script hostile.sql
		rows v | diff before -
	done
}

@test "a table without a key: identical rows, one each" {
	sql "create table t(a int, b text)" \
		"insert into t values (1, 'x'), (1, 'x'), (1, 'x'), (2, null)"
	audited s.t
	restores t -- "update t set b = 'y' where ctid = '(0,1)'"
	sql "truncate t" "insert into t values (1, 'x'), (1, 'x'), (2, null)"
	restores t -- "delete from t where a = 1"
	restores t -- "insert into t values (1, 'x'), (1, 'x'), (null, null)"
	restores t -- "update t set a = 7" "update t set a = 8, b = 'z' where b is null"
}

@test "rows that differ only where it cannot be seen are not guessed at" {
	sql "create table t(a int, secret text)" \
		"insert into t values (1, 'x'), (1, 'y')"
	audited s.t --mask secret
	mark
	sql "update t set a = 2"
	since | audit-diff -f sql >undo.sql
	fails 's.t (a row) cannot be undone: several rows of it look like the one that is meant'
}

@test "generated, identity and serial columns" {
	sql "create table t(id int generated always as identity primary key,
			d int generated by default as identity, s serial, a int,
			twice int generated always as (a * 2) stored)" \
		"insert into t(a) values (1), (2), (null)"
	audited s.t
	restores t -- "update t set a = 5, d = 7, s = 8"
	restores t -- "delete from t"
	restores t -- "insert into t(a) values (9)"
}

@test "composite keys and keys that changed" {
	sql "create table t(a int, b text, n int, primary key (b, a))" \
		"insert into t values (1, 'x', 1), (2, 'x', 2)"
	audited s.t
	restores t -- "update t set n = 3 where a = 1"
	restores t -- "update t set a = a + 10, n = 4"
	restores t -- "update t set a = 5 where a = 1" "update t set a = 1, b = 'y' where a = 2" \
		"insert into t values (2, 'x', null)" "delete from t where a = 5"
}

@test "unique values that moved, also where the constraint is deferrable" {
	sql "create table t(id int primary key, n int unique deferrable)" \
		"insert into t values (1, 1), (2, 2), (3, 3)"
	audited s.t
	restores t -- "update t set n = n + 1"
}

@test "a record that changed several times" {
	sql "create table t(id int primary key, n int, x text)" \
		"insert into t values (1, 1, 'a'), (2, 2, 'b')"
	audited s.t
	restores t -- "update t set n = 2" "update t set x = 'c', n = 3" \
		"delete from t where id = 1" "insert into t values (1, 9, 'z')" \
		"update t set n = 10 where id = 1" "delete from t"
}

@test "the order of the input and repeated lines do not matter" {
	sql "create table t(id int primary key, n int)"
	audited s.t
	mark
	sql "insert into t values (1, 1)" "update t set n = 2" "update t set n = 3"
	since >lines
	sort -R lines lines lines | audit-diff -f sql >undo.sql
	is "$(grep -c '^CALL pg_temp.undo(' undo.sql)" 3
	run_script undo.sql
	is "$(rows t)" t
}

@test "parents and children: deleted by a cascade, inserted together" {
	sql "create table p(id int primary key, up int references p
			on delete cascade on update cascade)" \
		"create table c(id int primary key, p int references p
			on delete cascade on update cascade)" \
		"create table g(id int primary key, c int references c
			on delete set null)" \
		"insert into p values (1, null), (2, 1), (3, 2), (4, 3)" \
		"insert into c select i, i from generate_series(1, 4) i" \
		"insert into g select i, i from generate_series(1, 4) i"
	audited s.p s.c s.g
	restores p c g -- "delete from p where id = 1"
	restores p c g -- "delete from p where id = 3"
	restores p c g -- "delete from g" "delete from c" "delete from p"
	restores p c g -- "begin" "insert into p values (11, null), (12, 11)" \
		"insert into c values (11, 12)" "insert into g values (11, 11)" "commit"
	restores p c g -- "update p set id = 9 where id = 1"
}

@test "a parent that somebody needs by now stays" {
	sql "create table t(id int primary key)" \
		"create table c(id int, t int references t on delete cascade)"
	audited s.t
	mark
	sql "insert into t values (1)" "insert into c values (1, 1)"
	since | audit-diff -f sql >undo.sql
	fails 's.t {"id": 1} is needed: rows of s.c point to it'
	is "$(rows c)" "c
1	1"
}

@test "a key that somebody points to by now is not taken from them" {
	sql "create table t(id int primary key)" \
		"create table c(t int references t on update set null)" \
		"insert into t values (1)"
	audited s.t
	mark
	sql "update t set id = 2" "insert into c values (2)"
	since | audit-diff -f sql >undo.sql
	fails 's.t {"id": 2} is needed: rows of s.c point to it'
	is "$(sql "table c")" 2
}

@test "a foreign key whose target is gone raises" {
	sql "create table p(id int primary key)" "insert into p values (1)" \
		"create table t(id int primary key, p int references p)" \
		"insert into t values (1, 1)"
	audited s.t
	mark
	sql "delete from t" "delete from p"
	since | audit-diff -f sql >undo.sql
	fails 'insert or update on table "t" violates foreign key constraint "t_p_fkey"'
}

@test "partitioned tables, also where rows moved" {
	sql "create table t(id int, k text, n int, primary key (id, k))
			partition by list (k)" \
		"create table t_a partition of t for values in ('a')" \
		"create table t_b partition of t for values in ('b')" \
		"insert into t values (1, 'a', 1), (2, 'b', 2)"
	audited s.t
	restores t t_a t_b -- "update t set n = 5"
	restores t t_a t_b -- "update t set k = 'b', n = 6 where id = 1"
	restores t t_a t_b -- "delete from t"
	sql "create table u(id int, k text) partition by list (k)" \
		"create table u_a partition of u for values in ('a')" \
		"create table u_b partition of u for values in ('b')" \
		"insert into u values (1, 'a'), (1, 'a'), (2, 'b')"
	audited s.u
	restores u_a u_b -- "update u set k = 'b'"
}

@test "inheritance children are left alone" {
	sql "create table t(id int primary key, n int)" \
		"create table child() inherits (t)" \
		"insert into t values (1, 1)" "insert into child values (1, 1)"
	audited s.t
	restores t child -- "update only t set n = 2"
	restores t child -- "delete from only t"
}

@test "hostile names and values are only names and values" {
	q=$'\\! touch oops\n"\'; $undo$ $sql$ --\n\\q\n:x :\'x\' /*'
	psql -qX -v ON_ERROR_STOP=1 -v "q=$q" <<-'END'
		create table s.:"q"(:"q" text primary key, "Ünï ☃" text, n int);
		insert into s.:"q" values (:'q', :'q', 1);
	END
	table=$(sql "select 's.' || quote_ident(relname) from pg_class
		where relnamespace = 's'::regnamespace and relkind = 'r'")
	audited "$table" --label "$(sql "select attname from pg_attribute
		where attrelid = '${table//\'/\'\'}'::regclass and attnum = 1")"
	PGOPTIONS="-c search_path=s" restores "$table" -- "set audit.reason = '${q//\'/\'\'}'" \
		"set audit.actor = '${q//\'/\'\'}'" \
		"update $table set n = 2, \"Ünï ☃\" = null" \
		"delete from $table"
	[ ! -e oops ]
	{
		echo 'set standard_conforming_strings = off;'
		cat undo.sql
	} >off.sql
	mark_undo
	since | audit-diff -f sql -d '' >undo.sql
	rows "$table" >before
	{
		echo 'set standard_conforming_strings = off;'
		cat undo.sql
	} >off.sql
	run_script off.sql
	rows "$table" >undone
	run -1 cmp -s before undone
	[ ! -e oops ]
}

@test "a record that has changed since is named, and nothing is done" {
	sql "create table t(id int primary key, name text, n int)" \
		"insert into t values (1, 'Lamp', 1), (2, 'Pen', 2)"
	audited s.t --label name
	mark
	sql "update t set n = n + 1"
	for form in plain asked; do
		[ "$form" = plain ] && set -- || set -- -d ''
		since | audit-diff -f sql "$@" >undo.sql
		sql "update t set n = 7 where id = 1"
		fails 's.t {"id": 1} (Lamp) has changed since: n'
		sql "update t set n = 2 where id = 1"
		since | head -n 2 | audit-diff -f sql "$@" >undo.sql
	done
	# another column is another matter
	sql "update t set name = 'Desk lamp' where id = 1"
	run_script undo.sql
	is "$(rows t)" "t
1	Desk lamp	1
2	Pen	2"
}

@test "a record that is gone, or exists again, is named" {
	sql "create table t(id int primary key, n numeric)" \
		"insert into t values (1, 1.0), (2, 1.0)"
	audited s.t
	mark
	sql "update t set n = 2 where id = 1"
	since | audit-diff -f sql >undo.sql
	sql "delete from t where id = 1"
	fails 's.t {"id": 1} is gone'
	mark
	sql "delete from t where id = 2"
	since | audit-diff -f sql >undo.sql
	sql "insert into t values (2, 1.0)"
	fails 's.t {"id": 2} has changed since: it exists again'
	mark
	sql "insert into t values (3, 1.0)"
	since | audit-diff -f sql >undo.sql
	sql "update t set n = 1.00 where id = 3"
	fails 's.t {"id": 3} has changed since: n'
}

waits() {
	[ "$(sql "select count(*) from pg_stat_activity
		where cardinality(pg_blocking_pids(pid)) > 0
			and datname = current_database()
			and backend_type = 'client backend'")" -gt 0 ]
}

# meets MESSAGE STATEMENT... - another session has done this and commits only
# when the script in undo.sql waits for it; then the script raises this
meets() {
	local waiting failed=0

	open_session
	say 'begin' "${@:2}"
	run_script undo.sql 2>said &
	waiting=$!
	await waits
	say 'commit'
	close_session
	rows t >was
	wait "$waiting" || failed=$?
	[ "$failed" -ne 0 ]
	is "$(grep -m 1 -o 'ERROR: .*' said)" "ERROR:  $1"
	rows t | diff was -
}

@test "a writer who comes in between is waited for and not overwritten" {
	sql "create table t(id int primary key, n int)" \
		"create table c(id int, t int references t on delete cascade)" \
		"insert into t values (1, 1), (2, 1)"
	audited s.t
	mark
	sql "update t set n = 2 where id = 1"
	for form in plain asked; do
		[ "$form" = plain ] && set -- || set -- -d ''
		since | head -n 1 | audit-diff -f sql "$@" >undo.sql
		meets 's.t {"id": 1} has changed since: n' \
			"update t set n = 7 where id = 1"
		meets 's.t {"id": 1} is gone' "update t set id = 9 where id = 1"
		sql "update t set id = 1 where id = 9"
		meets 's.t {"id": 1} is gone' "delete from t where id = 1"
		sql "insert into t values (1, 2)"
	done
	mark
	sql "insert into t values (3, 1)"
	since | audit-diff -f sql >undo.sql
	meets 's.t {"id": 3} is needed: rows of s.c point to it' \
		"insert into c values (1, 3)"
	is "$(rows c)" $'c\n1\t3'
	mark
	sql "delete from t where id = 2"
	since | audit-diff -f sql >undo.sql
	meets 'duplicate key value violates unique constraint "t_pkey"' \
		"insert into t values (2, 5)"
}

@test "a writer who comes in between is not overwritten without a key" {
	sql "create table t(a int, b text)" "insert into t values (1, 'x'), (2, 'y')"
	audited s.t
	mark
	sql "update t set a = 5 where a = 1"
	since | audit-diff -f sql >undo.sql
	meets 's.t (a row) is gone, or has changed since' \
		"update t set b = 'z' where a = 5"
	mark
	sql "insert into t values (6, 'x')"
	since | audit-diff -f sql >undo.sql
	meets 's.t (a row) is gone, or has changed since' \
		"update t set a = 7 where a = 6"
}

@test "a writer who comes in between and gives up leaves the undoing alone" {
	sql "create table t(id int primary key, n int, m int)" \
		"insert into t values (1, 1, 1)"
	audited s.t
	mark
	sql "update t set n = 2"
	since | audit-diff -f sql >undo.sql
	for end in rollback commit; do
		open_session
		say 'begin' "update t set m = 2, n = 9"
		[ "$end" = rollback ] || say "update t set n = 2"
		run_script undo.sql &
		waiting=$!
		await waits
		say "$end"
		close_session
		wait "$waiting"
		[ "$end" = rollback ] || continue
		is "$(rows t)" $'t\n1\t1\t1'
		sql "update t set n = 2"
	done
	is "$(rows t)" $'t\n1\t1\t2'
}

@test "a table or column that is gone is named" {
	sql "create table t(id int primary key, n int, m int)" \
		"insert into t values (1, 1, 1)"
	audited s.t
	mark
	sql "update t set n = 2, m = 2"
	since >lines
	audit-diff -f sql <lines >undo.sql
	sql "alter table t drop m"
	fails 's.t {"id": 1} cannot be undone: there is no column m'
	run -1 --separate-stderr audit-diff -f sql -d '' <lines
	is "$output" ''
	is "$stderr" 'audit-diff: line 1: update of s.t {"id": 1}: there is no column m'
	sql "alter table t rename to u"
	run -1 --separate-stderr audit-diff -f sql -d '' <lines
	is "$output" ''
	is "$stderr" 'audit-diff: line 1: update of s.t {"id": 1}: there is no such table'
}

@test "a trigger that sets a column itself is warned of" {
	sql "create table t(id int primary key, n int, touched text)" \
		"create function touch() returns trigger language plpgsql as
			'begin new.touched = clock_timestamp()::text; return new; end'" \
		"create trigger touch before insert or update on t
			for each row execute function touch()"
	audited s.t
	sql "insert into t values (1, 1)"
	mark
	sql "update t set n = 2" "update t set n = 3" "delete from t"
	since | audit-diff -f sql >undo.sql
	run -0 --separate-stderr run_script undo.sql
	is "$(sort -u <<<"$stderr")" \
		'WARNING:  s.t {"id": 1} was not restored in all: a trigger of the table sets touched'
	is "$(sql 'select id, n from t')" '1|1'
}

@test "a trigger that changes a restored record again undoes the undoing" {
	sql "create table t(id int primary key, total int)" \
		"create table line(id int primary key, t int, n int)" \
		"create function add_up() returns trigger language plpgsql as
			'begin update s.t set total = total + coalesce(new.n, 0)
			 - coalesce(old.n, 0) where id = coalesce(new.t, old.t);
			 return null; end'" \
		"insert into t values (1, 0)"
	sql "create trigger add_up after insert or update or delete on line
		for each row execute function add_up()"
	audited s.t s.line
	rows t line >before
	mark
	sql "insert into line values (1, 1, 10)"
	since | audit-diff -f sql >undo.sql
	fails 's.t {"id": 1} was restored, and then changed again: total'
	grep -q 'session_replication_role' <<<"$stderr"
	{
		echo 'set session_replication_role = replica;'
		cat undo.sql
	} >replica.sql
	run_script replica.sql
	rows t line | diff before -
	mark
	sql "insert into line values (1, 1, 10)" "update line set n = 20"
	since | audit-diff -f sql >undo.sql
	fails 's.t {"id": 1} has changed since: total'
	grep -q 'session_replication_role' <<<"$stderr"
}

@test "a trigger that prevents the change is noticed" {
	sql "create table t(id int primary key, n int)" "insert into t values (1, 1)"
	audited s.t
	mark
	sql "update t set n = 2"
	sql "create function never() returns trigger language plpgsql as
			'begin return null; end'" \
		"create trigger never before update on t
			for each row execute function never()"
	since | audit-diff -f sql >undo.sql
	fails 's.t {"id": 1} was not undone: 0 rows were changed instead of one'
}

@test "columns that the event does not have are warned of" {
	sql "create table t(id int primary key, pin text, n int)" \
		"insert into t values (1, 'x', 1)"
	audited s.t --exclude pin
	mark
	sql "delete from t" "alter table t add later int default 5"
	since | audit-diff -f sql >undo.sql
	run -0 --separate-stderr run_script undo.sql
	is "$stderr" 'WARNING:  s.t {"id": 1} was restored with defaults in columns that its event does not have: pin, later'
	is "$(rows t)" 't
1	\N	1	5'
}

@test "what is not in the trail cannot be restored, and is named at once" {
	{
		event update '{"id": 3}' '{"a": 1, "password": {"masked": true}, "pin": {"masked": true}}' \
			'{"a": 2, "password": {"masked": true}, "pin": {"masked": true}}'
		event insert '{"id": 4}' null '{"id": 4, "password": {"masked": true}}'
		event delete '{"id": 5}' '{"id": 5, "b": {"bytes": 1, "sha256": "ab"}}' null
		event update '{"id": 6}' '{"x": null}' '{"x": null}' '["x"]'
		event delete '{"id": 7}' '{"id": 7}' null '["y"]'
		event gap null null '{"op": "update"}'
		event truncate null null '{"rows": 1, "unread": 3}'
		event truncate null null '{"rows": 1, "unread": 0}'
	} >lines
	refuses 'audit-diff: line 1: update of s.t {"id": 3}: password is masked: it cannot be restored
audit-diff: line 1: update of s.t {"id": 3}: pin is masked: it cannot be restored
audit-diff: line 3: delete of s.t {"id": 5}: of b only size and digest are known: it cannot be restored
audit-diff: line 4: update of s.t {"id": 6}: x has been erased: it cannot be restored
audit-diff: line 5: delete of s.t {"id": 7}: y has been erased: it cannot be restored
audit-diff: line 6: gap of s.t: what happened is not known
audit-diff: line 7: truncate of s.t: 3 rows were not read: they cannot be restored' <lines
}

@test "a bad line leaves stdout empty" {
	{
		event insert '{"id": 1}' null '{"id": 1}'
		echo '{"id":"x","at":"","op":"insert"}'
		echo 'no json'
		printf '\xff\n'
		event update '{"id": 1}' null '{"id": 1}'
		event update '{"id": 1}' '{"a": 1}' '{"b": 1}'
		event insert '{"id": 1}' null '{"id": 1}' | sed 's/"table":"t"/"table":null/'
	} >lines
	refuses 'audit-diff: line 2: bad "id" field
audit-diff: line 2: insert: no "schema" field
audit-diff: line 3: not JSON at character 1
audit-diff: line 4: not UTF-8
audit-diff: line 5: update of s.t {"id": 1}: no "old" field
audit-diff: line 6: update of s.t {"id": 1}: no old value of b
audit-diff: line 7: insert: no "table" field' <lines
}

@test "masked columns that did not change are passed over" {
	sql "create table t(id int primary key, n int, pin text)" \
		"insert into t values (1, 1, 'x')"
	audited s.t --mask pin
	restores t -- "update t set n = 2"
	mark
	sql "insert into t values (2, 2, 'y')"
	undo
	is "$(rows t)" $'t\n1\t1\tx'
}

@test "a digest guards a record that is removed again" {
	sql "create table t(id int primary key, b bytea)"
	audited s.t
	mark
	sql "insert into t values (1, '\\xdead')"
	since | audit-diff -f sql >undo.sql
	sql "update t set b = '\\xbeef'"
	fails 's.t {"id": 1} has changed since: b'
	sql "update t set b = '\\xdead'"
	run_script undo.sql
	is "$(rows t)" t
}

@test "a truncate is undone by its rows" {
	sql "create table t(id int primary key, n int)" \
		"insert into t select i, i from generate_series(1, 20) i"
	audited s.t
	restores t -- "truncate t"
}

@test "events that change no row are passed over" {
	sql "create table t(id int primary key)"
	audited s.t
	mark
	audited s.t --name other
	sql "insert into t values (1)"
	since | audit-diff -f sql >undo.sql
	grep -qx -- '-- .*Z  rule_add.*: nothing to be done' undo.sql
	run_script undo.sql
	is "$(rows t)" t
	is "$(audit-diff -f sql </dev/null)" '-- There is nothing to undo.'
}

@test "who has rights on the table and none on the trail can undo" {
	sql "create table t(id int primary key, n int)" "insert into t values (1, 1)" \
		"grant usage on schema s to undo_clerk" \
		"grant select, insert, update, delete on t to undo_clerk"
	audited s.t
	mark
	sql "update t set n = 2" "insert into t values (2, 2)" "delete from t where id = 1"
	since >lines
	for form in plain asked; do
		[ "$form" = plain ] && set -- || set -- -d ''
		as undo_clerk audit-diff -f sql "$@" <lines >undo.sql
		as undo_clerk run_script undo.sql
		is "$(rows t)" $'t\n1\t1'
		mark_undo
		undo
	done
}

@test "a cast to json that the table's owner made is not run" {
	sql "grant usage, create on schema s to undo_maker"
	script <<-'END'
		set role undo_maker;
		create type mood as enum ('ok', 'bad');
		create function boom(mood) returns json language plpgsql as
		    $$ begin raise exception 'boom'; end $$;
		create cast (mood as json) with function boom(mood);
		create type pair as (m mood, n int);
		create table t(id int primary key, m mood, l mood[], p pair, q pair[]);
		reset role;
		insert into t values (1, 'ok', '{ok,bad}', row('ok', 1),
		    array[row('bad', 2)::pair]);
	END
	audited s.t
	restores t -- "update t set m = 'bad', l = null, p = row('bad', null), q = '{}'"
	restores t -- "delete from t"
}

@test "two scripts one after the other in one session" {
	sql "create table t(id int primary key, n int)" "insert into t values (1, 1)"
	audited s.t
	mark
	sql "update t set n = 2"
	since | audit-diff -f sql >one.sql
	mark
	sql "update t set n = 3"
	since | audit-diff -f sql -d '' >two.sql
	cat two.sql one.sql >both.sql
	run_script both.sql
	is "$(rows t)" $'t\n1\t1'
}

@test "-d without -f sql is misuse" {
	for format in text json html; do
		run -2 --separate-stderr audit-diff -f "$format" -d '' </dev/null
		is "$output" ''
		is "$stderr" 'audit-diff: -d goes with --names, --titles and -f sql'
	done
}

@test "no room for temporary files is exit 3, and no script" {
	event insert '{"id": 1}' null '{"id": 1}' >lines
	TMPDIR=$PWD/none run -3 --separate-stderr audit-diff -f sql <lines
	is "$output" ''
	is "$stderr" 'audit-diff: temporary file: No such file or directory'
}

@test "large values take no memory together" {
	long=$(head -c 3000000 /dev/zero | tr '\0' x)
	for _ in $(seq 30); do
		event insert '{"id": 1}' null "{\"id\": 1, \"x\": \"$long\"}"
	done >lines
	command time -f %M -o peak audit-diff -f sql <lines >undo.sql
	[ "$(stat -c %s undo.sql)" -gt 90000000 ]
	grep -q __asan_init "$BUILD/bin/audit-diff" ||
		[ "$(cat peak)" -lt 40960 ]
}

@test "without triggers foreign keys stand in nobody's way" {
	sql "create table t(id int primary key)" \
		"create table c(id int primary key, t int
			references t on delete cascade)" \
		"insert into t values (1)" "insert into c values (1, 1)"
	audited s.t s.c
	rows t c >before
	mark
	sql "delete from t"
	rows t c >after
	for wanted in before after before; do
		{
			echo 'set session_replication_role = replica;'
			since | audit-diff -f sql
		} >undo.sql
		run_script undo.sql
		rows t c | diff $wanted -
		mark_undo
	done
}
