#!/usr/bin/env bats
# erase.bats - personal data goes from events, and the proof stays
# shellcheck disable=SC2086 # N is a number

load capture

setup_file() {
	trail_database
	script <<-'END'
		create table person(id int primary key, name text, mail text,
		    "p""h\one" text, doc json, pic bytea, born date, write_uid text);
		create table addr(pid int references person on update cascade, n int,
		    street text, primary key (pid, n));
		create table note(id int primary key,
		    pid int references person on update cascade, t text);
		create table tag(pid int references person on update cascade, t text);
		-- what an event's leaf is, from its commitments
		create function leaf_head(e audit.event) returns bytea language sql as $$
		  select convert_to('AE1', 'UTF8') || audit.tlv(1, uuid_send(e.id))
		    || audit.tlv(2, timestamptz_send(e.at)) || audit.tlv(3, int8send(e.txid))
		    || (select string_agg(audit.tlv(f, convert_to(v, 'UTF8')), '' order by f)
		      from (values (4, e.op), (5, e."schema"), (6, e."table"), (7, e.role),
		        (8, e.as_role), (9, e.rules)) x(f, v) where v is not null) $$;
		create function leaf(e audit.event) returns bytea language sql as $$
		  select sha256(decode('00', 'hex') || leaf_head(e) || coalesce((
		    select string_agg(audit.tlv(f, c), '' order by f) from (
		      select field, string_agg(coalesce(commitment,
		        audit.commitment(salt, field, name, value)), '' order by n)
		      from audit.parts_of(e) group by field) x(f, c)), '')) $$;
		create function sealed(i uuid) returns bytea language sql as $$
		  select substr(l.leaves, k * 48 + 17, 32)
		  from audit.leaf l, generate_series(0, length(l.leaves) / 48 - 1) k
		  where i between l.first and l.last
		    and substr(l.leaves, k * 48 + 1, 16) = uuid_send(i) $$;
	END
	audit-rule add person --label name --related --actor-column write_uid \
		--mask born
	make_role erase_purger login
	make_role erase_other login
	audit-rule grant erase_purger purger >/dev/null
	audit-rule grant erase_other purger >/dev/null
}

teardown_file() {
	sql 'drop owned by erase_purger, erase_other' \
		'drop role erase_purger, erase_other'
	drop_database
}

setup() {
	# no test needs what another one made
	N=$((BATS_TEST_NUMBER * 100))
	begin_trail
}

# erase ARGUMENT... - as a purger; the reason is given
erase() {
	as erase_purger audit-purge erase -y --why 'request 17' "$@"
}

# person ID [ACTOR] - a person with an address, a note and a tag, changed once
person() {
	script <<-END
		set audit.actor = '${2-clerk}';
		set audit.reason = 'a call';
		insert into person values ($1, 'Ann \\ "A" Ü', 'ann@x', '+43', '{"a":"\u0000"}',
		    '\x0102', '1990-01-01', '${2-clerk}');
		insert into addr values ($1, 1, 'Main Street');
		insert into note values ($1, $1, 'likes tea');
		insert into tag values ($1, 'vip');
		update person set mail = 'ann@y', "p""h\\one" = null where id = $1;
		update note set t = 'likes coffee' where id = $1;
		update tag set t = 'gold' where pid = $1;
	END
}

# seal - what was written so far
seal() {
	await covered
	audit-seal >/dev/null
}

# whole - each sealed event still has its leaf, as lib/leaf.c made it
whole() {
	is "$(sql 'select count(*) from audit.event e
		where sealed(id) is not null and leaf(e) <> sealed(id)')" 0
	audit-seal verify >"$BATS_TEST_TMPDIR/verified"
	grep -q '"verified":true' "$BATS_TEST_TMPDIR/verified"
}

# told TEXT - in how many events since setup, erasures left out, it still stands
told() {
	sql "select count(*) from audit.event e where id >= '$SINCE'
		and op <> 'erase' and strpos(e::text, '$1') > 0"
}

