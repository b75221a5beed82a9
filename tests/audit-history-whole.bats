#!/usr/bin/env bats
# audit-history-whole - a whole table as it was at a time; the witness is a copy
# of the table that was made then

load capture

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	fresh_schema
	COPIES=0
}

# keep [TABLE] - remember a table, and when that was
keep() {
	COPIES=$((COPIES + 1))
	sql "create table copy$COPIES as table ${1-t}"
	TIMES[COPIES]=$(sql 'select clock_timestamp()')
}

# rows [TABLE] - its rows, as the trail would write them, sorted
rows() {
	PGOPTIONS="$PGOPTIONS -c timezone=UTC -c extra_float_digits=1" \
		sql "select to_jsonb(x.*) from ${1-t} x" | sort
}

# then_is N [TABLE] - its rows at that time are those of the copy, and nothing
# is said about it
then_is() {
	run -0 --separate-stderr audit-history "${2-t}" --at "${TIMES[$1]}"
	is "$stderr" ''
	diff <(echo "$output" | sort) <(rows "copy$1"; [ -n "$output" ] || echo)
}

# all_are [TABLE]
all_are() {
	local n

	for ((n = 1; n <= COPIES; n++)); do
		then_is "$n" "$@"
	done
}

@test "changed, deleted and new records are as they were" {
	sql "create table t(id int primary key, a text, b numeric)" \
	    "insert into t select i, 'a' || i, i * 1.10 from generate_series(1, 6) i"
	audited t
	keep
	sql "update t set a = 'x' where id = 1" "update t set b = 2.20 where id < 3" \
	    "update t set a = 'y', b = null where id = 1" "delete from t where id = 3"
	keep
	sql "insert into t values (3, 'again', 0), (7, 'new', 1)" \
	    "update t set a = 'z' where id in (3, 7)" "delete from t where id = 4"
	keep
	sql "delete from t where id in (3, 7)" "insert into t values (3)" \
	    "update t set b = 1.1 where id = 3"
	keep
	sql "truncate t" "insert into t values (1, 'first')"
	keep
	all_are
}

@test "a record is followed through its keys" {
	sql "create table t(id int primary key, a text)" \
	    "insert into t select i, 'a' || i from generate_series(1, 9) i"
	audited t
	keep
	sql "update t set id = 10, a = 'x' where id = 1" "update t set a = 'y' where id = 10"
	keep
	sql "insert into t values (1, 'new')" "update t set id = 11 where id = 10" \
	    "update t set id = 12 where id = 2" "delete from t where id = 12" \
	    "insert into t values (12, 'other')"
	keep
	sql "begin" "update t set id = -id where id in (3, 4)" \
	    "update t set id = 7 + id where id in (-3, -4)" "commit" 2>/dev/null || true
	sql "update t set id = 100 where id = 5" "update t set id = 5 where id = 6" \
	    "update t set id = 6 where id = 100" "update t set a = 'last'"
	keep
	sql "delete from t" "insert into t values (11, 'end')"
	all_are
}

@test "keys that two records have at once in a transaction are told apart" {
	sql "create table t(id int primary key deferrable, a text)" \
	    "insert into t select i, 'a' || i from generate_series(1, 5) i"
	audited t
	keep
	sql "update t set id = id + 1"
	keep
	sql "update t set id = 8 - id"
	keep
	script <<-'END'
		begin;
		set constraints all deferred;
		insert into t values (2, 'other');
		delete from t where id = 2 and a <> 'other';
		commit;
	END
	sql "update t set a = a || '!'"
	keep
	sql "delete from t where id = 4"
	all_are
}

# at_random TABLE KEY - one statement: KEY is an expression for a new key
at_random() {
	local some="(id + $((RANDOM % 7))) % $((2 + RANDOM % 9)) = 0" n=$RANDOM

	case $((RANDOM % 12)) in
	0 | 1 | 2) echo "update $1 set a = 'a$n' where $some" ;;
	3) echo "update $1 set b = $n, a = null where $some" ;;
	4 | 5) echo "insert into $1 select i, $((n % 3)), 'new', $n from" \
		"generate_series(1, 40) i where i % $((2 + n % 5)) = 1" \
		"and i not in (select id from $1)" ;;
	6 | 7) echo "delete from $1 where $some" ;;
	8 | 9) echo "update $1 set $2 where $some" ;;
	10) echo "begin; delete from $1 where $some; insert into $1" \
		"values ($((n % 40)), 0, 'both', 0); commit" ;;
	11) [ $((n % 7)) != 0 ] || echo "truncate $1" ;;
	esac
}

