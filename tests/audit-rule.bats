#!/usr/bin/env bats
# audit-rule - rules are made, printed, switched and removed

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

# init

@test "init a second time changes nothing" {
	before=$(sql "select count(*), max(id::text) from audit.event")
	run -0 audit-rule init
	is "$output" ""
	is "$(sql "select count(*), max(id::text) from audit.event")" "$before"
	run -0 audit-rule init -v
	[[ $output == *"is in place already" ]]
}

@test "init is an event with the version" {
	is "$(sql "select op, new from audit.event")" 'init|{"version": 1}'
}

@test "init makes the months ahead that are missing" {
	months() {
		sql "select $1 from audit.partition where lo is not null"
	}
	before=$(months 'count(*)')
	sql "drop table $(months 'max(part::text)')" \
		"drop table audit.event_$(date -ud '1 month' +%Y_%m)"
	run -1 audit-rule check
	run -0 audit-rule init
	is "$(months 'count(*)')" "$before"
	run -0 audit-rule check
}

@test "init leaves PUBLIC nothing, whatever default privileges say" {
	root "drop schema audit cascade" \
		"alter default privileges for role rule_dba
			grant all on tables to public" \
		"alter default privileges for role rule_dba
			grant all on functions to rule_other" \
		"alter default privileges for role rule_dba
			grant all on schemas to public" \
		"alter default privileges for role rule_dba
			grant all on sequences to public"
	run -0 audit-rule init
	run -0 audit-rule check
	is "$output" ""
	is "$(sql "select count(*) from pg_class c, aclexplode(relacl) g
		where relnamespace = 'audit'::regnamespace
		and grantee <> relowner")" 0
	is "$(sql "select count(*) from pg_proc p,
		aclexplode(coalesce(proacl, acldefault('f', proowner))) g
		where pronamespace = 'audit'::regnamespace
		and grantee <> proowner")" 0
}

@test "init by a role that may not create a schema says what to grant" {
	root "drop schema audit cascade"
	run -3 --separate-stderr as rule_other audit-rule init
	is "$output" ""
	[[ $stderr == *"grant create on database ${PGDATABASE} to rule_other"* ]]
	is "$(sql "select to_regnamespace('audit')")" ""
}

@test "init leaves a schema audit alone that is not ours" {
	root "drop schema audit cascade" "create schema audit" \
		"create table audit.mine()"
	run -3 audit-rule init
	[[ $output == *"it is not ours"* ]]
	is "$(root "select 'audit.mine'::regclass")" audit.mine
}

@test "init meets a newer trail with both versions" {
	sql "update audit.trail set version = 99"
	run -3 audit-rule init
	[[ $output == *"version 99, this tool has 1"* ]]
	run -3 audit-rule list
	[[ $output == *"version 99, this tool needs 1"* ]]
}

@test "init runs the scripts above the trail's version, or leaves all as it was" {
	sql "update audit.trail set version = 0"
	run -3 audit-rule list
	[[ $output == *"version 0, this tool needs 1: run audit-rule init"* ]]
	run -3 audit-rule init
	[[ $output == *'nothing was installed: schema "audit" already exists'* ]]
	is "$(sql "select version from audit.trail")" 0
}

@test "two inits at once make one trail" {
	root "drop schema audit cascade"
	audit-rule init &
	run -0 audit-rule init
	wait $!
	is "$(sql "select count(*) from audit.event")" 1
}

@test "without a trail every other verb says to run init" {
	root "drop schema audit cascade"
	for verb in list check "add sale" "disable x" "skip --why x sale"; do
		# shellcheck disable=SC2086 # its words
		run -3 --separate-stderr audit-rule $verb
		is "$output" ""
		[[ $stderr == *"run audit-rule init" ]]
	done
}

