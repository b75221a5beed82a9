#!/usr/bin/env bats
# audit-seal on an archive database: what was done to it is found by nothing but
# what is in it, whoever did it. Each manipulation is a superuser's, with all
# triggers off, in a copy of its own.

load tamper

# two trails: crm is that of tamper.bash, signed; shop is not
setup_file() {
	sealed_template
	export CRM=$PGDATABASE SHOP=${PGDATABASE}_shop
	sql "insert into known select 'crm', id from audit.trail"
	shop
	export ARCHIVE=${CRM}_archive
	sql_in postgres "create database $ARCHIVE"
	audit-rule init --archive -d "$ARCHIVE"
	audit-seal ship -d "$CRM" --to "dbname=$ARCHIVE" --trail crm >/dev/null
	audit-seal ship -d "$SHOP" --to "dbname=$ARCHIVE" --trail shop >/dev/null
	psql -qXd "$CRM" -c 'copy known to stdout' >"$DIR/known"
	PGDATABASE=$ARCHIVE
	export TEMPLATE=$ARCHIVE
	make_switch
	sql "create table known(name text primary key, id uuid)" \
		"create function ev(text) returns uuid language sql stable as
		    'select id from public.known where name = \$1'" \
		"\\copy known from '$DIR/known'" \
		"insert into known select 'shop1', id from audit.archived_event
		    where trail = 2 order by id desc limit 1"
}

# shop - another trail, whose seals are kept in the same file
shop() {
	sql_in postgres "create database $SHOP"
	PGDATABASE=$SHOP
	audit-rule init
	sql "create table item(id int primary key, name text)" \
		"create table till(id int primary key, item int references item)"
	audit-rule add item --label name --related
	sql "insert into item select i, 'n' || i from generate_series(1, 9) i" \
		"insert into till select i, i from generate_series(1, 5) i"
	await covered
	audit-seal >>"$DIR/anchors"
	sql "update item set id = 20 where id = 9"
	await covered
	audit-seal >>"$DIR/anchors"
	PGDATABASE=$CRM
}

teardown_file() {
	drop_copy
	sql_in postgres "drop database $SHOP (force)"
	sql_in postgres "drop database $CRM (force)"
	drop_database
}

setup() {
	given --trail crm --pubkey "$DIR/pub" --anchor "$DIR/anchors"
	cd "$BATS_TEST_TMPDIR" || return
}

# all_finds [FINDING]... - verify of all trails finds these, each with its trail
all_finds() {
	verified --anchor "$DIR/anchors"
	is "$(jq -r 'select(.finding) | "\(.trail // "-") \(.finding)" +
		" \(.seal // "-") \(.id // "-")"' <<<"$output" | names | sort -u)" \
		"$(printf '%s\n' "$@" | sort)"
	is "$status" 1
}

# altered SETTING... - of the event "priced", each alone is found
altered() {
	local setting

	for setting in "$@"; do
		tamper "update audit.archived_event set $setting
			where id = ev('priced')"
		finds "altered 2 priced"
	done
}

@test "an archive that nobody touched is sound, with each trail named" {
	copy
	verified --anchor "$DIR/anchors"
	is "$status" 0
	is "$(jq -r 'select(has("verified")) | "\(.name) \(.verified) \(.seals)"' \
		<<<"$output")" $'crm true 7\nshop true 2'
	is "$(jq -r 'select(.note) | "\(.trail) \(.note)"' <<<"$output")" \
		$'crm key\nshop unsigned'
	is "$(jq -r 'keys_unsorted[-1]' <<<"$output" | sort -u)" $'name\ntrail'
	verified "${HOW[@]}"
	is "$status" 0
	is "$(jq -c '[.name, .events, .unsealed]' <<<"$output")" \
		"$(audit-seal verify -d "$CRM" | jq -c 'select(has("verified"))
			| ["crm", .events, 0]')"
	tamper "select"
	verified "${HOW[@]}"
	is "$status" 0
}

@test "people get a sentence for each trail" {
	copy
	run -0 audit-seal verify -f table --trail shop --trail crm
	is "$(sed 's/[0-9][0-9]* events/N events/; s/until .*/until/' <<<"$output" |
		grep verified)" \
		"$(printf '%s: verified: N events in %s seals are as they were sealed, until\n' crm 7 shop 2)"
}

