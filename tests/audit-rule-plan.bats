#!/usr/bin/env bats
# audit-rule plan - what a rule would cost, before there is one

load rule

setup_file() {
	fresh_database
	make_role plan_low login
}

teardown_file() {
	drop_database
	sql_in postgres "drop role plan_low"
}

setup() {
	sql "set client_min_messages = warning" \
		"drop schema if exists audit, s cascade" "create schema s"
	export PGOPTIONS='-c search_path=s'
}

# plan ARGUMENT... - the only line
plan() {
	run -0 --separate-stderr audit-rule plan "$@"
	is "$stderr" ""
	is "${#lines[@]}" 1
}

# counters_begin - all that was counted is forgotten
counters_begin() {
	local begun

	begun=$(sql "select clock_timestamp()")
	sql "select pg_stat_reset()" >/dev/null
	# not one of before: servers before PostgreSQL 15 do it later
	await gives t "select pg_stat_get_db_stat_reset_time(oid) >= '$begun'
		from pg_database where datname = current_database()"
}

# counted TABLE NUMBER - until the server has counted so many changes
counted() {
	await counts "$@"
}

counts() {
	is "$(sql "select sum(n_tup_ins + n_tup_upd + n_tup_del)
		from pg_stat_user_tables where relid in (select '$1'::regclass union
		select relid from pg_partition_tree('$1'))")" "$2"
}

# trail_bytes - what the events take on disk
trail_bytes() {
	sql "select sum(pg_table_size(relid)) + sum(pg_indexes_size(relid))
		from pg_partition_tree('audit.event')"
}

# close_to GOT WANTED PERCENT
close_to() {
	jq -en --argjson g "$1" --argjson w "$2" --argjson p "$3" \
		'($g - $w | fabs) <= $w * $p / 100' >/dev/null && return
	echo "got: $1, wanted: $2, give or take $3 %"
	return 1
}

@test "a rehearsal needs no trail, no right and no write" {
	sql "create table t(id int primary key, n text)" \
		"insert into t select i, i from generate_series(1, 10) i"
	counted t 10
	PGUSER=plan_low PGOPTIONS='-c default_transaction_read_only=on' \
		plan 's.*'
	is "$(field table <<<"$output")" s.t
	is "$(sql "select to_regnamespace('audit')")" ""
	[ "$(field inserts_per_day <<<"$output")" != 0 ]
}

@test "a line has its keys in this order" {
	sql "create table t(id int primary key, n text)"
	plan t
	is "$(jq -r 'keys_unsorted | join(" ")' <<<"$output")" "table why rules \
rows key since since_is days inserts_per_day updates_per_day deletes_per_day \
truncated_per_day events_per_day bytes_per_event bytes_per_day \
bytes_per_month write_seconds_per_day mask exclude notes command"
	[[ $output != *'" :'* ]]
}

@test "the rates are what was counted, by the time since then" {
	local before began until after
	sql "create table t(id int primary key, n int)"
	before=$(date +%s%N)
	counters_begin
	began=$(date +%s%N)
	sql "insert into t select i, 0 from generate_series(1, 1000) i" \
		"update t set n = 1 where id <= 400" "delete from t where id <= 100"
	counted t 1500
	until=$(date +%s%N)
	plan t
	after=$(date +%s%N)
	is "$(field since_is <<<"$output")" stats_reset
	# a span of less than a second counts as one
	jq -e --argjson least $((until - began)) \
		--argjson most $((after - before)) '
		86400 * 1000 / .inserts_per_day
		| . >= ([1, $least / 1e9] | max) - 0.01
			and . <= ([1, $most / 1e9] | max) + 0.01' <<<"$output"
	jq -e '.inserts_per_day / .updates_per_day | . > 2.49 and . < 2.51' \
		<<<"$output"
	jq -e '.updates_per_day / .deletes_per_day | . > 3.99 and . < 4.01' \
		<<<"$output"
	jq -e '(.inserts_per_day + .updates_per_day + .deletes_per_day
		- .events_per_day | fabs) < 1' <<<"$output"
	is "$(field truncated_per_day <<<"$output")" 0
}