# any_history TABLE KEY... - copies of it, and what happens in between; SEED
# says what. The KEYs are ways to change one.
any_history() {
	local n copy table=$1

	shift
	RANDOM=${SEED:-4711}
	sql "insert into $table select i, i % 3, 'a' || i, i from generate_series(1, 40) i"
	audited "$table"
	keep "$table"
	for copy in 2 3 4; do
		for n in {1..20}; do
			at_random "$table" "${@:1 + RANDOM % $#:1}"
			echo ';'
		done >"$BATS_TEST_TMPDIR/script"
		# some fail: a key is there already
		psql -qAtX -f "$BATS_TEST_TMPDIR/script" 2>/dev/null
		keep "$table"
	done
	is "$COPIES" "$copy"
	all_are "$table"
}

@test "whatever happens to records and keys" {
	sql "create table t(id int primary key, p int, a text, b numeric)"
	any_history t 'id = -id' 'id = id + 40'
}

@test "whatever happens to records and keys that can be deferred" {
	sql "create table t(id int primary key deferrable, p int, a text, b numeric)"
	any_history t 'id = id + 1' 'id = id - 1' 'id = 40 - id'
}

@test "whatever happens to keys of two columns" {
	sql "create table t(id int, p int, a text, b numeric, primary key (p, id))"
	any_history t 'p = (p + 1) % 3' 'id = id + 40' 'id = id - 40, p = 0'
}

@test "whatever happens to rows of partitions" {
	sql "create table t(id int, p int, a text, b numeric, primary key (id, p))
		partition by list (p)" \
	    "create table t0 partition of t for values in (0)" \
	    "create table t1 partition of t default"
	any_history t 'p = (p + 1) % 3' 'id = id + 40' 'id = id - 40, p = 0'
}