@test "events that were changed are found" {
	altered "new = '{\"price\": 13.01}'" "label = 'nut'" \
		"actor = 'eve'" "txid = txid + 1" "at = at + interval '1 s'" \
		"salt = gen_random_uuid()" "parents = '{}'"
	tamper "update audit.archived_event set new = '{}' where id = ev('shop1')"
	all_finds "shop altered 1 shop1"
}

@test "whose record it was cannot be changed" {
	altered "record = record + 1" "record = null" "record_to = record" \
		"record = (select max(x.record) from audit.archived_event x
			where x.trail = 2)"
}

@test "events that were removed or added are found" {
	tamper "delete from audit.archived_event where id = ev('gone')"
	finds "removed 4 gone"
	tamper "create temp table x as select * from audit.archived_event
			where id = ev('last')" \
		"update x set id = overlay(id::text placing '0000' from 33)::uuid" \
		"insert into audit.archived_event select * from x" \
		"insert into known select 'more', id from x"
	finds "inserted 6 more"
	# nothing waits for a seal here, whatever its transaction's number
	tamper "create temp table x as select * from audit.archived_event
			where id = ev('last')" \
		"update x set id = overlay(id::text placing '0000' from 33)::uuid,
			txid = txid + 1000000" \
		"insert into audit.archived_event select * from x" \
		"insert into known select 'more', id from x"
	finds "inserted - more"
}

@test "events that were moved to another trail are found in both" {
	tamper "update audit.archived_event set trail = 2 where id = ev('gone')"
	finds "removed 4 gone"
	all_finds "crm removed 4 gone" "shop inserted 0 gone"
	tamper "update audit.archived_event set trail = 3 - trail
			where id in (ev('gone'), ev('shop1'))"
	verified
	is "$status" 1
	is "$(jq -r 'select(.finding) | "\(.trail) \(.finding) \(.id)"' \
		<<<"$output" | names | sort)" "$(printf '%s\n' 'crm inserted shop1' \
		'crm removed gone' 'shop inserted gone' 'shop removed shop1')"
}

@test "events of a trail that is not there are found" {
	tamper "create temp table x as select * from audit.archived_event
			where id = ev('last')" "update x set trail = 77" \
		"insert into audit.archived_event select * from x"
	all_finds "- inserted - -"
	says 'are of trail number 77, which the archive does not have'
}

@test "leaves that were changed or removed are found" {
	tamper "update audit.archived_leaf set leaves = set_byte(leaves, 20,
			get_byte(leaves, 20) # 1) where trail = 1 and seal = 4
			and month = (select max(month) from audit.archived_leaf)"
	verified "${HOW[@]}"
	is "$status" 1
	is "$(found | cut -d ' ' -f 1-2 | sort -u)" 'leaves 4'
	tamper "delete from audit.archived_leaf where trail = 1 and seal = 6"
	verified "${HOW[@]}"
	is "$status" 1
	grep -q '"finding":"leaves","seal":6' <<<"$output"
}

@test "a seal that was changed is found" {
	tamper "update audit.archived_seal
			set line = replace(line, '\"tool\":\"', '\"tool\":\"x')
			where trail = 1 and no = 3"
	finds "anchor 3 -" "chain 3 -" "signature 3 -"
	tamper "update audit.archived_seal set hash = sha256('x')
			where trail = 1 and no = 3"
	verified "${HOW[@]}"
	is "$status" 1
}

@test "seals of one trail do not pass for another's" {
	tamper "delete from audit.archived_seal where trail = 2" \
		"delete from audit.archived_leaf where trail = 2" \
		"delete from audit.archived_event where trail = 2" \
		"update audit.archived_event set trail = 2 where trail = 1" \
		"update audit.archived_leaf set trail = 2 where trail = 1" \
		"delete from audit.archived_seal_state where trail = 2" \
		"update audit.archived_seal_state set trail = 2 where trail = 1" \
		"update audit.archived_seal set trail = 2 where trail = 1"
	given --trail shop
	verified "${HOW[@]}"
	is "$status" 1
	grep -q '"finding":"chain","seal":0,.* is one of another trail' <<<"$output"
}