@test "where the counters begin is said" {
	sql_in postgres "create database plan_young"
	PGDATABASE=plan_young sql "create table public.t()" \
		"select pg_stat_reset()"
	PGDATABASE=plan_young plan public.t
	is "$(field since_is <<<"$output")" stats_reset
	sql_in postgres "drop database plan_young" "create database plan_young"
	PGDATABASE=plan_young sql "create table public.t()"
	PGDATABASE=plan_young plan public.t
	sql_in postgres "drop database plan_young"
	[ "$(sql "select current_setting('server_version_num')::int >= 150000")" = t ] ||
		skip "before PostgreSQL 15 a new database has a time of its own"
	is "$(field since_is <<<"$output")" server_start
	is "$(field since <<<"$output")" "$(sql "select to_char(
		pg_postmaster_start_time() at time zone 'UTC',
		'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")"
	[[ $(field notes[] <<<"$output") == *"the counters were never reset"* ]]
}

# estimated TABLE OP - what the plan says of one event
estimated() {
	audit-rule plan "$1" | field "bytes_per_event.$2"
}

@test "the estimate is what the trail grows by, give or take 20 percent" {
	local estimate before
	local row="i, 'Customer ' || i || ' & Sons Ltd', now(), i * 1.25, true,
		case when i % 2 = 0 then 'note ' || md5(i::text) end, 'new', i % 7"
	sql "create table sale(id int primary key, name text, at timestamptz,
		total numeric(12,2), active bool, note text, state text, n int)" \
		"insert into sale select $row from generate_series(1, 5000) i" \
		"analyze sale" "create table t(like sale including all)"
	estimate=$(audit-rule plan sale)
	audit-rule init
	audit-rule add t
	# the two tables' names take as much, as do their rules'
	before=$(trail_bytes)
	sql "insert into t select $row from generate_series(1, 5000) i"
	close_to "$(field bytes_per_event.insert <<<"$estimate")" \
		$((($(trail_bytes) - before) / 5000)) 10
	before=$(trail_bytes)
	sql "update t set state = 'confirmed', total = total + 1"
	close_to "$(field bytes_per_event.update <<<"$estimate")" \
		$((($(trail_bytes) - before) / 5000)) 20
	before=$(trail_bytes)
	sql "delete from t"
	close_to "$(field bytes_per_event.delete <<<"$estimate")" \
		$((($(trail_bytes) - before) / 5000)) 10
}

@test "the estimate holds for wide rows and for what is stored aside" {
	local before n
	local doc="i, 't' || i, (select string_agg(md5((i * k)::text), ' ')
		from generate_series(1, 200) k)"
	sql "create table doc(id int primary key, t text, body text)" \
		"insert into doc select $doc from generate_series(1, 500) i" \
		"create table many(id int primary key$(
			printf ', some_column_%d text' {1..80})) " \
		"insert into many select i$(
			printf ', md5((i * %d)::text)' {1..80}) from generate_series(1, 500) i" \
		"update doc set body = body || 'x'" "analyze doc" "analyze many"
	await gives t "select pg_stat_get_live_tuples(reltoastrelid) > 0
		from pg_class where oid = 'doc'::regclass"
	local estimates
	estimates=$(audit-rule plan doc many)
	audit-rule init
	audit-rule add doc many
	for n in doc many; do
		before=$(trail_bytes)
		sql "delete from $n"
		close_to "$(jq "select(.table == \"s.$n\") | .bytes_per_event.delete" \
			<<<"$estimates")" $((($(trail_bytes) - before) / 500)) 30
	done
}

@test "the growth of a day is that of its events" {
	sql "create table t(id int primary key, n int)" \
		"insert into t select i, 0 from generate_series(1, 1000) i" \
		"update t set n = 1" "delete from t where id <= 500"
	counted t 2500
	plan t
	jq -e '.inserts_per_day * .bytes_per_event.insert
		+ .updates_per_day * .bytes_per_event.update
		+ .deletes_per_day * .bytes_per_event.delete
		| . > 0' <<<"$output"
	close_to "$(field bytes_per_day <<<"$output")" "$(jq '.inserts_per_day *
		.bytes_per_event.insert + .updates_per_day * .bytes_per_event.update +
		.deletes_per_day * .bytes_per_event.delete' <<<"$output")" 1
	close_to "$(field bytes_per_month <<<"$output")" \
		"$(jq '.bytes_per_day * 30' <<<"$output")" 1
	close_to "$(field write_seconds_per_day <<<"$output")" \
		"$(jq '(.inserts_per_day * 78 + .updates_per_day * 111
			+ .deletes_per_day * 74) / 1e6' <<<"$output")" 1
	plan t --ops update
	close_to "$(field events_per_day <<<"$output")" \
		"$(field updates_per_day <<<"$output")" 1
	close_to "$(field bytes_per_day <<<"$output")" \
		"$(jq '.updates_per_day * .bytes_per_event.update' <<<"$output")" 1
}

