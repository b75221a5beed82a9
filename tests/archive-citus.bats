#!/usr/bin/env bats
# an archive database on Citus: its events and leaves lie on two nodes, and
# every answer is that of an archive without

# a subshell has a server of its own
# shellcheck disable=SC2030,SC2031

load helper

setup_file() {
	local node

	citus_there || return 0
	# shellcheck source=server.sh
	. "$ROOT/tests/server.sh"
	for node in 1 2 0; do
		SERVER_WATCH=
		server_start shared_preload_libraries=citus \
			max_prepared_transactions=50 max_connections=100 \
			citus.shard_count=4 citus.enable_statistics_collection=off 3>&-
		echo "$SERVER_DIR" >"$BATS_FILE_TMPDIR/server.$node"
		psql -qc 'create database spread'
		psql -qd spread -c 'create extension citus' \
			-c 'create extension citus_columnar'
	done
	PGDATABASE=spread sql "select from citus_set_coordinator_host('$PGHOST', 5432)" \
		"select from citus_add_node('$(node 1)', 5432)" \
		"select from citus_add_node('$(node 2)', 5432)"
	export PGDATABASE=source
	make_source
	make_archives
}

teardown_file() {
	local file

	. "$ROOT/tests/server.sh"
	for file in "$BATS_FILE_TMPDIR"/server.?; do
		if [ -e "$file" ]; then
			(SERVER_DIR=$(cat "$file") && server_stop)
		fi
	done
}

# where a file is skipped as a whole, older bats says that it failed
setup() {
	citus_there || skip 'citus is not installed'
}

citus_there() {
	[ -e "$("$SERVER_BIN/pg_config" --sharedir)/extension/citus.control" ]
}

# node N - the directory of a node's server, which is where its socket is
node() {
	cat "$BATS_FILE_TMPDIR/server.$1"
}

# make_source - a trail with events of five months, and seals
make_source() {
	psql -qd postgres -c 'create database source'
	audit-rule init
	sql "create table item(id int primary key, name text, price numeric)" \
	    "create table person(id int primary key, mail text)"
	audit-rule add item --label name
	audit-rule add person
	sql "select from audit.make_months(array(select
		  date_trunc('month', now() at time zone 'UTC') - i * interval '1 month'
		  from generate_series(1, 4) i))" \
	    "insert into audit.event(id, at, txid, record, op, \"schema\", \"table\",
		  key, label, actor, rules, old, new)
		select audit.new_id(at), at, 1 + i / 3, audit.record(r.id, k::text),
		  case i / 400 when 0 then 'insert' else 'update' end, 'public', 'item',
		  jsonb_build_object('id', k), 'Item ' || k,
		  (array['alice', 'bob'])[1 + i % 2], 'item',
		  case when i >= 400 then jsonb_build_object('price', i) end,
		  jsonb_build_object('price', i + 1)
		from audit.relation r, generate_series(0, 1999) i, lateral (
		  select date_trunc('month', now()) - interval '4 months'
		    + i * interval '65 minutes' as at, 1 + i % 400 as k) x
		where r.\"table\" = 'item'"
	sql "insert into person select i, 'mail' || i from generate_series(1, 50) i" \
	    "set audit.actor = 'carol'; update person set mail = 'x' where id < 9"
	audit-seal >/dev/null
	sql "update person set id = 100 + id where id < 5" \
	    "delete from person where id = 10"
	audit-seal >/dev/null
}

# make_archives - one on Citus, and one without
make_archives() {
	psql -qd postgres -c 'create database plain'
	audit-rule init --archive -d dbname=plain
	audit-rule init --archive -d dbname=spread
	audit-seal ship --to "$(of plain)" --trail one >/dev/null
	audit-seal ship --to "$(of spread)" --trail one >/dev/null
}

# of DATABASE - its conninfo
of() {
	echo "host=$PGHOST dbname=$1"
}

# in_spread STATEMENT...
in_spread() {
	PGDATABASE=spread sql "$@"
}

# same TOOL [ARGUMENT]... - it says the same of both, and something
same() {
	"$@" -d "$(of plain)" >"$BATS_TEST_TMPDIR/plain"
	"$@" -d "$(of spread)" >"$BATS_TEST_TMPDIR/spread"
	[ -s "$BATS_TEST_TMPDIR/plain" ]
	cmp "$BATS_TEST_TMPDIR/plain" "$BATS_TEST_TMPDIR/spread"
}