@test "without its newest seal a trail is shorter than what was kept elsewhere" {
	tamper "delete from audit.archived_seal where trail = 1 and no = 6"
	finds "truncated 6 -"
	# without that nobody can tell: what the seal covers is still to come
	verified --trail crm
	is "$status" 0
	is "$(jq -r 'select(.note == "incomplete").seal' <<<"$output")" 6
	# also where all is gone that it covers
	put "delete from audit.archived_event where id in (
			select encode(substr(leaves, i * 48 + 1, 16), 'hex')::uuid
			from audit.archived_leaf,
			  generate_series(0, length(leaves) / 48 - 1) i
			where trail = 1 and seal = 6)" \
		"delete from audit.archived_leaf where trail = 1 and seal = 6"
	finds "truncated 6 -"
}

@test "a trail that was taken away is missed by who has a seal of it" {
	tamper "delete from audit.archived_trail where no = 2"
	all_finds "- truncated 1 -" "- inserted - -"
	run -2 --separate-stderr audit-seal verify --trail shop
	is "$output" ''
}

@test "a table of the same number in another trail is another table" {
	tamper "update audit.archived_event e set record = x.id::bigint << 32 | e.record & 4294967295
		from audit.archived_relation o join audit.archived_relation x on x.rel = o.rel and x.trail = 2
		where o.trail = 1 and o.id = e.record >> 32 and e.id = ev('priced')"
	finds 'altered 2 priced'
	# nor is a number of the archive the trail's, for it looks the same
	tamper "update audit.archived_event e set record = o.rel::bigint << 32 | e.record & 4294967295
		from audit.archived_relation o where o.trail = 1 and o.id = e.record >> 32 and e.id = ev('priced')
			and o.rel <> o.id"
	finds 'altered 2 priced'
}

@test "the numbers of tables are part of what is proven" {
	tamper "update audit.archived_relation set rel = -rel where trail = 1"
	verified "${HOW[@]}"
	is "$status" 1
	is "$(found | cut -d ' ' -f 1 | sort -u)" altered
	tamper "update audit.archived_relation set rel = 1000 + rel
			where trail = 2 and rel = (select min(rel)
			from audit.archived_relation where trail = 2)"
	verified --trail shop
	is "$status" 1
	is "$(found | cut -d ' ' -f 1 | sort -u)" altered
	tamper "delete from audit.archived_relation where trail = 1"
	verified "${HOW[@]}"
	is "$status" 1
}

@test "a seal that has come in parts so far is noted, and its events are not" {
	tamper "delete from audit.archived_seal where trail = 1 and no >= 5" \
		"delete from audit.archived_leaf where trail = 1 and seal = 6"
	verified --trail crm
	is "$status" 1
	is "$(jq -r 'select(.note == "incomplete").message' <<<"$output")" \
		"seal 5 has not come yet: nothing proves $(sql "select
			sum(length(leaves)) / 48 from audit.archived_leaf
			where trail = 1 and seal = 5") events that it is to cover"
	# what is in no leaf at all is none of them
	is "$(found | cut -d ' ' -f 1 | sort -u)" inserted
}

@test "evidence and proofs come from the archive alone" {
	copy
	audit-seal export --trail crm -o evidence
	sql "select ev('priced')" >id
	audit-seal prove "$(cat id)" >proof
	audit-seal prove --hide new.price "$(cat id)" >hidden
	audit-seal prove "$(sql "select ev('shop1')")" >other
	audit-seal consistency --trail crm 1 5 >grown
	run -1 --separate-stderr audit-seal prove ffffffff-ffff
	is "$output" ''
	export PGHOST=/nowhere
	run -0 --separate-stderr audit-seal verify --offline evidence \
		--pubkey "$DIR/pub" --anchor <(head -n 7 "$DIR/anchors")
	is "$(jq -c '[.verified, .seals]' <<<"$output")" '[true,7]'
	run -0 --separate-stderr audit-seal check-proof --pubkey "$DIR/pub" proof
	is "$(jq .trusted <<<"$output")" true
	grep -qF '"new":{"price": 13.00}' <<<"$output"
	run -0 --separate-stderr audit-seal check-proof --pubkey "$DIR/pub" hidden
	is "$(jq -c '.hidden' <<<"$output")" '["new"]'
	run -0 --separate-stderr audit-seal check-proof other
	run -0 --separate-stderr audit-seal check-proof --pubkey "$DIR/pub" \
		grown
}