@test "what is excluded, masked or kept whole changes the size" {
	local whole less masked kept
	sql "create table t(id int primary key, note text, scan bytea)" \
		"insert into t select i, repeat('x', 400),
			decode(repeat('ab', 500), 'hex') from generate_series(1, 100) i" \
		"analyze t"
	whole=$(estimated t insert)
	less=$(audit-rule plan t --exclude note | field bytes_per_event.insert)
	masked=$(audit-rule plan t --mask note | field bytes_per_event.insert)
	kept=$(audit-rule plan t --keep-bytes | field bytes_per_event.insert)
	[ "$less" -lt "$masked" ]
	[ $((masked + 350)) -lt "$whole" ]
	[ $((whole + 700)) -lt "$kept" ]
}

@test "columns that look like secrets are proposed, by whole words" {
	sql 'create table t(id int primary key, password text, "apiKey" text,
		api_key text, "Reset-Token" text, userpassword text, pin int, ssn
		varchar(11), password2 text, token_hash bytea, card_number text,
		pinned text, tokenize_count int, token_count int, secretary text,
		is_secret bool, passport text, password_changed_at timestamptz,
		secret_name text, keyboard text, shipping text, iban text)'
	plan t
	is "$(field 'mask | join(" ")' <<<"$output")" 'password apiKey api_key Reset-Token userpassword pin ssn password2 token_hash card_number'
	plan t --mask password,apiKey,api_key,userpassword,pin --exclude ssn \
		--label card_number
	is "$(field 'mask | join(" ")' <<<"$output")" 'Reset-Token password2 token_hash'
}

@test "a key or a label that looks like a secret is named, and not proposed" {
	sql "create table t(token text primary key, pin text, scan bytea)"
	plan t --label pin
	is "$(field 'mask | length' <<<"$output")" 0
	[[ $(field notes[] <<<"$output") == *"cannot be hidden: token, pin"* ]]
	plan t --label scan
	is "$(field 'exclude | length' <<<"$output")" 0
}

@test "blobs are proposed, small ones are not" {
	sql "create table t(id int primary key, body text, digest bytea,
		photo bytea, name text)" \
		"insert into t select i, (select string_agg(md5((i * k)::text), '')
			from generate_series(1, 200) k), sha256('x'),
			decode(repeat('ab', 500), 'hex'), 'n' || i
			from generate_series(1, 50) i"
	plan t
	is "$(field 'exclude | join(" ")' <<<"$output")" 'digest photo'
	sql "analyze t"
	plan t
	is "$(field 'exclude | join(" ")' <<<"$output")" 'body photo'
	[[ $(field notes[] <<<"$output") == *"bytes a row are stored aside"* ]]
	plan t --exclude body
	is "$(field 'exclude | join(" ")' <<<"$output")" photo
}

