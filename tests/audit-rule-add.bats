#!/usr/bin/env bats
# audit-rule add - what it takes and refuses, and how it treats who is at work

load rule

setup_file() {
	rule_template
}

teardown_file() {
	rule_end
}

setup() {
	rule_database
}

teardown() {
	rule_sessions_end
}

# add

@test "a rule is named after its table, without schema public" {
	sql "create schema s" "create table s.item()" \
		'create table "We""ird Tab"(id int)'
	run -0 audit-rule add customer s.item '"We""ird Tab"' 's.*'
	is "$(audit-rule list | field rule)" 'We_ird_Tab
customer
s.all
s.item'
}

@test "with a name one rule covers all tables, as a pattern does" {
	sql "create schema s" "create table s.a()" "create table s.b()" \
		"create table s.other()" "create view s.bb as select 1"
	run -0 audit-rule add customer 's.b*' s.a --name shop
	is "$(audit-rule list | field 'table | join(" ")')" \
		'public.customer s.a s.b*'
	is "$(audit-rule show shop | field 'covers[] | .table + " " + .why')" \
		'public.customer named
s.a named
s.b pattern'
}

@test "names are found along the user's search_path" {
	sql "create schema s" "create table s.customer()"
	PGOPTIONS='-c search_path=s,public' run -0 audit-rule add customer
	is "$(audit-rule list | field table)" s.customer
}

@test "adding the very same rule again does nothing" {
	audit-rule add sale --ignore note,total --label note
	run -0 audit-rule add public.sale --ignore total,note --label note
	is "$output" ""
	is "$(rule_events)" 'rule_add|sale'
	run -0 audit-rule add -v public.sale --ignore total,note --label note
	[[ $output == *"is in place already" ]]
}

@test "adding another rule of the same name is refused" {
	audit-rule add sale
	run -2 audit-rule add sale --label note
	[[ $output == *"there is another rule sale"* ]]
	run -2 audit-rule add customer --name sale
	is "$(audit-rule list | wc -l)" 1
}

@test "a rule is an event that holds the rule as list prints it" {
	audit-rule add sale --label note
	is "$(sql "select new from audit.event where op = 'rule_add'")" \
		"$(sql "select '$(audit-rule list)'::jsonb")"
}

@test "bad input is exit 2 that names it, and nothing is changed" {
	sql "create view v as select 1" "create temp table t()" \
		"create materialized view m as select 1"
	bad() {
		local said=$1

		shift
		run -2 --separate-stderr audit-rule add "$@"
		is "$output" ""
		[[ $stderr == *"$said"* ]] || {
			echo "$stderr"
			return 1
		}
	}
	bad 'no such table: nowhere' sale nowhere
	bad 'no such table: x.y' x.y
	bad 'v is no table' v
	bad 'm is no table' m
	bad 'in schema audit' audit.event
	bad 'in schema audit' audit.rule --name x
	bad 'table of the system' pg_class
	bad 'table of the system' information_schema.sql_features
	bad 'no column "nope" in public.sale' sale --mask nope
	bad 'no column "Note" in public.sale' sale --ignore Note
	bad 'no column "nope" in public.sale' sale --label nope
	bad 'no column "tag" in public.sale' customer sale --name x --ignore tag
	bad '"id", which is in the key' sale --mask id
	bad '"id", which is in the key' sale --exclude id
	bad '"note", which is the label' sale --label note --mask note
	bad 'insert, update, delete, truncate, read: drop' sale --ops insert,drop
	bad 'read_columns: only with the operation read' sale --read-columns note
	bad 'when: this is about changes' sale --ops read --when 'id > 1'
	bad 'ignore: this is about changes' sale --ops read --ignore note
	bad 'no column "nope" in public.sale' sale --ops read --read-columns nope
	bad 'ops: not a list' sale --ops insert,
	bad 'neither fail nor warn: ignore' sale --on-error ignore
	bad 'bad name "a b"' sale --name 'a b'
	bad 'bad name "x,y"' sale --name 'x,y'
	bad 'bad name ""' sale --name ''
	bad 'bad pattern: a.b.*' 'a.b.*'
	bad 'bad pattern: "x*' '"x*'
	bad '--wait' sale --wait soon
	bad 'less than nothing' sale --wait -1s
	is "$(audit-rule list)" ""
	is "$(triggers)" 0
	is "$(sql "select count(*) from audit.relation")" 0
}