@test "evidence of an archive tells what was done to it" {
	tamper "update audit.archived_event set new = '{}' where id = ev('priced')" \
		"create temp table x as select * from audit.archived_event
			where id = ev('last')" \
		"update x set id = overlay(id::text placing '0000' from 33)::uuid" \
		"insert into audit.archived_event select * from x" \
		"insert into known select 'more', id from x"
	finds "altered 2 priced" "inserted 6 more"
	audit-seal export --trail crm -o evidence
	given --offline evidence
	finds "altered 2 priced" "inserted 6 more"
}

@test "a proof is the same as the source's" {
	copy
	audit-seal prove "$(sql "select ev('priced')")" >here
	audit-seal prove -d "$CRM" "$(sql "select ev('priced')")" >there
	cmp here there
	audit-seal list --trail crm >here
	audit-seal list -d "$CRM" >there
	cmp here there
}

@test "what wants one trail names those that there are" {
	copy
	audit-seal keygen other
	for verb in export 'consistency 0 1' 'checkpoint --key other/seal.key' \
		'stamp --tsq -'; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr audit-seal $verb
		is "$output" ''
		# shellcheck disable=SC2154
		is "$stderr" 'audit-seal: which trail? --trail says it: crm, shop'
	done
	run -2 --separate-stderr audit-seal verify --trail erp
	is "$output" ''
	[[ $stderr == *'no such trail: erp'*'crm, shop'* ]]
	run -2 --separate-stderr audit-seal verify -d "$CRM" --trail crm
	is "$stderr" 'audit-seal: --trail: this is a trail, and no archive database'
	run -2 --separate-stderr audit-seal verify --trail shop \
		--anchor <(head -n 1 "$DIR/anchors")
	[[ $stderr == *'no seal of these trails is in it' ]]
	run -2 --separate-stderr audit-seal stamp --tsr "$DIR/pub" --trail crm
	is "$output" ''
}

@test "an archive is not sealed" {
	copy
	run -3 --separate-stderr audit-seal make
	is "$output" ''
	[[ $stderr == *'this is an archive database'* ]]
}

@test "seals are listed by their trails" {
	copy
	is "$(audit-seal list | jq -r .seal | paste -sd ' ')" '0 1 2 3 4 5 6 0 1'
	is "$(audit-seal list --trail 'sh*' | jq -r .seal | paste -sd ' ')" '0 1'
	is "$(audit-seal list -l 1 | jq -r .seal | paste -sd ' ')" '6 1'
	run -0 audit-seal list -f table
	is "$(cut -c 1-4 <<<"$output")" "$(printf '%s\n' crm SEAL '   '{0..6} '' \
		shop SEAL '   '{0,1})"
}

@test "a checkpoint and a request for a time stamp are those of the source" {
	copy
	audit-seal keygen other
	audit-seal checkpoint --key other/seal.key --trail crm >here
	audit-seal checkpoint --key other/seal.key -d "$CRM" >there
	cmp <(head -n 3 here) <(head -n 3 there)
	audit-seal stamp --tsq here --trail crm
	audit-seal stamp --tsq there -d "$CRM"
	cmp here there
}

@test "an auditor of the archive can verify it" {
	copy
	make_role archive_auditor login
	audit-rule grant archive_auditor auditor
	PGUSER=archive_auditor verified --anchor "$DIR/anchors"
	is "$status" 0
}

# within DATABASE - from here on
within() {
	PGDATABASE=$1
}

# source - one more trail in a database of its own: a record to be erased, and
# events to be purged
source() {
	PGDATABASE=${CRM}_three
	sql_in postgres "drop database if exists $PGDATABASE (force)" \
		"create database $PGDATABASE"
	audit-rule init
	sql "create table person(id int primary key, name text)" \
		"create table visit(id int primary key)"
	audit-rule add person visit
	sql "insert into person values (1, 'zoe')" \
		"insert into visit select generate_series(1, 20)"
	await covered
	audit-seal >/dev/null
}

# forget - purges and erases, and seals that
forget() {
	audit-purge erase -qy -t person -k 1 --why 'asked to' >/dev/null
	audit-purge run -qy --before "$(sql "select clock_timestamp()")" \
		-t visit >/dev/null
	await covered
	audit-seal >/dev/null
}