# guess ID COLUMN VALUE... - which of 1000 values of new.COLUMN who has the
# trail finds possible; all else he knows from the table "known"
guess() {
	sql "select json_build_object('leaf', encode(sealed(e.id), 'hex'),
		'head', encode(leaf_head(e), 'hex'), 'parts', encode(e.parts, 'hex'),
		'salt', encode(uuid_send(e.salt), 'hex'),
		'more', (select string_agg(encode(s, 'hex'), '') from (
		  select uuid_send(salt) from audit.event union all
		  select substr(sha256(secret), 1, 16) from audit.trail union all
		  select uuid_send(id) from audit.trail union all
		  select uuid_send(e.id)) x(s)),
		'values', (select json_agg(json_build_object('field', field,
		  'name', name, 'value', case when field = 18 and name = '$2' then ''
		  else value end) order by n) from known where id = e.id),
		'target', (select n - 1 from known where id = e.id and field = 18
		  and name = '$2'),
		'candidates', (select json_agg(encode(convert_to(to_json(case i
		  when 500 then '$3' else 'value ' || i end)::text, 'UTF8'), 'hex'))
		  from generate_series(1, 1000) i))
		from audit.event e where id = '$1'" |
		python3 "$ROOT/tests/guess.py"
}

@test "a record's values go from all its events, and the seals hold" {
	person $N
	seal
	run -0 --separate-stderr erase -t person -k $N
	is "$(jq -c '[.erased,.what,.events,.archived]' <<<"${lines[0]}")" \
		'[true,"record",2,0]'
	is "$(told ann@)" 0
	is "$(told +43)" 0
	is "$(sql "select op, key, label, old, new, redacted, salt from audit.event
		where id >= '$SINCE' and \"table\" = 'person' and op <> 'erase'")" \
		"insert|{\"id\": $N}|||{\"id\": $N}|{@label,born,doc,mail,name,\"p\\\"h\\\\one\",pic,write_uid}|00000000-0000-0000-0000-000000000000
update|{\"id\": $N}||{}|{}|{@label,mail,\"p\\\"h\\\\one\"}|00000000-0000-0000-0000-000000000000"
	# others' events are as they were
	is "$(told 'Main Street')" 1
	whole
	seal
	whole
}

@test "an erase event says who, why, which events and fields, and no value" {
	person $N
	erase -t person -k $N --fields mail >/dev/null
	run -0 audit-log --op erase -l 1 -f json
	is "$(jq -c '[.role,.table,.key,.actor]' <<<"$output")" \
		'["erase_purger","person",null,null]'
	is "$(jq -c '.new|[.what,.why,.fields,.with,.related,.events,.archived]' <<<"$output")" \
		'["record","request 17",["mail"],null,false,2,[]]'
	is "$(jq -r '.new.ids[]' <<<"$output")" "$(sql "select id from audit.event
		where id >= '$SINCE' and \"table\" = 'person' and op <> 'erase' order by id")"
}

@test "a second erasure finds nothing more, and another one goes further" {
	person $N
	seal
	erase -t person -k $N --fields mail >/dev/null
	is "$(told ann@)" 0
	is "$(told +43)" 2
	# the label is of another column
	is "$(told Ann)" 2
	run -0 erase -t person -k $N --fields mail
	is "$(jq -c '[.erased,.events]' <<<"${lines[0]}")" '[false,0]'
	is "$(audit-log --op erase -s -1h | jq -c 'select(.id >= "'"$SINCE"'")' | wc -l)" 1
	erase -t person -k $N >/dev/null
	is "$(told +43)" 0
	is "$(told Ann)" 0
	whole
	erase -t person -k $N --with key,reason,actor,app --related >/dev/null
	is "$(told 'a call')" 0
	is "$(told clerk)" 0
	whole
}