@test "a rule that names no table, or an option of another verb, is misuse" {
	run -2 --separate-stderr audit-rule add
	run -2 audit-rule list --mask x
	[[ $output == *"list takes no --mask" ]]
	run -2 audit-rule add sale --all
	[[ $output == *"add takes no --all" ]]
	run -2 audit-rule audit
	[[ ${lines[0]} == *"no such verb: audit" ]]
	run -2 audit-rule revoke bob reader --table sale
	[[ $output == *"revoke takes no --table" ]]
	run -2 audit-rule list -f xml
}

@test "what hides a key or a label is refused in another rule as well" {
	audit-rule add sale --label note
	run -2 audit-rule add sale --name secret --mask note
	[[ $output == *'"note", which is the label of public.sale'* ]]
	audit-rule add customer --mask tag
	run -2 audit-rule add customer --name called --label tag
	[[ $output == *'rule customer excludes or masks "tag"'* ]]
}

@test "a rule applies from its commit, a disabled one not yet" {
	audit-rule add customer
	audit-rule add sale --disabled
	is "$(audit-rule show sale | field 'enabled, .covers[].trigger')" 'false
ok'
	sql "insert into customer values (1)" "insert into sale values (1, 1)"
	is "$(ops customer)" insert
	is "$(ops sale)" ""
	audit-rule enable sale
	sql "delete from sale"
	is "$(ops sale)" delete
}

@test "a rule covers partitions and inheriting tables" {
	sql "create table p(id int, n int) partition by list (id)" \
		"create table p1 partition of p for values in (1) partition by list (n)" \
		"create table p11 partition of p1 for values in (1)" \
		"create table base(id int)" "create table derived() inherits (base)" \
		"create table more() inherits (derived)"
	audit-rule add p base
	is "$(audit-rule show base | field 'covers[] | .table + " " + .why')" \
		'public.base named
public.derived child
public.more child'
	sql "insert into p11 values (1, 1)" "truncate p1" \
		"insert into more values (1)"
	is "$(ops p)" 'insert delete truncate'
	is "$(ops more)" insert
	run -0 audit-rule check
}

@test "a rule covers the tables that reference its own, if asked" {
	sql "create table category(id int primary key)" \
		"create table customer_category(customer int references customer,
			category int references category)" \
		"create table line(sale int references sale)"
	audit-rule add customer --related --label name --ignore tag
	is "$(audit-rule show customer | field 'covers[] | .table + " " + .why')" \
		'public.customer named
public.customer_category related
public.sale related'
}

@test "a pattern means no partition of its tables, no system table, none skipped" {
	sql "create table p(id int) partition by list (id)" \
		"create table p1 partition of p for values in (1)" \
		"create table left_out()"
	audit-rule skip left_out --why 'a cache'
	audit-rule add '*'
	is "$(audit-rule show all | field 'covers[].table')" \
		'public.customer
public.p
public.sale'
	audit-rule add 'p1*' --name part
	is "$(audit-rule show part | field 'covers[].table')" public.p1
	sql "insert into p values (1)"
	is "$(ops p)" insert
}

@test "a pattern that means nothing yet is a rule" {
	run -0 audit-rule add 'invoice_*' --mask iban
	is "$(audit-rule show invoice_all | field 'covers | length')" 0
}

@test "a table with an audited one's name, quoted, is not mistaken for it" {
	odd='"we'\''ird""%s\ tab"'
	sql 'create table "public.sale"(id int)' \
		'create table "sale; drop table sale"(id int)' \
		"create table $odd(\"a\"\";--\" int primary key, \"%I\" int)"
	audit-rule add '"public.sale"' '"sale; drop table sale"'
	audit-rule add "$odd" --label '%I' --ignore 'a";--' \
		--when '"%I" > 0 and "a"";--" <> 5'
	sql 'insert into "public.sale" values (1)' \
		'insert into "sale; drop table sale" values (1)' \
		"insert into $odd values (1, 1), (5, 1), (6, 0)"
	is "$(sql "select \"table\" from audit.event where op = 'insert'
		order by id")" 'public.sale
sale; drop table sale
we'\''ird"%s\ tab'
	run -0 audit-rule check
	audit-rule list >"$BATS_TEST_TMPDIR/rules"
	run -0 audit-rule apply "$BATS_TEST_TMPDIR/rules"
	is "$output" ""
	audit-rule uninstall -y
	is "$(triggers)" 0
}