# shellcheck disable=SC2016 # names, not expressions
@test "a key of several columns, hostile names and values" {
	sql 'create table "t%1$s""\"("a%" text, "b""\" timestamptz, "c%s" text,
		primary key ("b""\", "a%"))' \
	    "insert into \"t%1\$s\"\"\\\" values (e'\\t\\\\\"%s', '2026-01-01', e'\\x01\\n\\\\N\\v\\b\\f\\r'),
		('\\N', 'infinity', ''), ('', '0044-03-15 BC', '\\.')"
	audited 's."t%1$s""\"'
	keep '"t%1$s""\"'
	sql "update \"t%1\$s\"\"\\\" set \"c%s\" = 'x' where \"a%\" <> ''" \
	    "update \"t%1\$s\"\"\\\" set \"a%\" = 'y' where \"a%\" = ''"
	keep '"t%1$s""\"'
	sql "delete from \"t%1\$s\"\"\\\""
	all_are '"t%1$s""\"'
}

@test "columns have the names of the time" {
	sql "create table t(id int primary key, a text, b text, c int)" \
	    "insert into t select i, 'a' || i, 'b' || i, i from generate_series(1, 4) i"
	audited t
	keep
	sql "update t set a = 'x' where id = 1" "alter table t rename a to z" \
	    "update t set z = 'y' where id = 2"
	keep
	sql "alter table t rename b to a" "alter table t rename z to b" \
	    "alter table t add d int" "update t set a = 'swapped' where id < 3" \
	    "alter table t rename id to no" \
	    "update t set d = no" "insert into t values (5)"
	keep
	sql "delete from t where no = 4"
	all_are
}

@test "a column that is gone is known where an event knows it" {
	sql "create table t(id int primary key, a text, b text)" \
	    "insert into t select i, 'a' || i, 'b' || i from generate_series(1, 3) i"
	audited t
	keep
	sql "update t set a = 'x' where id = 1" "delete from t where id = 2" \
	    "alter table t drop a" "alter table t add a int" \
	    "update t set a = 5 where id = 3"
	run -0 --separate-stderr audit-history t --at "${TIMES[1]}"
	is "$stderr" 'audit-history: unknown columns: a'
	is "$(sort <<<"$output")" '{"a": "a1", "b": "b1", "id": 1}
{"a": "a2", "b": "b2", "id": 2}
{"b": "b3", "id": 3}'
}

@test "what a rule hides stays hidden" {
	sql "create table t(id int primary key, m text, x text, b bytea)" \
	    "insert into t select i, 'm', 'x', '\\x00' from generate_series(1, 2) i"
	audited t --mask m --exclude x
	keep
	sql "update t set m = 'n', b = '\\x01' where id = 1"
	zero=$(printf '\0' | sha256sum | cut -d ' ' -f 1)
	run -0 --separate-stderr audit-history t --at "${TIMES[1]}"
	is "$stderr" 'audit-history: unknown columns: x'
	is "$(sort <<<"$output")" "{\"b\": {\"bytes\": 1, \"sha256\": \"$zero\"}, \"m\": {\"masked\": true}, \"id\": 1}
{\"b\": {\"bytes\": 1, \"sha256\": \"$zero\"}, \"m\": {\"masked\": true}, \"id\": 2}"
}

@test "a partitioned table, rows that moved included" {
	sql "create table t(id int, at date, a text, primary key (id, at)) partition by range (at)" \
	    "create table t1 partition of t for values from ('2026-01-01') to ('2026-02-01')" \
	    "create table t2 partition of t for values from ('2026-02-01') to ('2026-03-01')" \
	    "insert into t select i, date '2026-01-01' + i, 'a' from generate_series(0, 50) i"
	audited t
	keep
	sql "update t set at = '2026-02-05' where id = 1" "update t set a = 'b' where id in (1, 40)" \
	    "update t set id = 100 where id = 3"
	keep
	sql "truncate t1"
	all_are
	run -2 --separate-stderr audit-history t1 --at "${TIMES[1]}"
	is "$output" ''
}

@test "rows of a table without a key are counted" {
	sql "create table t(a int, b text)" \
	    "insert into t values (1, 'x'), (1, 'x'), (2, null)"
	audited t
	keep
	sql "insert into t values (1, 'x'), (3, 'y')" "delete from t where ctid = '(0,1)'" \
	    "update t set b = 'z' where a = 2"
	keep
	sql "alter table t rename a to c" "update t set c = c + 1" "truncate t" \
	    "insert into t values (1, 'x')"
	all_are
}

@test "values of every type are written as the trail writes them" {
	local columns=() row=() n=0 type value

	sql "create type mood as enum ('sad', 'it''s \"ok\"')" \
	    "create type pair as (a int, b text[], c mood)" \
	    "create domain price as numeric(10,2)" \
	    "create domain shade as mood" "create type span as range (subtype = date)"
	while IFS='|' read -r type value; do
		n=$((n + 1))
		columns+=(", c$n $type")
		row+=(", $value")
	done < <(every_value)
	sql "create table t(id int primary key${columns[*]})"
	audited t
	sql "insert into t values (1${row[*]})"
	local hostile="$PGOPTIONS -c datestyle=sql,dmy -c extra_float_digits=-3
		-c intervalstyle=iso_8601 -c bytea_output=escape -c timezone=Asia/Kolkata
		-c lc_monetary=C.UTF-8 -c quote_all_identifiers=on -c jit=on"
	diff <(PGOPTIONS=$hostile audit-history t --at now | sed 's/, "c/,\n"c/g') \
	    <(events new | sed 's/, "c/,\n"c/g')
	is "$(PGOPTIONS=$hostile audit-history t --at now --exact | grep -o '"c4": [^,]*')" '"c4": "12.30"'
}

every_value() {
	cat <<-'END'
		smallint|-32768
		bigint|9223372036854775807
		bigint|-9223372036854775808
		numeric|12.30
		numeric|1234567890123456789012345678901234567890.1234567890
		numeric(50,0)|1e40
		numeric|0.000
		numeric|'NaN'
		numeric|-0.5
		real|1.1
		real|'-0'
		real|'NaN'
		double precision|0.1::float8 + 0.2
		double precision|'-Infinity'
		double precision|1e-300
		double precision|1.5e300
		money|'-1234.50'
		boolean|false
		boolean|true
		text|e'a"b\\c\n\t\x01\v\b\f\r\x7f/\\N€😀'
		text|''
		text|null
		text|E'\\.'
		varchar(10)|'  x '
		char(4)|'ab'
		"char"|'c'
		name|'n'
		date|'2026-02-28'
		date|'0044-03-15 BC'
		date|'infinity'
		timestamp|'2026-02-28 12:34:56.789012'
		timestamp|'4713-01-01 00:00 BC'
		timestamp|'infinity'
		timestamptz|'2026-02-28 12:34:56.1+05:30'
		timestamptz|'-infinity'
		timestamptz|'0044-03-15 12:00+00 BC'
		timestamptz|'294276-12-31 23:59:59.999999+00'
		time|'24:00'
		timetz|'12:00:00.5+02'
		interval|'1 year -2 months 3 days -04:05:06.7'
		uuid|'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'
		inet|'10.0.0.1/8'
		cidr|'10.0.0.0/8'
		macaddr|'08:00:2b:01:02:03'
		bit(3)|'101'
		varbit|'1'
		point|'(1,2)'
		tsvector|'a:1 ''b c'':2'
		xml|'<a b="c"/>'
		oid|4294967295
		regclass|'pg_class'
		int4range|'[1,5)'
		oidvector|'1 2'
		int2vector|'1 2'
		int[]|'{1,null,3}'
		int[]|'[0:1][1:2]={{1,2},{3,4}}'
		text[]|array['a"b', null, '']
		bytea|'\x00ff'
		bytea[]|array['\x00'::bytea]
		jsonb|'{"b": [1.0, "x\"\\y"], "a": null}'
		json|'{"b":1 ,"a":2,"b":1.50}'
		json|'{"a":"\u0000"}'
		json|null
		mood|'it''s "ok"'
		mood[]|array['sad']::mood[]
		pair|row(1, array['x'], 'sad')
		pair[]|array[row(1, array['x'], 'sad')::pair]
		price|1.1
		shade|'sad'
		span|'[2026-01-01,2026-02-01)'
	END
}

@test "a table without rows, and one without columns" {
	sql "create table t(id int primary key)" "create table none()" \
	    "insert into none default values" "insert into none default values"
	audited t none
	keep
	sql "insert into t values (1)" "insert into none default values"
	then_is 1
	is "$(audit-history none --at "${TIMES[1]}")" $'{}\n{}'
}

@test "a table that was dumped and restored" {
	sql "create table t(gone int, id int primary key, a text, b text)" \
	    "alter table t drop gone" "insert into t values (1, 'a', 'b'), (2, 'a', 'b')"
	audited t
	keep
	sql "update t set a = 'x'" "alter table t rename a to z" "update t set z = 'y', id = 3 where id = 2"
	keep
	other_database
	pg_dump "${PGDATABASE%_two}" | psql -qX >"$BATS_TEST_TMPDIR/log"
	PGOPTIONS+=" -c search_path=s"
	sql "update t set b = 'z' where id = 1" "alter table t rename b to a" "update t set a = 'last'"
	all_are t
	drop_other_database
}

@test "a table that is gone: what its events know" {
	sql "create table gone(id int primary key, a text)" \
	    "insert into gone values (1, 'one'), (2, 'two')"
	audited gone
	keep gone
	sql "update gone set a = 'x' where id = 1" "delete from gone where id = 1" \
	    "insert into gone values (3)" "drop table gone"
	run -1 --separate-stderr audit-history s.gone --at "${TIMES[1]}"
	is "$output" '{"a": "one", "id": 1}'
	is "$stderr" 'audit-history: s.gone is gone: rows that no event shows are missing'
}

@test "a time before auditing began is refused" {
	before=$(sql "select clock_timestamp()")
	sql "create table t(id int primary key)" "insert into t values (1)"
	audited t
	run -1 --separate-stderr audit-history t --at "$before"
	is "$output" ''
	[[ $stderr == 'audit-history: t: not audited then: auditing began at 2'*Z ]]
	# what a file held stays
	echo kept >"$BATS_TEST_TMPDIR/rows"
	run -1 audit-history t --at 2020-01-01 -o "$BATS_TEST_TMPDIR/rows"
	is "$(cat "$BATS_TEST_TMPDIR/rows")" kept
}

@test "a table that has had another key since is refused" {
	sql "create table t(id int primary key, a text)" \
	    "insert into t values (1, 'one'), (2, 'two')"
	audited t
	keep
	sql "update t set a = 'x' where id = 1" \
	    "alter table t drop constraint t_pkey, add primary key (id, a)" \
	    "update t set id = 5 where id = 2"
	run -3 --separate-stderr audit-history t --at "${TIMES[1]}"
	[[ $stderr == *'has had another key since'* ]]
	is "$output" ''
}

@test "why rows may be wrong is said" {
	sql "create table t(id int primary key)" "insert into t values (1)"
	audited t --name "switched"
	keep
	audit-rule disable switched
	run -0 --separate-stderr audit-history t --at "${TIMES[1]}"
	[[ $stderr == 'audit-history: t: rows may be wrong: rule switched was switched, 2'*Z ]]
	audit-rule enable switched
	run -0 --separate-stderr audit-history -q t --at "${TIMES[1]}"
	is "$stderr" ''
}

# erase TABLE KEY [OPTION]...
erase() {
	audit-purge erase -y --why 'request 17' -t "$1" -k "${@:2}" >/dev/null
}

# row_then N TABLE FILTER - a row of the table at that time
row_then() {
	audit-history -q "$2" --at "${TIMES[$1]}" | jq -c "$3"
}

@test "what was erased is unknown, and no later value stands in for it" {
	sql "create table t(id int primary key, a text, \"@key\" text, c text)" \
	    "insert into t select i, 'a' || i, 'k' || i, 'c' || i from generate_series(1, 3) i"
	audited t
	keep
	sql "update t set a = 'x', \"@key\" = 'y' where id = 1" \
	    "alter table t rename a to z"
	keep
	sql "update t set z = 'later', c = 'd' where id = 1" "delete from t where id = 2"
	erase t 1 --fields 'a,z,@key'
	erase t 2 --fields c
	run -0 --separate-stderr audit-history t --at "${TIMES[1]}"
	is "$stderr" 'audit-history: unknown columns: a, c, @key'
	is "$(sort <<<"$output")" '{"a": "a2", "id": 2, "@key": "k2"}
{"a": "a3", "c": "c3", "id": 3, "@key": "k3"}
{"c": "c1", "id": 1}'
	# the same, by itself
	is "$(audit-history t 1 --at "${TIMES[1]}" | jq -c '[.row, .unknown]')" \
		'[{"c":"c1","id":1},["a","@key"]]'
	is "$(row_then 2 t 'select(.id == 1)')" '{"c":"c1","id":1,"@key":"y"}'
}

@test "what was erased of records whose keys change is unknown" {
	sql "create table t(id int primary key deferrable, a text, b text)" \
	    "insert into t select i, 'a' || i, 'b' || i from generate_series(1, 3) i"
	audited t
	keep
	sql "update t set id = 9, a = 'x' where id = 1" "update t set a = 'y' where id = 9"
	erase t 9 --fields a
	is "$(row_then 1 t 'select(.id == 1)')" '{"b":"b1","id":1}'
	sql "delete from t where id = 2"
	erase t 2 --with key
	run -1 --separate-stderr audit-history t --at "${TIMES[1]}"
	[[ $stderr == *'t: of changes that were erased nobody knows the rows: rows may be wrong'* ]]
	is "$(sort <<<"$output")" '{"a": "a3", "b": "b3", "id": 3}
{"b": "b1", "id": 1}'
}

@test "changes whose keys were erased are said to be missing" {
	sql "create table t(id int primary key, a text)" \
	    "insert into t select i, 'a' || i from generate_series(1, 3) i"
	audited t
	keep
	sql "update t set a = 'x' where id = 1" "insert into t values (4)" \
	    "delete from t where id in (2, 4)"
	erase t 4 --with key
	erase t 2 --with key
	run -1 --separate-stderr audit-history t --at "${TIMES[1]}"
	is "$stderr" 'audit-history: t: of changes that were erased nobody knows the rows: rows may be wrong'
	is "$(sort <<<"$output")" '{"a": "a1", "id": 1}
{"a": "a3", "id": 3}'
}

@test "rows without a key are not known if values of changes were erased" {
	sql "create table p(id int primary key)" "insert into p values (1)" \
	    "create table t(id int references p, a text)" \
	    "insert into t values (1, 'x'), (1, 'y')"
	audited p t --related
	keep
	sql "delete from t where a = 'y'" "update t set a = 'z'"
	erase p 1 --related
	keep
	run -1 --separate-stderr audit-history t --at "${TIMES[1]}"
	is "$stderr" 'audit-history: t: values have been erased since, and its rows have no key'
	is "$output" ''
	then_is 2
}

@test "who may not see all rows gets none" {
	sql "create table t(id int primary key)" "insert into t values (1)"
	audited t
	keep
	make_role reader login
	sql "grant usage on schema s, audit to reader" \
	    "grant select on all tables in schema audit to reader" \
	    "grant execute on all functions in schema audit to reader"
	run -3 --separate-stderr as reader audit-history s.t --at "${TIMES[1]}"
	is "$output" ''
	needs=${stderr#*needs: }
	is "$needs" 'grant select on s.t to ROLE'
	sql "revoke all on all tables in schema audit from reader" \
	    "revoke all on all functions in schema audit from reader" \
	    "revoke usage on schema audit from reader"
	audit-rule grant reader auditor
	sql "${needs/ROLE/reader}"
	is "$(as reader audit-history s.t --at "${TIMES[1]}")" '{"id": 1}'
	sql "alter table t enable row level security"
	run -3 --separate-stderr as reader audit-history s.t --at "${TIMES[1]}"
	is "$output" ''
	sql "alter table t disable row level security"
	is "$(as reader audit-history s.t --at "${TIMES[1]}")" '{"id": 1}'
	sql "drop owned by reader cascade" "drop role reader"
}