@test "the command can be pasted, whatever the names" {
	# shellcheck disable=SC2016 # a name that a shell must not read
	local table='"we""ird '\''T$x`y; *"'
	sql "create schema \"-s\"" "create table \"-s\".$table(id int primary key,
		\"pass word\" text, \"a'b secret\" text, \"\$(x)\" bytea)"
	audit-rule init
	plan "\"-s\".$table" --ops insert,delete --label id
	eval "$(field command <<<"$output")"
	is "$(audit-rule list | jq -c 'del(.rule, .enabled)')" \
		"$(jq -nc --arg t "\"-s\".$table" '{table: $t, ops: ["insert",
		"delete"], exclude: ["$(x)"], mask: ["a'\''b secret", "pass word"],
		label: "id"}')"
	plan "\"-s\".$table"
	is "$(field command <<<"$output")" null
	sql 'drop schema "-s" cascade'
}

@test "a name with a comma has no command, and that is said" {
	sql 'create table t(id int primary key, "my,secret" text)'
	plan t
	is "$(field 'mask[0]' <<<"$output")" my,secret
	is "$(field command <<<"$output")" null
	[[ $(field notes[] <<<"$output") == *"audit-rule apply"* ]]
}

@test "it means the tables that add would cover" {
	sql "create table a(id int primary key)" \
		"create table line(id int, a int references a)" \
		"create table b(id int) partition by list (id)" \
		"create table b1 partition of b for values in (1)" \
		"create table part_line(id int, a int references a)
			partition by list (id)" \
		"create table part_line1 partition of part_line for values in (1)" \
		"create table derived() inherits (a)" "create table \"A*\"()" \
		"create table ext_config()" \
		"alter extension plpgsql add table ext_config" \
		"create table skipped()" "create view v as select 1" \
		"create table other()"
	audit-rule init
	audit-rule skip s.skipped --why 'no'
	covered() {
		audit-rule plan "$@" | field 'table + " " + .why' | sort >planned
		audit-rule add --name x "$@"
		audit-rule show x | field 'covers[] | .table + " " + .why' |
			sort >added
		audit-rule remove x
		diff planned added
	}
	cd "$BATS_TEST_TMPDIR"
	covered a
	is "$(<planned)" 's.a named
s.derived child'
	covered a --related
	is "$(wc -l <planned)" 4
	covered 's.*'
	grep -q '^s.other pattern' planned
	run ! grep -q ext_config planned
	covered ext_config
	sql "alter extension plpgsql drop table ext_config"
	covered 's.*' a
	covered '"A*"' b
	covered '*e*'
	covered 's.*' skipped
	covered b1 b --related
}

@test "a table that two arguments mean is printed once" {
	sql "create table a()" "create table b()"
	sql "create table c()"
	is "$(audit-rule plan b 's.*' a | field 'table + " " + .why')" \
		's.b named
s.c pattern
s.a named'
}

@test "partitions are added up" {
	sql "create table p(id int primary key, v text) partition by range (id)" \
		"create table p1 partition of p for values from (0) to (1000)" \
		"create table p2 partition of p for values from (1000) to (3000)
			partition by range (id)" \
		"create table p21 partition of p2 for values from (1000) to (3000)"
	counters_begin
	sql "insert into p select i, repeat('x', 300)
		from generate_series(0, 2999) i" "update p set v = 'y' where id < 600" \
		"vacuum analyze p1, p21"
	counted p 3600
	plan p
	is "$(field rows <<<"$output")" 3000
	close_to "$(jq '.inserts_per_day / .updates_per_day' <<<"$output")" 5 1
	[ "$(field bytes_per_event.insert <<<"$output")" -gt 500 ]
	[[ $(field notes[] <<<"$output") != *"no statistics"* ]]
}

@test "without a primary key an update stores the whole old row" {
	local with without
	sql "create table a(id int primary key, v text, w text, n int, m int)" \
		"create table b(id int, v text, w text, n int, m int)" \
		"insert into a select i, repeat('x', 200), 'w', 1, 1
			from generate_series(1, 100) i" \
		"insert into b table a" "analyze a" "analyze b"
	with=$(estimated a update)
	without=$(estimated b update)
	[ $((with + 200)) -lt "$without" ]
	is "$(audit-rule plan b | field key)" null
	is "$(audit-rule plan a | jq -c .key)" '["id"]'
	[[ $(audit-rule plan b | field notes[]) == *"no primary key"* ]]
	[[ $(audit-rule plan a | field notes[]) != *"no primary key"* ]]
}

@test "rows that a TRUNCATE takes are counted as events" {
	sql "create table t(id int primary key)"
	counters_begin
	sql "insert into t select generate_series(1, 1000)" "truncate t" \
		"insert into t select generate_series(1, 1000)"
	counted t 2000
	plan t
	close_to "$(jq '.truncated_per_day / .inserts_per_day' <<<"$output")" 0.5 1
	close_to "$(jq '.events_per_day / .inserts_per_day' <<<"$output")" 1.5 1
	[[ $(field notes[] <<<"$output") == *"a TRUNCATE records each"* ]]
	plan t --ops insert
	close_to "$(jq '.events_per_day / .inserts_per_day' <<<"$output")" 1 1
}

@test "what makes the figures doubtful is said" {
	sql "create table t(id int primary key, v text)"
	plan t
	[[ $(field notes[] <<<"$output") == *"no change was counted"* ]]
	[[ $(field notes[] <<<"$output") == *"no statistics"* ]]
	[[ $(field notes[] <<<"$output") == *"hours old"* ]]
	[[ $(field notes[] <<<"$output") != *"counts nothing"* ]]
	PGOPTIONS="$PGOPTIONS -c track_counts=off" plan t
	[[ $(field notes[] <<<"$output") == *"counts nothing"* ]]
	sql "insert into t values (1, 'x')" "update t set v = 'y'" "analyze t"
	counted t 2
	plan t
	[[ $(field notes[] <<<"$output") != *"no change was counted"* ]]
	[[ $(field notes[] <<<"$output") != *"no statistics"* ]]
	[[ $(field notes[] <<<"$output") == *"taken to change two columns"* ]]
}

@test "rules that are there are named to who may read them" {
	sql "create table t(id int primary key)" "create table u()"
	audit-rule init
	is "$(audit-rule plan t | jq -c .rules)" '[]'
	audit-rule add t --name one --ops insert
	audit-rule add t --name two
	is "$(audit-rule plan t | jq -c .rules)" '["one","two"]'
	is "$(audit-rule plan t | field command)" null
	export PGUSER=plan_low
	is "$(audit-rule plan 's.*' | jq -c '[.table, .rules]')" '["s.t",null]
["s.u",[]]'
}

@test "what add refuses is exit 2 that names it, with nothing on stdout" {
	sql "create table t(id int primary key, n text)" \
		"create view v as select 1"
	bad() {
		local said=$1

		shift
		run -2 --separate-stderr audit-rule plan "$@"
		is "$output" ""
		[[ $stderr == *"$said"* ]]
	}
	bad 'no such table: nope' t nope
	bad 'no such table: x.y' x.y
	bad 's.v is no table' s.v
	bad 'pg_class is a table of the system' pg_class
	bad 'bad pattern: a.b.*' 'a.b.*'
	bad '"x' '"x'
	bad 'no column "nope" in s.t' t --mask nope
	bad 'no column "nope" in s.t' 's.*' --exclude nope
	bad 'no column "N" in s.t' t --label N
	bad '"id", which is in the key of s.t' t --mask id
	bad '"n", which is the label' t --exclude n --label n
	bad 'insert, update, delete, truncate, read: drop' t --ops drop
	bad 'mask: this is about changes' t --ops read --mask n
	bad 'ops: not a list of names' t --ops insert,
	bad 'plan takes no --groups' t --groups x
	bad 'which tables'
	bad 'no such format' t -f xml
}

@test "a pattern that means no table yet says so" {
	run -0 --separate-stderr audit-rule plan 's.*'
	is "$output" ""
	is "$stderr" "audit-rule: s.*: there is no such table yet"
}

@test "it waits for no lock of the application, and not long for one of DDL" {
	sql "create table t(id int primary key, v text)"
	open_session
	say "begin" "lock table t in access exclusive mode"
	plan t
	say "truncate t"
	run -3 --separate-stderr audit-rule plan t
	is "$output" ""
	[[ $stderr == *"lock timeout"* ]]
	close_session
}

@test "as a table it is a name and a value a row, sizes as people say them" {
	sql "create table t(id int primary key, password text)"
	run -0 audit-rule plan t -f table
	grep -qx 'table  *s\.t' <<<"${lines[0]}"
	grep -qx 'the trail grows  *[0-9]* bytes a day, [0-9]* bytes a month' \
		<<<"$output"
	grep -qx 'mask  *password' <<<"$output"
	grep -q '^command  *audit-rule add ' <<<"${lines[-1]}"
	is "$(audit-rule plan t t -f table | grep -c '^table ')" \
		"$(audit-rule plan t t | wc -l)"
}