# same_answers - to all kinds of questions
same_answers() {
	local log=(audit-log --trail one)

	same "${log[@]}"
	same "${log[@]}" --reverse
	same "${log[@]}" -l 20
	same "${log[@]}" -t item -k 8
	same "${log[@]}" -t person -k 102
	same "${log[@]}" -t 'public.*' -a carol
	same "${log[@]}" -s '80 days' -u '40 days'
	same "${log[@]}" --op insert,delete -t person
	same "${log[@]}" --field price --value 77
	same "${log[@]}" --grep 'ail4'
	same "${log[@]}" --rule person
	same "${log[@]}" --txid 12
	same "${log[@]}" --count --by table,op,month
	same audit-history --trail one item 8
	same audit-seal list --trail one
	same audit-seal verify --trail one
}

# sound - the trail verifies on Citus, event for event
sound() {
	run -0 --separate-stderr audit-seal verify -d "$(of spread)" --trail one
	is "$(jq 'select(has("verified")).events' <<<"$output")" \
		"$(in_spread "select count(*) from audit.archived_event
			where trail = 1")"
}

# month N - the partition of so many months ago
month() {
	in_spread "select 'audit.archived_event_' || to_char(now() at time zone
		'UTC' - $1 * interval '1 month', 'YYYY_MM')"
}

# kept_in PARTITION - how its rows are stored
kept_in() {
	in_spread "select amname from pg_class c join pg_am a on a.oid = c.relam
		where c.oid = '$1'::regclass"
}

# shard_of PARTITION - a node's directory and the name there of one that is not
# empty
shard_of() {
	in_spread "select nodename || ' ' || shard_name from citus_shards
		where table_name = '$1'::regclass and shard_size > 0
		and shard_name <> '' order by shard_size desc limit 1"
}

@test "events and leaves are on both nodes, and nowhere else" {
	for table in archived_event archived_leaf; do
		is "$(in_spread "select count(distinct nodename) from citus_shards
			where table_name = 'audit.$table'::regclass")" 2
		is "$(in_spread "select count(*) from citus_shards where table_name =
			'audit.$table'::regclass and nodename = '$PGHOST'")" 0
	done
}

@test "init once more changes nothing" {
	before=$(in_spread "select count(*) from citus_shards" \
		"select count(*) from audit.event")
	audit-rule init -d "$(of spread)"
	is "$(in_spread "select count(*) from citus_shards" \
		"select count(*) from audit.event")" "$before"
}

@test "the answers are those of an archive without Citus" {
	same_answers
}

@test "a proof from it is one from the source" {
	local id

	id=$(sql "select id from audit.event where op = 'insert' limit 1")
	audit-seal prove "$id" >"$BATS_TEST_TMPDIR/source"
	audit-seal prove "$id" -d "$(of spread)" --trail one >"$BATS_TEST_TMPDIR/proof"
	audit-seal check-proof "$BATS_TEST_TMPDIR/proof"
	cmp "$BATS_TEST_TMPDIR/source" "$BATS_TEST_TMPDIR/proof"
}

@test "who may only ship, or read, does that, and changes nothing" {
	in_spread "create role porter login" "create role eye login"
	audit-rule grant porter shipper -d "$(of spread)" >/dev/null
	audit-rule grant eye auditor -d "$(of spread)" >/dev/null
	# he goes on with it from here
	in_spread "update audit.archived_trail set shipper = 'porter' where name = 'one'"
	audit-seal ship --to "$(of spread) user=porter" --trail two --fork >/dev/null
	is "$(as eye audit-log -d "$(of spread)" --trail two --count)" \
		"$(audit-log -d "$(of spread)" --trail one --count)"
	for role in porter eye; do
		for what in "delete from audit.archived_event" \
			"update audit.archived_leaf set n = 9" \
			"truncate audit.archived_event"; do
			run -1 as "$role" in_spread "$what"
			[[ $output == *"permission denied"* ]]
		done
	done
	sound
}

@test "closed months are kept in columns, and the answers stay" {
	is "$(in_spread "select audit.close_months()")" 3
	is "$(in_spread "select audit.close_months()")" 0
	is "$(kept_in "$(month 4)")" columnar
	is "$(kept_in "$(month 2)")" columnar
	is "$(kept_in "$(month 0)")" heap
	same_answers
	sound
}

@test "without Citus there are no months to close" {
	is "$(PGDATABASE=plain sql "select audit.close_months()")" 0
}

@test "a month that has not ended is not closed, whatever time is given" {
	in_spread "select audit.close_months('infinity')"
	is "$(kept_in "$(month 0)")" heap
}

