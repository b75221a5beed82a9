#!/usr/bin/env bats
# audit-seal verify: finds what was done to events, whoever did it. Each
# manipulation is a superuser's, with all triggers off, in a copy of its own.

load tamper

setup_file() {
	sealed_template
}

teardown_file() {
	drop_copy
	drop_database
}

setup() {
	given
}

# altered EVENT SEAL SETTING... - each alone is found, and what is put back is
# sound
altered() {
	local setting

	copy
	for setting in "${@:3}"; do
		printf 'tampering with %s: %s\n' "$1" "$setting"
		put "create table kept as
				select * from audit.event where id = ev('$1')" \
			"update audit.event set $setting where id = ev('$1')"
		finds "altered $2 $1"
		put "delete from audit.event where id = ev('$1')" \
			"insert into audit.event select * from kept" "drop table kept"
	done
	sound
}

@test "what nobody touched is sound" {
	copy
	sound
	[[ $output != *'"note"'* ]]
	tamper "select"
	sound
}

@test "values that were changed are found" {
	altered priced 2 "new = '{\"price\": 13.01}'" \
		"new = '{\"price\": 13.0}'" "new = '{\"price\": \"13.00\"}'" \
		"new = '{\"price\": 13.00, \"name\": \"nut\"}'" "new = '{}'" \
		"new = null" "old = '{\"price\": 12.3}'" "old = new, new = old"
	altered born 1 "new = new || '{\"more\": {\"a\": [null, 1]}}'" \
		"new = new || '{\"name\": \"BOLT\"}'" "new = new - 'more'" \
		"new = new || '{\"more\": null}'" "old = '{}'"
	altered gone 4 "old = null"
}

@test "whose record it was cannot be changed" {
	altered priced 2 "key = '{\"id\": 2}'" "key = null" "label = 'nut'" \
		"label = null" "record = record + 1" "record = null" \
		"record_to = record" "parents = '{}'" "parents = array[record]" \
		"\"schema\" = 'shop'" "\"table\" = 'part'"
	altered rekeyed 2 "record_to = null" "record_to = record"
	altered child 2 "parents = null" "parents = parents || 1::bigint"
	altered logged 4 "key = '{\"line\": 1}'"
}

@test "who did it, when, why and what cannot be changed" {
	altered priced 2 "actor = 'eve'" "actor = null" "actor = 'Ann'" \
		"role = 'eve'" "as_role = 'eve'" "session = 'x'" "app = 'x'" \
		"app = null" "addr = '10.0.0.1'" "reason = 'because'" \
		"reason = null" "reason = ''" "op = 'insert'" "rules = 'x'" \
		"rules = null" "rules = ''" "at = at - interval '1 us'" \
		"txid = txid - 1" "txid = txid + 1000000" "txid = 0"
	altered priced 2 "actor = reason, reason = actor" \
		"actor = null, session = actor"
}

@test "a salt that was changed is found" {
	altered priced 2 "salt = gen_random_uuid()"
	tamper "update audit.event e set salt = o.salt from audit.event o
		where (e.id, o.id) in ((ev('priced'), ev('unpriced')),
			(ev('unpriced'), ev('priced')))"
	finds "altered 2 priced" "altered 2 unpriced"
}

@test "values that nobody erased cannot be said to be erased" {
	altered priced 2 "redacted = '{price}'" "redacted = '{}'" \
		"redacted = '{price}', new = '{}'"
}

@test "several events are each named" {
	tamper "update audit.event set reason = 'x' where id in (ev('first'),
		ev('priced'), ev('last'))" \
		"delete from audit.event where id = ev('gone')"
	finds "altered 0 first" "altered 2 priced" "removed 4 gone" \
		"altered 6 last"
}

@test "events that were removed are named" {
	local name

	for name in "0 first" "0 third" "1 born" "2 child" "5 sold" "6 last"; do
		tamper "delete from audit.event where id = ev('${name#* }')"
		finds "removed $name"
	done
	tamper "delete from audit.event
		where id in (ev('first'), ev('second'), ev('last'))"
	finds "removed 0 first" "removed 0 second" "removed 6 last"
}

# removed [CONDITION] - what finds has to say where these events were removed
removed() {
	sql "select format('removed %s %s', l.seal, coalesce(k.name, l.id::text))
		from (select seal, encode(substr(leaves, i * 48 + 1, 16), 'hex')::uuid as id
			from audit.leaf, generate_series(0, length(leaves) / 48 - 1) i) l
			left join known k using (id) where ${1-true}"
}

