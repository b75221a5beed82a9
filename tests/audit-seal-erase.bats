#!/usr/bin/env bats
# audit-seal: values that audit-purge erased leave the proof as it was

load tamper

setup_file() {
	signed_trail
	script <<-'END'
		create table known(name text primary key, id uuid);
		create table t(id int primary key, name text, more jsonb,
		    "@x ""é" int);
		create function ev(text) returns uuid language sql stable as
		    'select id from public.known where name = $1';
	END
	make_switch
	audit-rule add t --label name
	known born "insert into t values (1, 'zoe', '{\"a\": [1.50, null]}', 5)"
	known changed "update t set name = 'eve', \"@x \"\"é\" = 6"
	known moved "update t set id = 2"
	known other "insert into t values (10, 'bob', '1', 7)"
	seal
	known loose "insert into t values (11, 'joe', '1', 7)"
	cp -a "$KEYS" "$DIR/before"
	sql "create table was as select * from audit.event"
	audit-purge erase -qy -t t -k 1 --with key,reason,app,actor \
		--why 'asked to' >"$DIR/erase"
	sql "insert into known select 'act', id from audit.event where op = 'erase'"
	seal
	known fresh "insert into t values (12, 'sue', null, null)"
}

teardown_file() {
	drop_copy
	drop_database
}

setup() {
	given --pubkey "$DIR/pub" --anchor "$DIR/anchors"
	cd "$BATS_TEST_TMPDIR" || return
}

# erased - how many events lost values, so the summary says
erased() {
	jq 'select(has("verified")).erased' <<<"$output"
}

# without NAME FIELDS COLUMNS - erase that of an event, and tell nobody
without() {
	put "update audit.event e set key = r.key, label = r.label,
			actor = r.actor, app = r.app, reason = r.reason,
			old = r.old, new = r.new, redacted = r.redacted,
			salt = r.salt, parts = r.parts, record = r.record,
			record_to = r.record_to, parents = r.parents
		from (select (audit.without(x, '{$2}', '{$3}', '{}')).*
			from audit.event x where id = ev('$1')) r
		where e.id = r.id"
}

@test "what was erased is gone, and the trail is as it was sealed" {
	copy
	is "$(jq 'select(.erased).events' "$DIR/erase")" 3
	is "$(sql "select count(*) from audit.event e
		where e::text ~ '\\m(zoe|eve)\\M'")" 0
	sound
	is "$(erased)" 3
	grep -q '"message":"3 events lost values by acts of erasure"' <<<"$output"
	run -0 audit-seal verify -f table
	grep -q '; 3 lost values' <<<"${lines[-1]}"
}

@test "evidence has what proves them, and nothing of what was erased" {
	copy
	audit-seal export -o all
	is "$(grep -c '"parts":' all)" 3
	is "$(grep '"parts":' all | grep -cE '"(zoe|eve|ann)"|"salt":"[0-9a-f]{32}","rec')" 0
	given --offline all --pubkey "$DIR/pub"
	run -0 --separate-stderr audit-seal verify "${HOW[@]}"
	is "$(erased)" 3
	python3 "$ROOT/tests/seal.py" evidence all
	sed -i '/^{"act"/d' all
	finds "redacted - born" "redacted - changed" "redacted - moved"
	run -1 python3 "$ROOT/tests/seal.py" evidence all
}

@test "an event that lost values is proven like one that hides them" {
	copy
	for name in born changed moved; do
		audit-seal prove "$(sql "select ev('$name')")"
	done >proofs
	audit-seal check-proof --pubkey "$DIR/pub" proofs >checked
	is "$(jq -c '.hidden | unique' checked | sort -u)" \
		'["actor","app","key","label","new","old","reason"]
["actor","app","key","label","new","reason"]'
	python3 "$ROOT/tests/seal.py" proof proofs >/dev/null
	is "$(grep -cE '"(zoe|eve|ann)"' proofs)" 0
}

@test "what was erased before it was sealed is sealed so" {
	copy
	audit-purge erase -qy -t t -k 12 --why asked >/dev/null
	sound
	is "$(erased)" 4
	reseal
	sound
	is "$(erased)" 4
	audit-seal prove "$(sql "select ev('fresh')")" | audit-seal check-proof - |
		grep -q '"hidden":\['
}

@test "values can be erased twice" {
	copy
	audit-purge erase -qy -t t -k 10 --fields name --why once >/dev/null
	audit-purge erase -qy -t t -k 10 --why more >/dev/null
	sound
	is "$(erased)" 4
	reseal
	sound
}

@test "values that no act erased are found" {
	copy
	without other label name
	finds "redacted - other"
	says "no act says so"
	copy
	without loose "" name,more
	finds "redacted - loose"
}

@test "an act that was altered erases nothing" {
	copy
	without other label name
	put "update audit.event set new = jsonb_set(new, '{ids}',
		new -> 'ids' || to_jsonb(ev('other'))) where id = ev('act')"
	finds "altered 1 act" "redacted - born" "redacted - changed" \
		"redacted - moved" "redacted - other"
	says "is not proven"
}

@test "no other value can stand where one was left" {
	copy
	without other "" more
	put "update audit.event set new = jsonb_set(new, '{name}', '\"eva\"')
		where id = ev('other')"
	finds "altered 0 other"
	copy
	without other "" more
	put "update audit.event set new = new || '{\"more\": 2}'
		where id = ev('other')"
	finds "altered 0 other"
	put "update audit.event set new = new - 'more',
			label = 'eva' where id = ev('other')"
	finds "altered 0 other"
}

@test "parts that are none, or others, are found" {
	copy
	for parts in "''" "parts || '\\x00'" "substr(parts, 19)" "'\\x0b01'" \
		"overlay(parts placing '\\x02' from 2)" "parts || parts"; do
		put "update audit.event set parts = $parts where id = ev('born')"
		finds "altered 0 born"
		audit-seal export -o all
		run -1 audit-seal verify --offline all
		copy
	done
}

@test "the salt must be gone" {
	tamper "update audit.event e set salt = w.salt from was w
		where e.id = w.id and e.id = ev('born')"
	finds "altered 0 born"
}

@test "what says that it was erased must have been" {
	tamper "update audit.event set redacted = redacted || '{role}'
		where id = ev('other')" \
		"update audit.event set redacted = '{name}' where id = ev('other')"
	finds "altered 0 other"
	tamper "update audit.event set redacted = array_remove(redacted, '@label')
		where id = ev('born')"
	finds "redacted - born"
	says "other values were erased than were"
	tamper "update audit.event set redacted = null where id = ev('born')"
	finds "altered 0 born"
}

@test "erased values that are back are found" {
	tamper "update audit.event e set old = w.old, new = w.new
		from was w where e.id = w.id and e.id = ev('changed')"
	finds "altered 0 changed"
	tamper "delete from audit.event where id = ev('changed')" \
		"insert into audit.event select * from was where id = ev('changed')"
	finds "claimed - changed"
	says "has all its values"
}