@test "-n says what add would do and does nothing" {
	run -0 --separate-stderr audit-rule add -n customer --related
	is "$stderr" ""
	is "$(jq -c '[.do, .table // .rule.rule]' <<<"$output")" \
		'["trigger","public.customer"]
["trigger","public.sale"]
["add","customer"]'
	is "$(triggers)" 0
	is "$(audit-rule list)" ""
}

# --when

@test "--when chooses the rows, through a rename of its columns" {
	audit-rule add sale --when "total > 10 and note <> 'a;b'"
	sql "insert into sale values (1, null, 5, ''), (2, null, 50, ''),
		(3, null, 50, 'a;b')" \
		"alter table sale rename total to amount" \
		"insert into sale values (4, null, 5, ''), (5, null, 50, '')"
	is "$(sql "select string_agg(key ->> 'id', ' ' order by id)
		from audit.event where op = 'insert'")" '2 5'
	is "$(audit-rule list | field when)" "total > 10 and note <> 'a;b'"
}

@test "--when takes one boolean expression of the row and of built-in parts" {
	sql "create function own(int) returns bool immutable language sql
			as 'select true'" \
		"create function own_not(int) returns bool immutable language plpgsql
			as 'begin raise exception ''it ran''; end'" \
		"create operator ?= (leftarg = int, rightarg = int, function = int4eq)" \
		"create domain dom as int" "create type enum as enum ('a')"
	# shellcheck disable=SC2016 # expressions of SQL
	for expr in 'nope = 1' 'total' "total > 'x'" 'total >' \
		'random() < 0.5' 'now() > now()' "current_user = 'x'" \
		'exists (select 1)' '(select true)' 'id in (select 1)' \
		'max(id) > 1' 'row_number() over () > 1' \
		'own(id)' 'public.own(id)' 'public.own_not(1)' \
		'id operator(public.?=) 1' 'id::public.dom = 1' \
		"note::public.enum = 'a'" 'row_like is null' 'ctid is null' \
		'tableoid = 1' '$1' 'id = 1,true' 'generate_series(1,2) > 1'; do
		run -2 --separate-stderr audit-rule add sale --when "$expr"
		is "$output" ""
		[[ $stderr == "audit-rule: when: "* ]] || {
			echo "$expr: $stderr"
			return 1
		}
		[[ $stderr != *'it ran'* ]]
	done
	is "$(audit-rule list)" ""
}

@test "--when cannot carry another statement" {
	for expr in 'true); drop table sale; select (true' \
		'true; drop table sale' \
		"true) -- ; drop table sale" \
		'true) /* ; */; drop table sale; select (true /*' \
		"note = E'\\'; drop table sale; --'" \
		"note = \$\$'\$\$); drop table sale; select (\$\$'\$\$ = ''" \
		'"id;" = 1); drop table sale; select (true' \
		"note = '); drop table sale; --" \
		'true) as answer from audit.row_like where (true' \
		'true) with (fillfactor = 10) --' \
		'true) as answer from audit.secret, lateral (select true'; do
		run -2 audit-rule add sale --when "$expr"
		is "$(sql "select 'sale'::regclass")" sale
	done
	is "$(audit-rule list)" ""
	is "$(sql "select count(*) from pg_class
		where relnamespace = 'audit'::regnamespace and relname like 'row_%'")" 0
}