@test "what belongs to a record goes with it, as long as it belongs to it" {
	person $N
	person $((N + 1))
	sql "update note set pid = $((N + 1)) where id = $N" \
		"update note set t = 'hers' where id = $N" \
		"delete from addr where pid = $N" "truncate tag"
	seal
	run -0 erase -t person -k $N --related
	is "$(sql "select \"table\", op, count(*) from audit.event
		where id >= '$SINCE' and parts is not null group by 1, 2 order by 1, 2")" \
		'addr|delete|1
addr|insert|1
note|insert|1
note|update|1
person|insert|1
person|update|1
tag|delete|1
tag|insert|1
tag|update|1'
	is "$(sql "select new, old from audit.event where new ->> 't' = 'hers'")" \
		'{"t": "hers"}|{"t": "likes coffee"}'
	# which it belongs to stays, and so the columns that say it
	is "$(sql "select new from audit.event where id >= '$SINCE' and op = 'insert'
		and \"table\" in ('addr', 'note', 'tag') and parts is not null order by id")" \
		"{\"n\": 1, \"pid\": $N}
{\"id\": $N, \"pid\": $N}
{\"pid\": $N}"
	whole
}

@test "with the key go the hashes of it and the columns that refer to it" {
	person $N
	seal
	erase -t person -k $N --related --with key >/dev/null
	is "$(sql "select distinct \"table\", key, record & 4294967295, record_to,
		parents, (record >> 32) = (select id from audit.relation r
		where r.\"table\" = e.\"table\") from audit.event e where id >= '$SINCE'
		and op <> 'erase' order by 1")" 'addr||0|||t
note||0|||t
person||0|||t
tag||0|||t'
	is "$(sql "select count(*) from audit.event where id >= '$SINCE' and
		(old <> '{}' or new <> '{}') and op <> 'erase'")" 0
	whole
}

@test "a column that says what a record belongs to goes only with the key" {
	person $N
	run -2 --separate-stderr erase -t note -k $N --fields pid
	is "$output" ''
	[[ $stderr == *'part of the key, or of what it belongs to: pid'*'--with key'* ]]
	run -2 --separate-stderr erase -t person -k $N --fields id
	[[ $stderr == *'part of the key'* ]]
	erase -t note -k $N >/dev/null
	is "$(sql "select distinct new from audit.event where id >= '$SINCE'
		and \"table\" = 'note' and op = 'insert'")" "{\"id\": $N, \"pid\": $N}"
}

@test "an update of the key is found by the new one, and the former is named" {
	person $N
	sql "update person set id = $((N + 1)) where id = $N"
	seal
	run -0 erase -t person -k $((N + 1)) --with key
	is "$(jq -c 'select(.copy == "record")|.key' <<<"$output")" "{\"id\":$N}"
	is "$(sql "select key, record_to, old, new from audit.event
		where id >= '$SINCE' and redacted @> '{@key}'")" '||{}|{}'
	whole
}

@test "who knows all else cannot tell an erased value, and could before" {
	sql "insert into person(id, name, mail) values ($N, 'Eve', 'eve@secret')"
	seal
	id=$(sql "select id from audit.event where id >= '$SINCE' and \"table\" = 'person'")
	sql "drop table if exists known" "create table known as select e.id, p.n,
		p.field, p.name, encode(p.value, 'hex') as value
		from audit.event e, audit.parts_of(e) p where e.id = '$id'"
	is "$(guess "$id" mail eve@secret)" '"eve@secret"'
	erase -t person -k $N --fields mail >/dev/null
	is "$(guess "$id" mail eve@secret)" ''
	# nor when the rest of the event is erased later
	erase -t person -k $N --with key,app >/dev/null
	is "$(guess "$id" mail eve@secret)" ''
	whole
	# the planner knows none either
	sql 'analyze audit.event'
	is "$(sql "select count(*) from pg_stats where schemaname = 'audit' and
		(attname in ('old', 'new', 'label', 'key', 'reason')
		or strpos(most_common_vals::text, 'secret') > 0)")" 0
}

@test "an actor goes from events, sessions and devices" {
	person $N mallory9
	session=$(sql "set audit.actor = 'x'" "select session from audit.open_session('mallory9',
		'10.9.8.7', 'Mozilla/5.0 Oddbrowser', '{boss}', '{\"seat\": 5}')")
	seal
	run -1 --separate-stderr erase -a mallory9
	[[ $stderr == *"open session: $session"* ]]
	audit-session block --why 'left us' "$session"
	audit-session block -a mallory9
	run -1 --separate-stderr erase -a mallory9
	[[ $stderr == *'is blocked'* ]]
	audit-session unblock -a mallory9
	seal
	run -0 erase -a mallory9
	is "$(jq -c 'select(.erased)|[.what,.sessions,.devices,.events > 10]' <<<"$output")" \
		'["actor",1,2,true]'
	is "$(sql "select count(*) from audit.event e where strpos(e::text, 'mallory9') > 0")" 0
	is "$(told 10.9.8.7)" 0
	is "$(told Oddbrowser)" 0
	is "$(told boss)" 0
	is "$(sql "select actor, addr, user_agent, details, groups from audit.session
		where id = '$session'")" '||||'
	is "$(sql "select (select count(*) from audit.session_known where actor = 'mallory9')
		+ (select count(*) from audit.session_actor where actor = 'mallory9')")" 0
	is "$(audit-session list | jq -c "select(.session == \"$session\")|[.actor,.addr]")" \
		'[null,null]'
	run -1 audit-session unblock "$session"
	whole
	run -0 erase -a mallory9
	is "$(jq -c 'select(.what)|[.erased,.events]' <<<"$output")" '[false,0]'
	seal
	whole
}

@test "what is held is not erased, nor anything else with it" {
	person $N
	hold=$(audit-purge hold add -t addr --why 'a lawsuit' | jq .hold)
	run -1 --separate-stderr erase -t person -k $N --related
	is "$output" ''
	[[ $stderr == *"hold $hold: a lawsuit"* ]]
	is "$(told ann@)" 2
	run -0 audit-purge erase -n -t person -k $N --related --why x
	is "$(jq -c 'select(.table == "addr")|.held' <<<"$output")" "[$hold]"
	audit-purge hold release "$hold" >/dev/null
	hold=$(audit-purge hold add -a clerk --why 'another' | jq .hold)
	run -1 --separate-stderr erase -a clerk
	[[ $stderr == *'another'* ]]
	audit-purge hold release "$hold" >/dev/null
}

@test "-n says what would go, and nothing goes without a yes" {
	person $N
	run -0 --separate-stderr as erase_purger audit-purge erase -n -t person -k $N \
		--why x --fields 'mail,"p""h\one"' </dev/null
	is "$(jq -c '[.schema,.table,.op,.events,.fields,.held]' <<<"$output")" \
		'["public","person","insert",1,["mail","p\"h\\one"],[]]
["public","person","update",1,["mail","p\"h\\one"],[]]'
	run -2 --separate-stderr as erase_purger audit-purge erase -t person -k $N \
		--why x </dev/null
	is "$output" ''
	is "$(told ann@)" 2
}

@test "misuse is refused with nothing on stdout and nothing done" {
	person $N
	for args in "-t person -k $N --fields nosuch" "-t person -k $N --fields mail," \
		"-t person -k $N --with nosuch" "-t tag -k $N" "-t nosuch -k 1" \
		"-t person -k x" "-t person" "-k 1" "-a clerk -t person -k $N" \
		"-a clerk --fields mail" "-t person -k -"; do
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr erase $args
		is "$output" ''
	done
	run -2 --separate-stderr as erase_purger audit-purge erase -y -t person -k $N
	run -2 --separate-stderr as erase_purger audit-purge erase -y -t person -k $N \
		--why ' '
	is "$(told ann@)" 2
}

@test "who is no purger, or does not hold the lock, erases nothing" {
	person $N
	make_role erase_nobody login
	run -3 --separate-stderr as erase_nobody audit-purge erase -y -t person -k $N --why x
	sql 'drop role erase_nobody'
	refused UA023 "select audit.erase_record('{\"what\": \"record\", \"why\": \"x\"}')"
	run -1 as erase_purger sql "update audit.event set label = null"
	run -1 as erase_purger sql "select label from audit.event"
	is "$(told ann@)" 2
}

@test "what one role prepares another one approves, and then it is done once" {
	person $N
	run -0 as erase_purger audit-purge erase --prepare -t person -k $N --why x
	act=$(jq -r .act <<<"$output")
	# its key is in no event
	is "$(sql "select new::text ~ '$N' from audit.event where op = 'prepare'
		order by id desc limit 1")" f
	run -1 as erase_purger audit-purge erase -y --act "$act"
	as erase_other audit-purge approve "$act" >/dev/null
	run -2 as erase_purger audit-purge erase -y --act "$act" -t person -k $N
	run -0 as erase_purger audit-purge erase -y --act "$act"
	is "$(told ann@)" 0
	run -1 as erase_purger audit-purge erase -y --act "$act"
	is "$(sql "select act from audit.prepared where id = '$act'")" ''
}

@test "whatever a name or a value holds, it goes" {
	sql 'create table "T ""x"" '"'"'"(id text primary key, "@actor" text, "a,b" text, " " text, "é\" jsonb)'
	audit-rule add '"T ""x"" '"'"'"' --name "h$N"
	sql "insert into \"T \"\"x\"\" '\" values (E'k\\n''\"', 'v1', E'v2\\t', '',
		'[{\"x\": [\"\\\\u0001\", 1e400, null]}, \"v3\"]')"
	seal
	erase -t '"T ""x"" '"'"'"' -k $'k\n\'"' --fields '"a,b",@actor' >/dev/null
	is "$(told v1)" 0
	is "$(told v2)" 0
	is "$(told v3)" 1
	is "$(sql "select redacted from audit.event where id >= '$SINCE' and op = 'insert'")" \
		'{@@actor,"a,b"}'
	erase -t '"T ""x"" '"'"'"' -k $'k\n\'"' --with key >/dev/null
	is "$(sql "select key, new from audit.event where id >= '$SINCE' and op = 'insert'")" '|{}'
	whole
}

@test "values that are no object, and a renamed or dropped table's, go as well" {
	script <<-END
		create table old_name(id int primary key, v text);
	END
	audit-rule add old_name --name "o$N"
	sql "insert into old_name values (1, 'secret7')" \
		'alter table old_name rename to new_name' \
		"update new_name set v = 'secret8'" \
		"insert into audit.event(id, at, record, op, \"schema\", \"table\", key, old, new)
		select audit.new_id(now()), now(), record, 'read', 's', 't', '{\"id\": 1}',
		'\"secret9\"', '[1, \"secret9\"]' from audit.event where id >= '$SINCE' and op = 'update'"
	seal
	erase -t old_name -k 1 >/dev/null
	is "$(told secret)" 0
	is "$(sql "select redacted, old, new from audit.event where \"table\" = 't'")" \
		'{@new,@old}|{}|{}'
	whole
	sql "insert into new_name values (2, 'secret6')" 'drop table new_name'
	erase -t new_name -k 2 >/dev/null
	is "$(told secret)" 0
}

@test "report prints events as audit-log does, then sessions, devices and holds" {
	person $N rita7
	sql "select session from audit.open_session('rita7', '10.1.1.1', 'Mozilla/5.0')" >/dev/null
	hold=$(audit-purge hold add -a rita7 --why 'a lawsuit' | jq .hold)
	run -0 audit-purge report -a rita7
	# the event of the hold is about him, too
	is "$(grep '^{"id"' <<<"$output" | grep -v '"op":"hold"')" "$(audit-log -a rita7)"
	is "$(jq -c 'select(has("browser"))|.actor' <<<"$output")" '"rita7"'
	is "$(jq -c 'select(has("blocked"))|.blocked' <<<"$output")" false
	is "$(jq -c 'select(has("known"))|.actor' <<<"$output")" '"rita7"
"rita7"'
	is "$(jq -c 'select(has("hold"))|.hold' <<<"$output")" "$hold"
	audit-purge hold release "$hold" >/dev/null
	is "$(audit-purge report -t person -k $N)" "$(audit-log -t person -k $N)"
	is "$(audit-purge report -t person -k $N --related | wc -l)" 7
	run -3 as erase_purger audit-purge report -t person -k $N
}

@test "what was erased shows as that, is unknown, and is not undone" {
	person $N
	erase -t person -k $N --fields mail --with actor >/dev/null
	run -0 bash -o pipefail -c "audit-log -t person -k $N --op update | audit-diff -f text"
	[[ $output == *'by (redacted)'* ]]
	[[ $output == *'mail '*'(redacted) → (redacted)'* ]]
	is "$(audit-history person $N | jq -c '[.row.mail, .unknown]' | head -n 1)" \
		'[null,["mail"]]'
	run -0 audit-log -t person -k $N -f table
	[[ $output == *'(erased)'*'mail (erased)'* ]]
	run -1 bash -o pipefail -c "audit-log -t person -k $N --op update | audit-diff -f sql"
	[[ $output == *'mail has been erased'* ]]
	# whose actor alone was erased can be undone
	erase -t person -k $N --fields doc --with actor --related >/dev/null
	run -0 bash -o pipefail -c "audit-log -t note -k $N --op update | audit-diff -f sql"
}

@test "another name that a column had is told" {
	sql 'create table said(id int primary key, a text)'
	audit-rule add said --name said
	sql "insert into said values (1, 'secret')" \
		'alter table said rename a to z' "update said set z = 'other'"
	run -0 audit-purge erase -y -t said -k 1 --fields z --why test
	is "$(jq -r 'select(.copy == "column") | .column' <<<"$output")" a
	run -0 audit-purge erase -y -t said -k 1 --fields a --why test
	is "$(audit-log -t said -k 1 | grep -c secret)" 0
}