@test "what the source purged and erased since is here, and is counted" {
	copy
	archive=dbname=$PGDATABASE
	source
	audit-seal ship --to "$archive" --trail three >/dev/null
	forget
	audit-seal ship --to "$archive" >/dev/null
	within "${archive#*=}"
	verified --trail three
	is "$status" 0
	is "$(jq -c 'select(.note) | [.note, .message]' <<<"$output")" "$(
		printf '["%s","%s"]\n' unsigned 'seal 0 is not signed: who can write to the database can make another one' \
		kept '20 events are here that acts of audit-purge removed where the trail was written' \
		whole '1 event has values here that acts of audit-purge erased where the trail was written')"
	# evidence says of itself that it comes from here
	audit-seal export --trail three | audit-seal verify --offline - >evidence
	is "$(jq -r '.note // .verified' evidence | paste -sd ' ')" \
		'unsigned kept whole true'
	# what acts explain at the source, nobody does here
	put "delete from audit.archived_event where trail = 3 and op = 'purge'" \
		"delete from audit.archived_event where trail = 3 and op = 'insert'
			and \"table\" = 'visit'"
	verified --trail three
	is "$(found | cut -d ' ' -f 1 | uniq -c | tr -s ' ')" ' 21 removed'
	sql_in postgres "drop database ${CRM}_three (force)"
}

@test "what the source had purged and erased before is proven here, too" {
	copy
	archive=dbname=$PGDATABASE
	source
	forget
	audit-seal ship --to "$archive" --trail three >/dev/null
	audit-seal verify >there
	within "${archive#*=}"
	verified --trail three
	is "$status" 0
	is "$(jq -c 'select(has("verified")) | [.events, .purged, .erased]' \
		<<<"$output")" \
		"$(jq -c 'select(has("verified")) | [.events, .purged, .erased]' there)"
	is "$(jq -r 'select(.note).note' <<<"$output" | paste -sd ' ')" \
		'unsigned purged erased'
	put "update audit.archived_event set redacted = null, parts = null
		where trail = 3 and parts is not null"
	verified --trail three
	is "$status" 1
	sql_in postgres "drop database ${CRM}_three (force)"
}

@test "after a fork a proof is of the trail that is named" {
	copy
	archive=dbname=$PGDATABASE
	source
	audit-seal ship --to "$archive" --trail three >/dev/null
	copy_database "$PGDATABASE" "${PGDATABASE}_backup"
	sql "insert into visit values (30)"
	await covered
	audit-seal >/dev/null
	audit-seal ship --to "$archive" >/dev/null
	within "${PGDATABASE}_backup"
	sql "insert into visit values (31)"
	await covered
	audit-seal >/dev/null
	run ! --separate-stderr audit-seal ship --to "$archive"
	audit-seal ship --to "$archive" --trail fork --fork >/dev/null
	id=$(sql "select id from audit.event where \"table\" = 'person'")
	own=$(sql "select max(id::text) from audit.event where \"table\" = 'visit'")
	sql_in postgres "drop database ${CRM}_three (force)"
	within "${archive#*=}"
	sql_in postgres "drop database ${CRM}_three_backup (force)"
	verified
	is "$(jq -r 'select(.name) | "\(.name) \(.verified)"' <<<"$output")" \
		$'crm true\nshop true\nthree true\nfork true'
	run -2 --separate-stderr audit-seal prove "$id"
	is "$output" ''
	is "$stderr" 'audit-seal: which trail? --trail says it: three, fork'
	audit-seal prove --trail fork "$id" >proof
	is "$(audit-seal check-proof proof | jq .event.id)" "\"$id\""
	audit-seal prove "$own" >proof
	run -1 --separate-stderr audit-seal prove --trail three "$own"
	is "$output" ''
}

@test "since a time, the seals of each trail from then on are verified" {
	copy
	time=$(audit-seal list --trail shop | jq -r .at | head -n 1)
	verified -s "$time" --anchor "$DIR/anchors"
	is "$status" 0
	is "$(jq -c 'select(.name) | [.name, .seals]' <<<"$output")" \
		$'["crm",1]\n["shop",2]'
}