@test "--when with types that somebody made sees their plain values" {
	sql "create type color as enum ('red', 'blue')" \
		"create domain money_amount as numeric check (value >= 0)" \
		"create table t(c color, m money_amount, a color[], d date, b bytea)"
	audit-rule add t --when "c = 'red' and m > 1.5 and a[1] = 'blue'
		and d > '2020-01-01' and b is null"
	sql "insert into t values ('red', 2, '{blue}', '2021-01-01', null)" \
		"insert into t values ('blue', 2, '{blue}', '2021-01-01', null)" \
		"insert into t values ('red', 1, '{blue}', '2021-01-01', null)"
	is "$(ops t)" insert
}

@test "a pattern's --when is for the tables that have its columns" {
	audit-rule add 'public.*' --when "total > 10" --name all
	sql "insert into customer values (1)" \
		"insert into sale values (1, 1, 5), (2, 1, 50)"
	is "$(ops customer)" insert
	is "$(ops sale)" insert
	run -2 audit-rule add 'public.*' --when "nope > 10" --name none
	[[ $output == *'column "nope" does not exist'* ]]
}

# Locks

@test "add gives up a table that is in use, says who uses it, leaves nothing" {
	open_session
	say "begin" "insert into sale values (1)"
	pid=$(say "select pg_backend_pid()")
	run -3 audit-rule add customer sale --wait 0.5s
	[[ $output == *"public.sale: no lock within 0.5 s; held by pid $pid (psql, role rule_dba)"* ]]
	is "$(triggers)" 0
	is "$(audit-rule list)" ""
	is "$(sql "select count(*) from audit.relation")" 0
	say "commit"
	close_session
	run -0 audit-rule add customer sale
}

# kept_waiting - somebody waits for a lock on sale
kept_waiting() {
	await gives t "select count(*) > 0 from pg_locks
		where relation = 'sale'::regclass and not granted"
}

@test "add waits for a table until it is free" {
	open_session
	say "begin" "insert into sale values (1)"
	audit-rule add sale --wait 60s 3>&- &
	kept_waiting
	say "commit"
	wait $!
	close_session
	is "$(audit-rule list | field rule)" sale
}

@test "who waits behind add waits no longer than add does at a time" {
	open_session
	say "begin" "insert into sale values (1)"
	audit-rule add sale --wait 200s 3>&- &
	for id in 11 12 13 14 15; do
		kept_waiting
		sql "set statement_timeout = '1s'" "insert into sale values ($id)"
	done
	say "rollback"
	close_session
	wait $!
	run -0 audit-rule check
}

@test "enable and disable hold at the next statement, while writers hold the table" {
	audit-rule add sale
	open_session
	say "begin" "insert into sale values (1)"
	run -0 audit-rule disable sale
	say "insert into sale values (2)"
	run -0 audit-rule enable sale
	say "insert into sale values (3)" "commit"
	close_session
	is "$(sql "select string_agg(key ->> 'id', ' ' order by id)
		from audit.event where \"table\" = 'sale'")" '1 3'
}

@test "a REPEATABLE READ transaction keeps the rules it began with" {
	audit-rule add sale
	open_session
	say "begin isolation level repeatable read" "insert into sale values (1)"
	audit-rule disable sale
	say "insert into sale values (2)" "commit" "insert into sale values (3)"
	close_session
	is "$(ops sale)" 'insert insert'
}

# Whose table it is

@test "who is no member of the table's owner gets the statements for the owner" {
	root "create table strange(id int) partition by list (id)" \
		"create table strange1 partition of strange for values in (1)" \
		"alter table strange owner to rule_other" \
		"alter table strange1 owner to rule_other"
	run -3 --separate-stderr audit-rule add strange
	is "$output" ""
	is "$(triggers)" 0
	[[ $stderr == *"public.strange: only its owner can put triggers on it"* ]]
	script=$(sed '/^audit-rule: /d' <<<"$stderr")
	owner=$(sed -n '/^-- as rule_other/,/^-- as rule_dba again/p' <<<"$script")
	as rule_dba sql "$(sed '/^-- as rule_other/,$d' <<<"$script")"
	as rule_other sql "$owner"
	as rule_dba sql "$(sed -n '/^-- as rule_dba again/,$p' <<<"$script")"
	run -0 audit-rule add strange
	as rule_other sql "insert into strange values (1)" "truncate strange1"
	is "$(ops strange)" 'insert delete truncate'
	run -0 audit-rule check
}