@test "what comes late gets into a closed month" {
	in_spread "select audit.close_months()"
	is "$(kept_in "$(month 4)")" columnar
	sql "insert into audit.event(id, at, op, actor) select audit.new_id(at), at,
		'login', 'late' from (select date_trunc('month', now())
		- interval '100 days' as at) x"
	audit-seal >/dev/null
	audit-seal ship --to "$(of plain)" >/dev/null
	audit-seal ship --to "$(of spread)" --trail one >/dev/null
	is "$(audit-log -d "$(of spread)" --trail one -a late --count)" '{"count":1}'
	sound
}

@test "what was erased at the source is erased in closed months, too" {
	in_spread "select audit.close_months()"
	audit-purge erase -qy -t item -k 7 --why 'asked to' >/dev/null
	audit-seal >/dev/null
	for archive in plain spread; do
		run -0 audit-seal ship --to "$(of "$archive")" --trail one --erased
		is "$(jq .erased <<<"$output")" 5
	done
	is "$(in_spread "select count(*) from audit.event where label = 'Item 7' and trail = 1")" 0
	is "$(kept_in "$(month 4)")" heap
	sound
	in_spread "select audit.close_months()"
	is "$(kept_in "$(month 4)")" columnar
	same_answers
	run -0 audit-seal ship --to "$(of spread)" --trail one --erased
	is "$(jq .erased <<<"$output")" 0
	is "$(kept_in "$(month 4)")" columnar
}

@test "nothing in columns is changed in its place" {
	in_spread "select audit.close_months()"
	read -r host shard <<<"$(shard_of "$(month 4)")"
	for what in "update %s set actor = 'mallory'" "delete from %s"; do
		# shellcheck disable=SC2059
		run -1 env PGHOST="$host" psql -qd spread \
			-c 'set citus.enable_manual_changes_to_shards = on' \
			-c "$(printf "$what" "$shard")"
		[[ $output == *"not supported for Columnar"* ]]
	done
	sound
}

@test "an event that was changed on a node is found" {
	read -r host shard <<<"$(shard_of "$(month 0)")"
	id=$(PGHOST=$host PGDATABASE=spread sql \
		"set citus.enable_manual_changes_to_shards = on" \
		"update $shard set actor = 'mallory' where trail = 1 and id = (
			select id from $shard where trail = 1 and op = 'insert'
			order by id limit 1) returning id")
	run -1 --separate-stderr audit-seal verify -d "$(of spread)" --trail one
	is "$(jq -r 'select(.id != null).id' <<<"$output" | sort -u)" "$id"
}

@test "an event that is gone from a node is found" {
	read -r host shard <<<"$(shard_of "$(month 0)")"
	id=$(PGHOST=$host PGDATABASE=spread sql \
		"set citus.enable_manual_changes_to_shards = on" \
		"delete from $shard where trail = 1 and id = (
			select id from $shard where trail = 1 and op = 'insert'
			order by id desc limit 1) returning id")
	run -1 --separate-stderr audit-seal verify -d "$(of spread)" --trail one
	jq -r 'select(.id != null).id' <<<"$output" | grep -qx "$id"
}

@test "an archive that was there before takes to Citus with all it has" {
	psql -qd postgres -c 'create database later'
	audit-rule init --archive -d "$(of later)"
	audit-seal ship --to "$(of later)" --trail one >/dev/null
	for node in 0 1 2; do
		(
			PGHOST=$(node "$node")
			[ "$node" = 0 ] || psql -qd postgres -c 'create database later'
			psql -qd later -c 'create extension citus'
		)
	done
	export PGDATABASE=later
	sql "select from citus_set_coordinator_host('$PGHOST', 5432)" \
		"select from citus_add_node('$(node 1)', 5432)" \
		"select from citus_add_node('$(node 2)', 5432)"
	audit-rule init
	is "$(sql "select count(distinct nodename) from citus_shards
		where table_name = 'audit.archived_event'::regclass")" 2
	run -0 audit-seal verify -q --trail one
	is "$(audit-log --trail one | sha256sum)" \
		"$(audit-log --trail one -d "$(of plain)" | sha256sum)"
}

@test "uninstall takes all of it away, on the nodes too" {
	export PGDATABASE=later
	audit-rule uninstall --drop-trail -y
	for node in 0 1 2; do
		is "$(PGHOST=$(node "$node") sql "select count(*) from pg_class c
			join pg_namespace n on n.oid = c.relnamespace
			where n.nspname = 'audit'")" 0
	done
}