@test "who is not the trail's owner is told what to grant" {
	for verb in list check "add sale" "disable x" "uninstall -y"; do
		# shellcheck disable=SC2086 # its words
		run -3 --separate-stderr as rule_other audit-rule $verb
		is "$output" ""
		[[ $stderr == *'role "rule_other" needs: grant rule_dba to rule_other' ]]
	done
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
	bad 'insert, update, delete, truncate: drop' sale --ops insert,drop
	bad 'read is not there yet' sale --ops read
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
	run -2 audit-rule grant bob reader --table sale
	[[ $output == *"grant: not there yet" ]]
	run -2 audit-rule revoke bob reader
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

@test "add waits for a table until it is free" {
	open_session
	say "begin" "insert into sale values (1)"
	audit-rule add sale --wait 20s &
	until sql "select 1 from pg_locks where not granted" | grep -q 1; do :; done
	say "commit"
	wait $!
	close_session
	is "$(audit-rule list | field rule)" sale
}

@test "who waits behind add waits no longer than 200 ms" {
	open_session
	say "begin" "insert into sale values (1)"
	audit-rule add sale --wait 3s &
	for i in 1 2 3 4 5 6 7 8; do
		until sql "select 1 from pg_locks where not granted" | grep -q 1; do :; done
		sql "set statement_timeout = '400ms'" "insert into sale values (1$i)"
	done
	say "rollback"
	close_session
	wait $!
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

# list, show

@test "list prints what is not at its default, on one line a rule" {
	audit-rule add sale --ops update,insert --groups b,a --actors x \
		--except-actors y --ignore total --exclude customer --mask note \
		--when 'id > 0' --label total --actor-column note --related \
		--keep-bytes --on-error warn --disabled
	run -0 audit-rule list
	is "$output" '{"rule":"sale","table":"public.sale","ops":["insert","update"],"enabled":false,"groups":["a","b"],"actors":["x"],"except_actors":["y"],"ignore":["total"],"exclude":["customer"],"mask":["note"],"when":"id > 0","label":"total","actor_column":"note","related":true,"keep_bytes":true,"on_error":"warn"}'
}

@test "list and show name a table as it is called now" {
	audit-rule add sale
	sql "create schema s" "alter table sale rename to \"Order\"" \
		"alter table \"Order\" set schema s"
	is "$(audit-rule list | field table)" 's."Order"'
	is "$(audit-rule show s.'"Order"' | field rule)" sale
	sql 'insert into s."Order" values (1)'
	is "$(ops Order)" insert
}

@test "a rule whose table is gone is orphaned and keeps its last name" {
	audit-rule add sale customer --name shop
	sql "drop table sale"
	is "$(audit-rule list | jq -c '[.table, .orphaned]')" \
		'[["public.customer","public.sale"],true]'
	is "$(audit-rule show shop | field 'covers[].trigger')" 'ok
gone'
}

@test "show finds rules by name and by table" {
	audit-rule add sale
	audit-rule add sale --name second
	is "$(audit-rule show sale | field rule)" sale
	is "$(audit-rule show public.sale | field rule)" 'sale
second'
	run -1 --separate-stderr audit-rule show customer
	is "$output" ""
	[[ $stderr == *"customer: this table has no rule" ]]
	run -2 --separate-stderr audit-rule show sale nowhere
	[[ $stderr == *"nowhere: no such rule or table" ]]
}

# enable, disable, remove

@test "enable, disable and remove refuse an unknown rule and do nothing" {
	audit-rule add sale
	for verb in enable disable remove; do
		run -2 audit-rule "$verb" sale nope
		[[ $output == *"no such rule: nope"* ]]
	done
	is "$(audit-rule list | field enabled)" true
	is "$(rule_events)" 'rule_add|sale'
}

@test "every change of a rule is an event, what changes nothing is none" {
	audit-rule add sale
	audit-rule enable sale
	audit-rule disable sale
	audit-rule disable sale
	audit-rule enable sale
	audit-rule remove sale
	is "$(rule_events)" 'rule_add|sale
rule_disable|sale
rule_enable|sale
rule_remove|sale'
	is "$(sql "select old ->> 'enabled', new ->> 'enabled' from audit.event
		where op = 'rule_disable'")" 'true|false'
	is "$(sql "select old ->> 'rule', new from audit.event
		where op = 'rule_remove'")" 'sale|'
}

@test "with a table's last rule its triggers go, its events and identity stay" {
	audit-rule add sale
	audit-rule add sale --name second
	sql "insert into sale values (1)"
	audit-rule remove sale
	is "$(triggers)" 2
	audit-rule remove second
	is "$(triggers)" 0
	sql "insert into sale values (2)"
	is "$(ops sale)" insert
	id=$(sql "select max(record >> 32) from audit.event")
	audit-rule add sale
	is "$(audit-rule show sale | field 'covers[].identity')" "$id"
}

@test "remove counts at once, though the table is in use" {
	audit-rule add sale
	open_session
	say "begin" "insert into sale values (1)"
	run -0 audit-rule remove sale --wait 0s
	[[ $output == *"public.sale keeps triggers that do nothing"* ]]
	say "insert into sale values (2)" "commit"
	close_session
	is "$(ops sale)" insert
	audit-rule apply --missing
	is "$(triggers)" 0
}

# apply

@test "what list prints, apply takes back and changes nothing" {
	sql "create table gone(id int)"
	audit-rule add sale --when "note <> 'ä\"'" --mask note --actors a,b
	audit-rule add customer gone 'x*' --name mixed --disabled
	sql "drop table gone" "alter table sale rename note to remark"
	before=$(sql "select count(*) from audit.event")
	audit-rule list >"$BATS_TEST_TMPDIR/rules"
	run -0 audit-rule apply --prune <"$BATS_TEST_TMPDIR/rules"
	is "$output" ""
	is "$(audit-rule list)" "$(cat "$BATS_TEST_TMPDIR/rules")"
	is "$(sql "select count(*) from audit.event")" "$before"
}

@test "rules go to another database as lines" {
	audit-rule add customer --related --label name
	audit-rule list >"$BATS_TEST_TMPDIR/rules"
	audit-rule remove customer
	run -0 audit-rule apply - <"$BATS_TEST_TMPDIR/rules"
	is "$(audit-rule list)" "$(cat "$BATS_TEST_TMPDIR/rules")"
	run -0 audit-rule check
}

@test "apply changes a rule in one step, which is one event" {
	audit-rule add sale --label note
	sql "insert into sale values (1, null, 1, 'x')"
	echo '{"rule":"sale","table":"sale","mask":"total","future":1}' |
		audit-rule apply -v
	is "$(audit-rule list)" '{"rule":"sale","table":"public.sale","ops":["insert","update","delete","truncate"],"enabled":true,"mask":["total"]}'
	is "$(rule_events)" 'rule_add|sale
rule_change|sale'
	is "$(sql "select old ->> 'label', new ->> 'label' from audit.event
		where op = 'rule_change'")" 'note|'
	sql "update sale set total = 2"
	is "$(sql "select old, label from audit.event where op = 'update'")" \
		'{"total": {"masked": true}}|'
}

@test "a change keeps the columns that a rule has followed through a rename" {
	audit-rule add sale --mask note
	sql "alter table sale rename note to remark" \
		"alter table sale add note text"
	audit-rule list | jq -c '.ignore = ["total"]' | audit-rule apply
	sql "insert into sale(id, note, remark) values (1, 'open', 'secret')"
	is "$(sql "select new ->> 'note', new ->> 'remark' from audit.event
		where op = 'insert'")" 'open|{"masked": true}'
}

@test "apply moves a rule to other tables" {
	audit-rule add sale
	audit-rule list | jq -c '.table = "customer"' | audit-rule apply
	is "$(audit-rule show sale | field 'covers[].table')" public.customer
	sql "insert into customer values (1)" "insert into sale values (1)"
	is "$(ops sale)" ""
	is "$(ops customer)" insert
	is "$(triggers)" 2
}

@test "apply switches a rule on and off" {
	audit-rule add sale
	audit-rule list | jq -c '.enabled = false' | audit-rule apply
	audit-rule list | jq -c '.enabled = true' | audit-rule apply
	is "$(rule_events)" 'rule_add|sale
rule_disable|sale
rule_enable|sale'
}

@test "apply does all or nothing, and names each bad line" {
	audit-rule add customer
	run -2 --separate-stderr audit-rule apply --prune <<-'END'
	{"rule":"sale","table":"sale"}
	not json
	{"rule":"x","table":"nowhere"}

	["rule"]
	{"rule":"y","table":"sale","ops":"insert","related":"yes"}
	{"rule":"sale","table":"customer"}
	{"table":"sale"}
	{"rule":"z"}
	{"rule":"w","table":"sale","ops":[]}
	END
	is "$output" ""
	is "$(sed 's/^audit-rule: \(line [0-9]*: [^("]*\).*/\1/; s/ *$//' <<<"$stderr")" \
		'line 2: invalid input syntax for type json
line 3: no such table: nowhere
line 5: not a rule: [
line 6: related: not a boolean: yes
line 7: rule sale a second time
line 8: rule: no name
line 9: table: none named
line 10: ops: none named'
	is "$(audit-rule list | field rule)" customer
	is "$(rule_events)" 'rule_add|customer'
}

@test "apply --prune removes the other rules, but not all" {
	audit-rule add customer sale
	audit-rule list | grep '"sale"' | audit-rule apply --prune
	is "$(audit-rule list | field rule)" sale
	is "$(triggers)" 2
	run -2 audit-rule apply --prune </dev/null
	[[ $output == *"no rule to keep"* ]]
	is "$(audit-rule list | field rule)" sale
}

@test "apply -n says what it would do" {
	audit-rule add customer
	run -0 audit-rule apply -n --prune <<<'{"rule":"sale","table":"sale"}'
	is "$(jq -c '[.do, .table // .rule.rule]' <<<"$output")" \
		'["trigger","public.sale"]
["add","sale"]
["remove","customer"]'
	is "$(audit-rule list | field rule)" customer
}

@test "apply reads files, and a file that is not there is exit 3" {
	echo '{"rule":"sale","table":"sale"}' >"$BATS_TEST_TMPDIR/a"
	echo '{"rule":"customer","table":"nope"}' >"$BATS_TEST_TMPDIR/b"
	run -2 audit-rule apply "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b"
	[[ $output == *"/b: line 1: no such table: nope"* ]]
	run -3 audit-rule apply "$BATS_TEST_TMPDIR/a" /nonexistent/rules
	is "$(audit-rule list)" ""
	run -0 audit-rule apply "$BATS_TEST_TMPDIR/a"
	is "$(audit-rule list | field rule)" sale
}

# Two at once

@test "two at once add the same table without harm" {
	audit-rule add sale --name one &
	run -0 audit-rule add sale --name two
	wait $!
	is "$(audit-rule list | field rule)" 'one
two'
	is "$(triggers)" 2
	run -0 audit-rule check
}

@test "add while another removes the last rule leaves a table covered" {
	for turn in 1 2 3; do
		audit-rule add sale --name "a$turn"
		audit-rule remove "a$turn" &
		run -0 audit-rule add sale --name "b$turn"
		wait $!
		sql "insert into sale values ($turn)"
		run -0 audit-rule check
		audit-rule remove "b$turn"
	done
	is "$(ops sale)" 'insert insert insert'
}
