#!/usr/bin/env bats
# audit-seal verify and export: what is sound verifies, from the database and
# from a file, and each kind of finding is found

load capture

setup_file() {
	trail_database
	export DIR=$BATS_FILE_TMPDIR TEMPLATE=$PGDATABASE
	audit-seal keygen "$DIR/keys"
	cp "$DIR/keys/seal.pub" "$DIR/pub"
	audit-rule init --seal-key "$DIR/pub"
	sql "create table item(id int primary key, name text, price numeric)"
	audit-rule add item --name item --label name
	sql "insert into item select i, 'item ' || i, i from generate_series(1, 40) i"
	seal
	sql "update item set price = 12.30 where id <= 5"
	seal
	seal # of nothing
	sql "delete from item where id = 7"
	audit-rule disable item
	audit-rule enable item
	seal
	audit-seal list >"$DIR/anchors"
	sql "update item set price = 0 where id = 9"
}

teardown_file() {
	sql_in postgres "drop database if exists ${TEMPLATE}_copy (force)"
	drop_database
}

# seal - one more
seal() {
	audit-seal make --key "$DIR/keys/seal.key" >/dev/null
}

# copy - the trail, to be spoilt
copy() {
	export PGDATABASE=${TEMPLATE}_copy
	copy_database "$TEMPLATE" "$PGDATABASE"
}

# spoil STATEMENT... - in a copy, where no guard stops a superuser, who leaves
# no trace of that in the catalog's rows of triggers
spoil() {
	copy
	sql "update pg_class set relhastriggers = false
			where relnamespace = 'audit'::regnamespace" \
		"$@" \
		"update pg_class c set relhastriggers = true
			where relnamespace = 'audit'::regnamespace and exists (
				select from pg_trigger where tgrelid = c.oid)"
}

# kinds - of the findings on stdin, with their seals
kinds() {
	jq -r 'select(.finding) | "\(.finding) \(.seal // "-")"'
}

# found [OPTION]... - the findings, "what seal"; the answer is no; several
# processes say the same as one, and a file as the database
found() {
	local said

	run --separate-stderr audit-seal verify "$@"
	is "$status" 1
	said=$(kinds <<<"$output")
	is "$(jq -c 'select(has("verified")).verified' <<<"$output")" false
	is "$(audit-seal verify --jobs 3 "$@")" "$output"
	audit-seal export -o "$BATS_TEST_TMPDIR/evidence"
	run --separate-stderr audit-seal verify --offline \
		"$BATS_TEST_TMPDIR/evidence" "$@"
	is "$(kinds <<<"$output" | sort -u)" "$(sort -u <<<"$said")"
	is "$status" 1
	echo "$said"
}

# sound [OPTION]... - nothing is found, and several processes and a file say
# the same
sound() {
	run -0 --separate-stderr audit-seal verify "$@"
	is "$(jq -c 'select(.finding)' <<<"$output")" ''
	is "$(jq -c 'select(has("verified")).verified' <<<"$output")" true
	is "$(audit-seal verify --jobs 3 "$@")" "$output"
	audit-seal export -o "$BATS_TEST_TMPDIR/evidence"
	run -0 --separate-stderr audit-seal verify --offline \
		"$BATS_TEST_TMPDIR/evidence" "$@"
	is "$(jq -c 'select(has("verified")).verified' <<<"$output")" true
}

# witness - a program that shares no code with us says so, too
witness() {
	audit-seal export "$@" | python3 "$ROOT/tests/seal.py" evidence -
}

# number N - the id of the Nth event of a change, from 0
number() {
	sql "select id from audit.event where op in ('insert', 'update', 'delete')
		order by id offset $1 limit 1"
}

@test "what nobody touched is sound, and a summary says what was looked at" {
	copy
	sound --pubkey "$DIR/pub" --anchor "$DIR/anchors"
	run -0 --separate-stderr audit-seal verify --pubkey "$DIR/pub"
	is "$(jq -c 'keys_unsorted' <<<"${lines[-1]}")" \
		'["verified","trail","seals","events","unsealed","purged","erased","from","to","key"]'
	is "$(jq -c '[.seals, .unsealed]' <<<"${lines[-1]}")" '[4,1]'
	is "$(jq .events <<<"${lines[-1]}")" "$(sql "select count(*) - 1 from audit.event")"
	is "${#lines[@]}" 1
	witness
}