@test "all events of a seal, of a partition, of the trail: each is named" {
	local gone this="(select tableoid::regclass from audit.event
		where id = ev('first'))"

	tamper "delete from audit.event e using audit.leaf l
		where l.seal = 2 and e.id between l.first and l.last"
	readarray -t gone <<<"$(removed 'seal = 2')"
	[ "${#gone[@]}" = 4 ]
	finds "${gone[@]}"
	tamper "do \$\$ begin execute format(
		'alter table audit.event detach partition %s', $this); end \$\$"
	finds "removed 0 first" "window - -"
	tamper "do \$\$ begin execute format('drop table %s', $this); end \$\$"
	finds "removed 0 first" "window - -"
	tamper "truncate audit.event"
	readarray -t gone <<<"$(removed)"
	[ "${#gone[@]}" -gt 40 ]
	finds "${gone[@]}"
}

@test "an event under another id, or in another's place, is named" {
	tamper "update audit.event set id = overlay(id::text placing '0000' from 33)::uuid
			where id = ev('priced')" \
		"insert into known select 'moved', id from audit.event
			where id::text = overlay(ev('priced')::text placing '0000' from 33)"
	finds "reordered 2 moved"
	tamper "create temp table x as select * from audit.event
			where id in (ev('priced'), ev('unpriced'))" \
		"delete from audit.event where id in (ev('priced'), ev('unpriced'))" \
		"update x set id = case id when ev('priced') then ev('unpriced')
			else ev('priced') end" \
		"insert into audit.event select * from x"
	finds "reordered 2 priced" "reordered 2 unpriced"
}

# like EVENT [COLUMN=VALUE]... - insert one more such event, known as more
like() {
	local set='' column

	for column in "${@:2}"; do
		set+="$column, "
	done
	tamper "create temp table x as select * from audit.event where id = ev('$1')" \
		"update x set ${set}salt = gen_random_uuid()" \
		"insert into audit.event select * from x" \
		"insert into known select 'more', id from x"
}

more="overlay(id::text placing '0000' from 33)::uuid"

@test "events that were inserted are named" {
	like priced "id = $more"
	finds "inserted 2 more"
	like first "id = $more"
	finds "inserted 0 more"
	like last "id = $more"
	finds "inserted 6 more"
	# of a transaction to come
	like last "id = audit.new_id(clock_timestamp())" "txid = txid + 1000000"
	finds "inserted - more"
	like last "id = audit.new_id(clock_timestamp())" "txid = -1"
	finds "inserted 0 more"
}

@test "the same event twice is named" {
	tamper "alter table audit.event drop constraint event_pkey" \
		"insert into audit.event select * from audit.event where id = ev('priced')"
	finds "inserted 2 priced"
	tamper "alter table audit.event drop constraint event_pkey" \
		"insert into audit.event select * from audit.event where id = ev('priced')" \
		"update audit.event set reason = 'x' where ctid = (
			select max(ctid) from audit.event where id = ev('priced'))
			and id = ev('priced')"
	run -1 audit-seal verify
	says "$(sql "select ev('priced')")"
}

@test "an event that was written later than it says is named" {
	like fresh "txid = txid_current()" "at = at - interval '1 day'" \
		"id = audit.new_id(at - interval '1 day')"
	sound # not sealed yet
	reseal
	finds "backdated 7 more"
	like fresh "txid = txid_current()" "at = at - interval '1 day'" "id = $more"
	reseal
	finds "backdated 7 more" "misdated 7 more"
}

@test "an event of a transaction long ago is not sealed later" {
	like fresh "txid = (select txid from audit.event where id = ev('priced'))" \
		"id = $more"
	reseal
	finds "inserted 2 more"
}

@test "who has exported evidence finds the same without the database" {
	tamper "update audit.event set reason = 'x' where id = ev('priced')" \
		"delete from audit.event where id = ev('gone')" \
		"create temp table x as select * from audit.event where id = ev('last')" \
		"update x set id = $more" "insert into audit.event select * from x" \
		"insert into known select 'more', id from x" \
		"update audit.seal set line = replace(line, '\"tool\":\"', '\"tool\":\"x')
			where no = 3"
	audit-seal export -o "$BATS_TEST_TMPDIR/evidence"
	finds "altered 2 priced" "removed 4 gone" "inserted 6 more" \
		"chain 3 -" "signature 3 -"
	given --offline "$BATS_TEST_TMPDIR/evidence" --pubkey "$DIR/pub"
	finds "altered 2 priced" "removed 4 gone" "inserted 6 more" \
		"chain 3 -" "signature 3 -"
}

@test "an event in another partition is the same event" {
	tamper "create temp table x as select * from audit.event
			where tableoid = (select tableoid from audit.event where id = ev('first'))" \
		"do \$\$ begin execute format('drop table %s',
			(select tableoid::regclass from audit.event where id = ev('first')));
			end \$\$" \
		"insert into audit.event select * from x"
	is "$(sql "select tableoid::regclass from audit.event
		where id = ev('first')")" audit.event_rest
	# the partition, that is
	finds "window - -"
	tamper "select audit.settle_rest()"
	sound
}