@test "it says that the key is the database's word, that nothing is signed" {
	copy
	run -0 --separate-stderr audit-seal verify
	is "$(jq -r 'select(.note).note' <<<"$output")" key
	other_database
	audit-rule init
	audit-seal >/dev/null
	run -0 --separate-stderr audit-seal verify
	is "$(jq -r 'select(.note).note' <<<"$output")" unsigned
	drop_other_database
}

@test "hostile values, names and settings, in many months, verify" {
	other_database
	audit-rule init
	sql "create schema \"s'\\\"" \
		"create table \"s'\\\".\"t
\"\"\"(id text primary key, \"a'\\b\" text, j jsonb, b bytea, x numeric, n text[])"
	audit-rule add '"s'\''\"."t
"""' --name hostile --keep-bytes --label "a'\\b"
	PGAPPNAME=$'a\x01"\\' sql "set audit.actor = E'\\\\u0000\"''\\n\\u2028'" \
		"set audit.reason = E'</script>\$undo\$\\t\\x01'" \
		"insert into \"s'\\\".\"t
\"\"\" select chr(i) || '\"\\', chr(i), jsonb_build_object(chr(i), chr(i), 'a', array[i, null]),
			decode(lpad(to_hex(i), 4, '0'), 'hex'), i * 1.50, array[chr(i), null]
			from generate_series(1, 3000) i where i not between 55296 and 57343" \
		"update \"s'\\\".\"t
\"\"\" set x = 'NaN', j = '{\"\": 1e400, \"\\u001f\": [{}, []], \"é\": \"\\ud83d\\ude00\"}', n = '{}' where length(id) = 3" \
		"update \"s'\\\".\"t
\"\"\" set id = id || 'x' where x > 1" \
		"set datestyle = german" "set extra_float_digits = -5" \
		"delete from \"s'\\\".\"t
\"\"\""
	sql "insert into audit.event(id, at, op, txid, new) select audit.new_id(t), t,
		'insert', txid_current(), jsonb_build_object('i', i)
		from generate_series(1, 5000) i,
		lateral (select now() - i * interval '1 hour') x(t)"
	audit-seal >/dev/null
	is "$(audit-seal list | jq '.months | length > 6')" true
	sound
	TZ=Asia/Tokyo PGOPTIONS='-c datestyle=german -c bytea_output=escape' sound
	witness
	drop_other_database
}

@test "seals that overlap, with events in the order of other ids, verify" {
	copy
	open_session
	say "begin" "update item set price = 1 where id = 1" >/dev/null
	for i in 1 2 3; do
		sql "update item set price = $i where id = 2"
		seal
	done
	say commit >/dev/null
	close_session
	seal
	sound --pubkey "$DIR/pub"
	is "$(audit-seal verify | jq -s '.[-1].unsealed')" 0
}

@test "since a time, the seals from then on are verified" {
	copy
	seal
	time=$(audit-seal list | jq -r .at | sed -n 4p)
	run -0 --separate-stderr audit-seal verify -s "$time" --pubkey "$DIR/pub" \
		--anchor "$DIR/anchors"
	is "$(jq -c '[.verified, .seals, .events]' <<<"${lines[-1]}")" '[true,2,4]'
	is "$(audit-seal verify --jobs 4 -s "$time" --pubkey "$DIR/pub" \
		--anchor "$DIR/anchors")" "$output"
	audit-seal export -s "$time" -o "$BATS_TEST_TMPDIR/evidence"
	run -0 --separate-stderr audit-seal verify --offline "$BATS_TEST_TMPDIR/evidence"
	is "$(jq -c '[.verified, .seals, .events]' <<<"${lines[-1]}")" '[true,2,4]'
	witness -s "$time"
	# and until one
	audit-seal export -u "$time" -o "$BATS_TEST_TMPDIR/evidence"
	run -0 --separate-stderr audit-seal verify --offline "$BATS_TEST_TMPDIR/evidence"
	is "$(jq -c '[.verified, .seals]' <<<"${lines[-1]}")" '[true,3]'
	run -2 --separate-stderr audit-seal verify -s nonsense
	is "$output" ''
}

@test "a key that evolves is followed" {
	cp -a "$DIR/keys" "$BATS_TEST_TMPDIR"
	copy
	audit-seal make --key "$BATS_TEST_TMPDIR/keys/seal.key" --evolve >/dev/null
	audit-seal make --key "$BATS_TEST_TMPDIR/keys/seal.key" --evolve >/dev/null
	sound --pubkey "$DIR/pub"
	is "$(audit-seal list | jq -r .key | sort -u | wc -l)" 2
}

@test "an altered event is named" {
	id=$(number 3)
	spoil "update audit.event set new = new || '{\"price\": 2}' where id = '$id'"
	is "$(found)" 'altered 0'
	is "$(audit-seal verify | jq -r 'select(.finding).id')" "$id"
	spoil "update audit.event set redacted = '{price}' where id = '$id'"
	is "$(found)" 'altered 0'
}

@test "removed and inserted events are named" {
	id=$(number 41)
	spoil "delete from audit.event where id = '$id'"
	is "$(found)" 'removed 1'
	is "$(audit-seal verify | jq -r 'select(.finding).id')" "$id"
	spoil "create temp table x as select * from audit.event where id = '$id'" \
		"update x set id = audit.new_id(at), salt = gen_random_uuid()" \
		"insert into audit.event select * from x"
	is "$(found)" 'inserted 1'
	spoil "truncate audit.event"
	is "$(found | sort | uniq -c | tr -s ' ')" " 44 removed 0
 5 removed 1
 3 removed 3"
}

@test "events that changed places are named" {
	a=$(number 3) b=$(number 41)
	spoil "create temp table x as select * from audit.event
			where id in ('$a', '$b')" \
		"delete from audit.event where id in ('$a', '$b')" \
		"update x set id = case id when '$a' then '$b'::uuid else '$a' end" \
		"insert into audit.event select * from x"
	is "$(found | sort)" 'reordered 0
reordered 1'
}

@test "an event that says another time than it was is named" {
	spoil "insert into audit.event(id, at, op) select audit.new_id(t), t, 'insert'
		from (select now() - interval '1 day') x(t)"
	seal
	[[ $(found) == *'backdated 4'* ]]
	spoil "insert into audit.event(id, at, op) select audit.new_id(t), t + interval '1 s', 'insert'
		from (select now()) x(t)"
	seal
	[[ $(found) == *'misdated 4'* ]]
}

@test "altered leaves are told from altered events" {
	spoil "update audit.leaf set leaves = overlay(leaves placing '\\x00' from 20)
		where seal = 1"
	is "$(found | sort)" 'leaves 1
leaves 1'
	spoil "delete from audit.leaf where seal = 1"
	is "$(found)" 'leaves 1'
	spoil "update audit.leaf set first = last where seal = 0"
	is "$(found)" 'leaves 0'
	spoil "update audit.leaf set n = 5 where seal = 0"
	is "$(found)" 'leaves 0'
	spoil "update audit.leaf set leaves = substr(leaves, 1, 47) where seal = 1"
	is "$(found | sort -u)" 'leaves 1'
	# an event and its leaf: what is left is less than was sealed
	spoil "delete from audit.event where id = '$(number 40)'" \
		"update audit.leaf set leaves = substr(leaves, 49),
			first = encode(substr(leaves, 49, 16), 'hex')::uuid where seal = 1"
	is "$(found)" 'leaves 1'
}

@test "altered seals are named" {
	spoil "update audit.seal set line = replace(line, '\"timeline\":1', '\"timeline\":2')
		where no = 1"
	is "$(found | sort -u)" 'chain 1
signature 1'
	spoil "update audit.seal set at = at - interval '1 h' where no = 2"
	run -1 --separate-stderr audit-seal verify
	is "$(kinds <<<"$output")" 'chain 2'
	spoil "update audit.seal set line = '{}' where no = 3"
	[[ $(audit-seal verify) == *'"finding":"chain","seal":3'* ]]
}

@test "missing seals are named, and those that were cut off by an anchor" {
	spoil "delete from audit.seal where no = 2"
	is "$(found)" 'missing 2'
	spoil "delete from audit.seal where no = 1"
	is "$(found)" 'missing 1
missing 1'
	spoil "delete from audit.seal where no = 3" "delete from audit.leaf where seal = 3"
	sound
	is "$(found --anchor "$DIR/anchors")" 'truncated 3'
	spoil "delete from audit.seal" "delete from audit.leaf"
	run -1 --separate-stderr audit-seal verify
	is "$(jq -r 'select(.finding).finding' <<<"$output")" missing
}

@test "a history written anew is found by an anchor, and by the key" {
	spoil "delete from audit.seal" "delete from audit.leaf" \
		"delete from audit.seal_state" "update audit.trail set seal_key = null"
	audit-seal keygen "$BATS_TEST_TMPDIR/keys"
	audit-seal make --key "$BATS_TEST_TMPDIR/keys/seal.key" >/dev/null
	sound
	is "$(found --anchor "$DIR/anchors")" 'anchor 0
truncated 3'
	is "$(found --pubkey "$DIR/pub")" 'key -'
}

@test "of seals that were kept elsewhere, other lines are passed over" {
	copy
	{
		echo 'a log began'
		cat "$DIR/anchors"
		echo '{"note":"unsigned"}'
	} >"$BATS_TEST_TMPDIR/anchors"
	sound --anchor "$BATS_TEST_TMPDIR/anchors"
	audit-seal verify --anchor - <"$BATS_TEST_TMPDIR/anchors" >/dev/null
}

@test "an anchor that is no seal is misuse" {
	copy
	echo 'nothing' >"$BATS_TEST_TMPDIR/anchors"
	run -2 --separate-stderr audit-seal verify --anchor "$BATS_TEST_TMPDIR/anchors"
	echo '{"seal":1}' >"$BATS_TEST_TMPDIR/anchors"
	run -2 --separate-stderr audit-seal verify --anchor "$BATS_TEST_TMPDIR/anchors"
	is "$output" ''
	run -2 --separate-stderr audit-seal verify --anchor "$BATS_TEST_TMPDIR/none"
	run -2 --separate-stderr audit-seal verify --pubkey "$BATS_TEST_TMPDIR/none"
	run -2 --separate-stderr audit-seal verify --tsa "$BATS_TEST_TMPDIR/none"
	for file in "$BATS_TEST_TMPDIR/anchors" "$BATS_TEST_TMPDIR" /dev/null; do
		run -2 --separate-stderr audit-seal verify --tsa "$file"
		is "$output" ''
		[[ $stderr == *"$file: no certificates in PEM" ]]
	done
	run -2 --separate-stderr audit-seal verify --offline "$BATS_TEST_TMPDIR/none"
	run -2 --separate-stderr audit-seal verify --offline "$BATS_TEST_TMPDIR/anchors"
	is "$output" ''
}

@test "a trail that was switched off between two seals shows it" {
	local trigger

	copy
	trigger=$(sql "select quote_ident(tgname) from pg_trigger
		where tgrelid = 'item'::regclass and tgtype & 1 = 1 limit 1")
	sql "alter table item disable trigger $trigger" \
		"update item set price = 9 where id = 1" \
		"alter table item enable always trigger $trigger"
	seal
	is "$(found)" 'window 4'
	is "$(audit-seal verify | jq -c 'select(.finding) | [.since, .until] ==
		['"$(audit-seal list | jq -r '"\"\(.at)\""' | tail -2 | paste -sd,)"']')" true
	copy
	sql "alter table item disable trigger $trigger"
	seal
	is "$(found | sort)" 'state 4
window 4'
	copy
	sql "alter table item enable trigger $trigger"
	seal
	is "$(found | sort)" 'state 4
window 4'
}

@test "a function, a right, a trigger on the trail that changed shows" {
	copy
	sql "alter function audit.id_time(timestamptz) volatile" \
		"alter function audit.id_time(timestamptz) stable"
	seal
	is "$(found)" 'window 4'
	copy
	sql "grant insert on audit.event to public"
	seal
	is "$(found)" 'window 4'
	copy
	sql "create function public.f() returns trigger language plpgsql as 'begin return null; end'" \
		"create trigger x before insert on audit.event for each row execute function public.f()"
	seal
	[[ $(found) == *'state 4'* ]]
	copy
	sql "create rule x as on insert to audit.event do instead nothing"
	seal
	[[ $(found | sort -u) == *'state 4'* ]]
}

@test "what the rules' own tools do is no window" {
	copy
	audit-rule add item --name more --ops insert --actors bob
	seal
	audit-rule remove more
	seal
	sql "create table other(id int primary key)"
	audit-rule add other --name other
	seal
	sql "alter table other rename to another" "alter table another add x int" \
		"insert into another values (1, 2)"
	seal
	audit-rule apply --missing >/dev/null
	seal
	sql "drop table another"
	seal
	audit-rule disable item
	seal
	audit-rule uninstall -y
	seal
	sound --pubkey "$DIR/pub"
}

@test "a stored state that was altered or taken away is found" {
	spoil "update audit.seal_state set state = state || ' ' where seal = 0"
	is "$(found)" 'state 0'
	spoil "delete from audit.seal_state where seal = 3"
	is "$(found)" 'state 3'
}

@test "evidence that was cut off or altered is found" {
	copy
	audit-seal export >"$BATS_TEST_TMPDIR/all"
	head -n -3 "$BATS_TEST_TMPDIR/all" >"$BATS_TEST_TMPDIR/part"
	run -1 --separate-stderr audit-seal verify --offline "$BATS_TEST_TMPDIR/part"
	sed '20s/"op"/"po"/' "$BATS_TEST_TMPDIR/all" >"$BATS_TEST_TMPDIR/part"
	run -1 --separate-stderr audit-seal verify --offline "$BATS_TEST_TMPDIR/part"
	is "$(jq -r 'select(.finding).finding' <<<"$output")" altered
	sed '20s/.*/{"x":1}/' "$BATS_TEST_TMPDIR/all" >"$BATS_TEST_TMPDIR/part"
	run -1 --separate-stderr audit-seal verify --offline "$BATS_TEST_TMPDIR/part"
	is "$(jq -r 'select(.finding).finding' <<<"$output")" 'line
removed'
	# from a pipe, without a database
	PGHOST=/nowhere audit-seal verify --offline - <"$BATS_TEST_TMPDIR/all"
}

@test "the events in evidence are events for audit-diff" {
	copy
	audit-seal export | grep '^{"id"' | audit-diff -f json |
		jq -r .field | sort -u | paste -sd, >"$BATS_TEST_TMPDIR/fields"
	grep -q price "$BATS_TEST_TMPDIR/fields"
}

@test "after dump and restore old seals verify, and the change shows" {
	copy
	pg_dump -Fc -f "$BATS_TEST_TMPDIR/dump"
	other_database
	pg_restore -d "$PGDATABASE" "$BATS_TEST_TMPDIR/dump"
	sound --pubkey "$DIR/pub" --anchor "$DIR/anchors"
	seal
	sound --pubkey "$DIR/pub" --anchor "$DIR/anchors"
	is "$(audit-seal verify | jq -c 'select(.note == "restored") | .seal')" 4
	drop_other_database
}

# Another cluster: its own transactions, its own identifier
@test "after restore in another cluster old seals verify, and go on" {
	copy
	pg_dump -Fc -f "$BATS_TEST_TMPDIR/dump"
	(
		# shellcheck source=server.sh
		. "$ROOT/tests/server.sh"
		server_start
		export PGDATABASE=postgres
		pg_restore -d postgres "$BATS_TEST_TMPDIR/dump"
		sound --pubkey "$DIR/pub" --anchor "$DIR/anchors"
		sql "update item set price = 3 where id = 3"
		seal
		sql "update item set price = 4 where id = 3"
		seal
		sound --pubkey "$DIR/pub" --anchor "$DIR/anchors"
		is "$(audit-seal verify | jq -c 'select(.note == "restored").seal')" 4
		is "$(audit-seal verify | jq -s '.[-1].events')" \
			"$(sql "select count(*) from audit.event")"
		server_stop
	)
}

# stamp SEAL - what an authority of our own says of its bytes
stamp() {
	local tsa=$BATS_TEST_TMPDIR/tsa

	mkdir -p "$tsa"
	printf '%s\n' '[tsa]' 'default_tsa = one' '[one]' "serial = $tsa/serial" \
		'default_policy = 1.2.3.4' 'digests = sha256' 'signer_digest = sha256' \
		'ess_cert_id_alg = sha256' "signer_cert = $tsa/cert" \
		"signer_key = $tsa/key" "certs = $tsa/cert" >"$tsa/conf"
	[ -e "$tsa/key" ] || openssl req -x509 -newkey rsa:2048 -nodes -days 9 \
		-subj /CN=tsa -keyout "$tsa/key" -out "$tsa/cert" \
		-addext extendedKeyUsage=critical,timeStamping 2>/dev/null
	openssl ts -query -sha256 -cert -out "$tsa/tsq" -digest "$(sql "select
		encode(sha256('\x$(audit-seal list | sed -n "$(($1 + 1))p" |
			python3 "$ROOT/tests/seal.py" seal - | head -1)'), 'hex')")" \
		2>/dev/null
	openssl ts -reply -config "$tsa/conf" -queryfile "$tsa/tsq" \
		-out "$tsa/tsr" 2>/dev/null
	sql "select audit.put_stamp($1, decode('$(base64 "$tsa/tsr")', 'base64'))" \
		>/dev/null
}

@test "time stamps are checked, and their signers against certificates" {
	copy
	stamp 1
	sound
	is "$(audit-seal verify | jq -c 'select(.note == "stamp").seal')" 1
	sound --tsa "$BATS_TEST_TMPDIR/tsa/cert"
	openssl req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=other \
		-keyout /dev/null -out "$BATS_TEST_TMPDIR/other" 2>/dev/null
	is "$(found --tsa "$BATS_TEST_TMPDIR/other")" 'stamp 1'
	# of another seal, and of none
	copy
	stamp 1
	spoil "select"
	sql "insert into audit.seal_stamp(seal, reply) select 2,
			decode('$(base64 "$BATS_TEST_TMPDIR/tsa/tsr")', 'base64')" \
		"insert into audit.seal_stamp(seal, reply) values (3, 'x')"
	is "$(found)" 'stamp 2
stamp 3'
}

@test "on a terminal it says sentences, and how far it is on the last line" {
	local screen

	spoil "update audit.event set reason = E'\x1b[31m' where id = '$(number 3)'"
	command script -qec "audit-seal verify" /dev/null </dev/null \
		>"$BATS_TEST_TMPDIR/screen" || true
	screen=$(tr -d '\r' <"$BATS_TEST_TMPDIR/screen")
	[[ $screen == *"altered: event $(number 3) is not what seal 0 covers"* ]]
	[[ $screen == *'NOT VERIFIED: 1 finding '* ]]
	[[ $screen != *'{'* ]]
	run -1 --separate-stderr audit-seal verify
	is "$stderr" ''
}

@test "who may not read the trail is told what he would need" {
	copy
	make_role verify_nobody login
	run -3 --separate-stderr as verify_nobody audit-seal verify
	[[ $stderr == *'audit-rule grant ROLE auditor'* ]]
	sql "drop role verify_nobody"
}

@test "a process that cannot connect is a failure, and there is no summary" {
	copy
	make_role verify_few login connection limit 2
	audit-rule grant verify_few auditor >/dev/null
	as verify_few audit-seal verify --jobs 1
	run -3 --separate-stderr as verify_few audit-seal verify --jobs 3
	[[ $output != *'"verified"'* ]]
	[[ $stderr == *'too many connections'* ]]
	sql "drop owned by verify_few" "drop role verify_few"
}

@test "so many jobs as there cannot be are misuse" {
	for n in 0 -1 65 x; do
		run -2 --separate-stderr audit-seal verify --jobs "$n"
		is "$output" ''
		[[ $stderr == "audit-seal: --jobs $n: "* ]]
	done
	run -2 --separate-stderr audit-seal verify --offline "$DIR/anchors" --jobs 2
	is "$output" ''
}
