#!/usr/bin/env bats
# audit-seal: prove, consistency, check-proof and checkpoint

load capture

setup_file() {
	trail_database
	sql "create table t(id int primary key, name text, salary numeric)" \
		"create table big(id int)"
	audit-rule add t --label name
	audit-rule add big
	audit-seal keygen "$BATS_FILE_TMPDIR/keys"
	audit-seal keygen "$BATS_FILE_TMPDIR/others"
	export KEY=$BATS_FILE_TMPDIR/keys/seal.key
	export PUB=$BATS_FILE_TMPDIR/keys/seal.pub
	export OTHER=$BATS_FILE_TMPDIR/others/seal.pub
	write 3
	make_seal --key "$KEY" >"$BATS_FILE_TMPDIR/seals"
}

teardown_file() {
	drop_database
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	drop_other_database
}

# write N - so many events, in a transaction; their ids
write() {
	sql "begin" "set local audit.actor = 'alice'" \
		"insert into t select n + i, 'name ' || n + i, 1000.50 + i
			from (select count(*)::int from t) x(n),
				generate_series(1, $1) i" \
		commit
	sql "select id from (select id from audit.event where \"table\" = 't'
		order by id desc limit $1) x order by id"
}

# make_seal [OPTION]... - one that covers all that was written so far
make_seal() {
	await covered
	audit-seal "$@"
}

# seal [OPTION]... - one more; its number
seal() {
	make_seal --key "$KEY" "$@" | jq .seal
}

# one - a seal of one event, whose id this is
one() {
	write 1
	seal >/dev/null
}

check() {
	env -i PATH="$PATH" PGHOST=/nonexistent LC_ALL=C.UTF-8 \
		audit-seal check-proof "$@"
}

witness() {
	python3 "$ROOT/tests/seal.py" proof "$1" >/dev/null
}

# good FILE - a proof that everybody takes
good() {
	check "$1" >checked
	check --pubkey "$PUB" "$1" >checked
	witness "$1"
}

# bad FILE MESSAGE - a proof that is refused, and why
bad() {
	run -1 --separate-stderr check "$1"
	is "$output" ""
	[[ $stderr == *"$2"* ]] || is "$stderr" "$2"
}

# all_bad FILE - each line is refused, and nothing is said to be proven
all_bad() {
	run -1 --separate-stderr check "$1"
	is "$output" ""
	is "${#stderr_lines[@]}" "$(wc -l <"$1")"
}

# on_terminal COMMAND - what it prints there
on_terminal() {
	command script -qec "$1" /dev/null </dev/null >screen || return
	tr -d '\r' <screen
}

mangle() {
	python3 -B "$ROOT/tests/mangle.py" "$@"
}

# edit FILE PROGRAM - change the proof o in Python
edit() {
	mangle edit "$@"
}

@test "each event of seals of all small sizes is proven" {
	for n in 1 2 3 4 5 7 8 9; do
		write $n >ids
		seal >/dev/null
		xargs -n1 audit-seal prove <ids >proofs
		is "$(wc -l <proofs)" $n
		is "$(jq .leaf.index proofs | xargs)" "$(seq -s ' ' 0 $((n - 1)))"
		is "$(jq .leaf.size proofs | sort -u)" $n
		good proofs
		is "$(jq -r .event.id checked)" "$(<ids)"
	done
}

@test "the path leads through rows of leaves" {
	sql "insert into big select generate_series(1, 3000)"
	seal >/dev/null
	for i in 0 1 1022 1023 1024 1025 2047 2048 2998 2999; do
		audit-seal prove "$(sql "select id from audit.event
			where \"table\" = 'big' and op = 'insert'
			order by id offset $i limit 1")"
	done >proofs
	is "$(jq .leaf.index proofs | xargs)" \
		"0 1 1022 1023 1024 1025 2047 2048 2998 2999"
	is "$(jq .leaf.size proofs | sort -u)" 3000
	good proofs
}

@test "an event of another month is in a tree of its own" {
	local month

	sql "insert into audit.event(id, at, op)
		select audit.new_id(t), t, 'gap' from (values
			('2025-10-31 23:59:59.999999Z'::timestamptz),
			('2025-10-05 12:00Z'), ('2025-08-01 00:00Z')) x(t)"
	write 2 >ids
	month=$(date -u +%Y-%m)
	no=$(seal)
	sql "select id from audit.event where at < '2025-11-01Z' order by id" >>ids
	xargs -n1 audit-seal prove <ids >proofs
	is "$(jq -c '[.seal.seal, .leaf.month, .leaf.index, .leaf.size]' proofs |
		xargs)" "[$no,$month,0,2] [$no,$month,1,2] [$no,2025-08,0,1] [$no,2025-10,0,2] [$no,2025-10,1,2]"
	good proofs
	edit <(tail -1 proofs) "o['leaf']['month'] = '2025-11'" >other
	bad other "leaf: the event's month is 2025-10"
}

@test "the newest seal stands alone, and later one that has it in its log" {
	id=$(one)
	audit-seal prove "$id" >p
	is "$(jq -c '[.log, .head]' p)" "[null,null]"
	good p
	for ((i = 0; i < 3; i++)); do
		seal >/dev/null
		audit-seal prove "$id" >p
		is "$(jq '.head.seal - .seal.seal' p)" $((i + 1))
		is "$(jq '[.log.index - .seal.seal, .log.size - .head.seal] | add' p)" 0
		good p
	done
}

@test "what was proven is said, with the event" {
	id=$(one)
	head=$(seal)
	audit-seal prove "$id" >p
	run -0 --separate-stderr check --pubkey "$PUB" p
	is "$stderr" ""
	is "$(jq -r 'keys_unsorted | join(" ")' <<<"$output")" \
		"proved trail seal at hash head key trusted hidden event"
	is "$(jq -c '[.proved, .head.seal, .trusted, .hidden, .event.actor]' \
		<<<"$output")" "[\"event\",$head,true,[],\"alice\"]"
	is "$(jq .hash <<<"$output")" "\"$(sql "select encode(hash, 'hex')
		from audit.seal where no = $((head - 1))")\""
	run -0 --separate-stderr check p
	is "$(jq -c .trusted <<<"$output")" false
	check --pubkey "$PUB" - <p >/dev/null
}

@test "people get sentences, and nothing that harms a terminal" {
	sql "begin" "set local audit.actor = E'eve\\x1b[31m\\n'" \
		"update t set name = 'x' where id = 1" commit
	id=$(sql "select id from audit.event order by id desc limit 1")
	seal >/dev/null
	audit-seal prove "$id" --hide old >p
	run -0 on_terminal "audit-seal check-proof p"
	[[ $output == *"update public.t {\"id\": 1} by eve\\x1b[31m\\n"* ]]
	[[ $output == *"left out: a value of old"* ]]
	[[ $output == *"nobody vouches for"* ]]
	[[ $output != *$'\e'* ]]
	run -0 on_terminal "audit-seal check-proof --pubkey $PUB p"
	[[ $output == *"signed by key "* ]]
	[[ $output != *vouches* ]]
}

@test "a proof whose key is another's is refused" {
	audit-seal prove "$(one)" >p
	run -1 --separate-stderr check --pubkey "$OTHER" p
	is "$output" ""
	is "$stderr" "audit-seal: line 1: not signed by that key, nor by one that it named"
}

@test "without a key the seals prove it, and nobody is trusted" {
	other_database
	audit-rule init
	sql "create table t(id int primary key, name text, salary numeric)"
	audit-rule add t
	id=$(write 1)
	make_seal >/dev/null
	audit-seal prove "$id" >p
	make_seal >/dev/null
	audit-seal prove "$id" >>p
	audit-seal consistency 0 1 >>p
	run -0 check p
	is "$(jq -c '[.key, .trusted]' <<<"$output" | sort -u)" "[null,false]"
	witness p
	run -1 --separate-stderr check --pubkey "$PUB" p
	is "$output" ""
	is "$(grep -c 'not signed by that key' <<<"$stderr")" 3
	run -0 on_terminal "audit-seal check-proof p"
	[[ $output == *"not signed"* ]]
	# signed from here on
	make_seal --key "$KEY" >/dev/null
	audit-seal prove "$id" >p
	good p
}

@test "values are left out, and the rest is proven" {
	write 1 >ids
	sql "begin" "set local audit.actor = 'bob'" \
		"set local audit.reason = 'a raise'" \
		"update t set salary = 2000.10, name = 'Bob' where id = 1" commit
	sql "select id from audit.event order by id desc limit 1" >>ids
	seal >/dev/null
	id=$(tail -1 ids)
	for fields in key label actor reason app old new "old new" old.salary \
		"old.salary new.salary" "old.name old.salary new" \
		"key label actor session app addr reason old new"; do
		options=()
		for field in $fields; do
			options+=(--hide "$field")
		done
		audit-seal prove "$id" "${options[@]}" >p
		good p
		is "$(jq '.event | has("salt")' p)" false
	done
	is "$(jq -c .hidden checked)" \
		'["key","label","actor","app","reason","old","old","new","new"]'
	for value in 1001.50 2000.10 1001.5 2000.1 Bob 'name 1' bob raise \
		'"record"' '"id": 1'; do
		run -1 grep -F "$value" p
	done
	is "$(jq -c '.event | [.old, .new, .op, .table]' p)" '[{},{},"update","t"]'
	# of an insert there is no old value to leave out
	audit-seal prove "$(head -1 ids)" --hide old --hide old.name >p
	good p
	is "$(jq -c '[.event.old, (.event.new | length)]' p)" "[null,3]"
}

@test "what an event does not have cannot be left out" {
	id=$(one)
	for field in nope salt id new.salary.x "new." new.Salary "" . .x key.id; do
		run -2 --separate-stderr audit-seal prove "$id" --hide "$field" \
			--hide old
		is "$output" ""
		[[ $stderr == "audit-seal: --hide $field: "* ]]
	done
}

@test "columns are left out by their names, whatever these are" {
	other_database
	sql 'create table q("a.b" int primary key, """" text, "é" text,
		"\u0041" text, "x
y" text)'
	audit-rule init
	audit-rule add q
	sql "insert into q values (1, 'one', 'two', 'three', 'four')"
	make_seal --key "$KEY" >/dev/null
	id=$(sql "select id from audit.event where \"table\" = 'q' and op = 'insert'")
	for name in a.b '"' é '\u0041' $'x\ny'; do
		audit-seal prove "$id" --hide "new.$name" >p
		good p
		is "$(jq -c --arg n "$name" '.event.new | [length, has($n)]' p)" \
			"[4,false]"
	done
}

@test "a value that was left out cannot be guessed into the proof" {
	id=$(one)
	audit-seal prove "$id" >whole
	audit-seal prove "$id" --hide actor --hide new.salary >p
	edit p "o['event']['actor'] = 'alice'" >other
	bad other "parts: a commitment to what is in the event"
	edit p "o['event']['new']['salary'] = Number('1000')" >other
	bad other "parts: a value without its salt"
	edit p "o['event']['actor'] = 'alice'
p = next(p for p in o['parts'] if p['field'] == 'actor')
p['salt'] = '00' * 16
del p['commitment']" >other
	bad other "leaf: its path does not lead from the event"
	edit p "o['event']['actor'] = 'mallory'
p = next(p for p in o['parts'] if p['field'] == 'actor')
p['salt'] = p['commitment'][:32]" >other
	bad other "parts: one has to have a salt or a commitment"
	edit p "o['event']['actor'] = None
o['parts'] = [p for p in o['parts'] if p['field'] != 'actor']" >other
	bad other "leaf: its path does not lead from the event"
	edit p "o['event']['salt'] = '00' * 16" >other
	bad other "event: a salt that tells what is left out"
	edit p "del o['parts']" >other
	bad other 'event: no'
	edit p "o['parts'].append(copy(o['parts'][-1]))" >other
	bad other "leaf: its path does not lead from the event"
	edit p "o['event']['old'] = {}" >other
	bad other "parts: a salt without its value"
	edit p "del o['event']['key']" >other
	bad other 'event: "record" without its key'
	edit p "o['parts'] = 1" >other
	bad other "parts: no array"
	edit whole "o['event']['actor'] = None" >other
	bad other "leaf: its path does not lead from the event"
}

@test "a proof in which one bit is turned over is refused" {
	id=$(one)
	seal >/dev/null
	audit-seal prove "$id" --hide new.salary --hide app >p
	mangle flips p >flipped
	[ "$(wc -l <flipped)" -gt $((7 * $(wc -c <p))) ]
	all_bad flipped
}

@test "a proof that lacks something, has more or says a thing twice is refused" {
	id=$(one)
	seal >/dev/null
	audit-seal prove "$id" >p
	seal --next-key "$PUB" >/dev/null
	{
		audit-seal prove "$id" --hide new.salary --hide app
		audit-seal prove "$(one)"
		audit-seal consistency 0 5
		audit-seal consistency 3 4
	} >>p
	while read -r proof; do
		mangle cuts - <<<"$proof"
	done <p >spoiled
	[ "$(wc -l <spoiled)" -gt 1000 ]
	all_bad spoiled
}

@test "paths, indexes and sizes have to fit" {
	write 7 >ids
	seal >/dev/null
	audit-seal prove "$(sed -n 3p ids)" >p
	audit-seal prove "$(sed -n 4p ids)" >q
	good p
	fits="leaf: its path does not lead from the event"
	for change in "['index'] = 3" "['index'] = 6" "['path'].append('00' * 32)" \
		"['path'].pop()" "['path'].reverse()" "['path'].clear()"; do
		edit p "o['leaf']$change" >other
		bad other "$fits"
	done
	for change in "['size'] = 8" "['size'] = 3"; do
		edit p "o['leaf']$change" >other
		bad other "leaf: the seal has another size"
	done
	for change in "['index'] = 7" "['size'] = 2" "['index'] = -1" \
		"['index'] = 1.0" "['index'] = '2'" "['size'] = 10**20" \
		"['path'] = ['00' * 32] * 65" "['path'] = {}" \
		"['path'][0] = o['leaf']['path'][0].upper()"; do
		edit p "o['leaf']$change" >other
		bad other "leaf: "
	done
	# another event than the one that was proven
	jq -c --slurpfile q q '.event = $q[0].event' p >other
	bad other "$fits"
	jq -c --slurpfile q q '.leaf = $q[0].leaf' p >other
	bad other "$fits"
}

@test "seals that are not signed by their key, or were edited, prove nothing" {
	id=$(one)
	seal >/dev/null
	audit-seal prove "$id" >p
	for seal in seal head; do
		edit p "o['$seal']['signature'] = o['$seal']['signature'][::-1]" >other
		bad other "$seal: the signature is not its key's"
		edit p "o['$seal']['key'] = o['$seal']['next_key'] = '$(printf 'ab%.0s' {1..32})'" >other
		bad other "$seal: the signature is not its key's"
		edit p "o['$seal']['note'] = 'and this'" >other
		bad other "$seal: not as a seal is printed"
		edit p "o['$seal']['months'].append({'month': '2027-01', 'events': Number('1'), 'root': '00' * 32})" >other
		bad other "$seal: its months do not make its events"
	done
	edit p "o['seal']['months'][0]['root'] = '00' * 32" >other
	bad other "seal: its months do not make its root"
	edit p "o['seal'], o['head'] = o['head'], o['seal']" >other
	bad other "the later seal is not the later one"
	edit p "for k in 'key', 'next_key', 'signature': o['head'][k] = None" >other
	bad other "the later seal is not signed"
	edit p "o['log'] = o['head'] = None" >other
	good other # it proves less, and that it does
	edit p "o['head'] = None" >other
	bad other "log: without a later seal"
	edit p "o['log'] = None" >other
	bad other 'log: no object'
}

@test "a key that was replaced leads to those that followed it" {
	id=$(one)
	audit-seal keygen new
	mv new/seal.key k
	audit-seal keygen evolving
	write 1 >ids
	seal --next-key new/seal.pub >/dev/null	# by KEY
	write 1 >>ids
	make_seal --key k >/dev/null
	write 1 >>ids
	make_seal --key k --next-key evolving/seal.pub >/dev/null
	write 1 >>ids
	make_seal --key evolving/seal.key --evolve >first
	write 1 >>ids
	make_seal --key evolving/seal.key --evolve >second
	write 1 >>ids
	make_seal --key evolving/seal.key --next-key "$PUB" >/dev/null
	{ echo "$id" && cat ids; } | xargs -n1 audit-seal prove >p
	is "$(wc -l <p)" 7
	is "$(jq -r '.keys | length' p | xargs)" "4 3 4 3 3 3 4"
	good p
	# what each key proves by itself: all that the head has in its log
	jq -r .key first >k1
	jq -r .key second >k2
	for key in new/seal.pub k1 k2; do
		check --pubkey "$key" p >/dev/null
	done
	run -1 --separate-stderr check --pubkey "$OTHER" p
	is "$output" ""
	# a link left out: the chain ends there
	edit <(head -1 p) "del o['keys'][2]" >other
	run -0 check --pubkey "$PUB" other
	is "$(jq .head <<<"$output")" null
	run -1 --separate-stderr check --pubkey new/seal.pub other
	is "$output" ""
	for change in "o['keys'].reverse()" "o['keys'].append(o['keys'][-1])" \
		"o['keys'].append(o['head'])" "o['keys'].append(o['seal'])" \
		"o['keys'][0] = None" "o['keys'] = {}"; do
		edit <(head -1 p) "$change" >other
		bad other keys:
	done
	seal >/dev/null
	audit-seal consistency 0 "$(jq .seal second)" >p
	good p
	check --pubkey k2 p >/dev/null
}

@test "each of twenty seals is the beginning of each later one" {
	other_database
	audit-rule init
	for ((i = 0; i < 21; i++)); do
		audit-seal --key "$KEY" >>seals
	done
	for ((a = 0; a < 20; a++)); do
		for ((b = a + 1; b <= 20; b++)); do
			audit-seal consistency $a $b
		done
	done >p
	is "$(wc -l <p)" 210
	check p >/dev/null
	check --pubkey "$PUB" p >checked
	sed -n '1~7p' p >some
	witness some
	is "$(jq -c '[.seal, .head.seal]' checked | sort -u | wc -l)" 210
	is "$(jq -c '[.from.seal, .to.seal]' p)" "$(jq -c '[.seal, .head.seal]' checked)"
	jq -c .to p | sort -u >to
	jq -c . seals | tail -n +2 | sort >kept
	cmp to kept
	edit <(sed -n 100p p) "o['path'].pop()" >other
	bad other "path: the log of seal"
	edit <(sed -n 100p p) "o['path'].append('00' * 32)" >other
	bad other "path: the log of seal"
	edit <(sed -n 100p p) "o['from'], o['to'] = o['to'], o['from']" >other
	bad other "the later seal is not the later one"
	edit <(sed -n 100p p) "o['to'] = o['from']" >other
	bad other "the later seal is not the later one"
	edit <(sed -n 100p p) "o['to'] = None" >other
	bad other "to: no seal"
}

@test "seals of two histories are not one" {
	other_database
	audit-rule init
	make_seal --key "$KEY" >/dev/null
	copy_database "$PGDATABASE" fork
	for ((i = 0; i < 2; i++)); do
		make_seal --key "$KEY" >/dev/null
		PGDATABASE=fork audit-seal --key "$KEY" >/dev/null
	done
	audit-seal consistency 1 2 >p
	PGDATABASE=fork audit-seal consistency 1 2 >q
	sql_in postgres "drop database fork"
	good p
	good q
	jq -c --slurpfile q q '.to = $q[0].to' p >other
	bad other "log: its path does not lead from seal 1 to the log of seal 2"
	jq -c --slurpfile q q '.to = $q[0].to | .log = $q[0].log | .path = $q[0].path' p >other
	bad other "log: its path does not lead from seal 1 to the log of seal 2"
}

@test "a checkpoint is a signed note, as openssl and the witness see it" {
	for no in 0 1 "$(seal)"; do
		run -0 --separate-stderr audit-seal checkpoint -v --key "$KEY" "$no"
		printf '%s\n' "$output" >note
		python3 -B - note "$no" "${stderr##* }" "$(sql "select
			string_agg(encode(hash, 'hex'), ' ' order by no)
			from audit.seal where no <= $no")" <<-END
			import base64, hashlib, re, sys
			sys.path.insert(0, "$ROOT/tests")
			import seal
			data = open(sys.argv[1], 'rb').read()
			text, line = data.split(b'\\n\\n')
			text += b'\\n'
			origin, size, root = text.decode().splitlines()
			assert re.fullmatch('audit-utils/[0-9a-f-]{36}', origin), origin
			assert size == str(int(sys.argv[2]) + 1), size
			leaves = [bytes.fromhex(h) for h in sys.argv[4].split()]
			assert base64.b64decode(root) == seal.tree(leaves), root
			m = re.fullmatch('\u2014 (\\S+) (\\S+)\\n', line.decode())
			assert m.group(1) == origin
			blob = base64.b64decode(m.group(2), validate=True)
			name, id, key = sys.argv[3].split('+', 2)
			key = base64.b64decode(key, validate=True)
			assert name == origin and key[0] == 1
			assert hashlib.sha256(name.encode() + b'\\n' + key).digest()[:4] == blob[:4]
			assert blob[:4].hex() == id
			assert seal.verifies(key[1:], text, blob[4:])
			open('text', 'wb').write(text)
			open('signature', 'wb').write(blob[4:])
		END
		openssl pkeyutl -verify -pubin -inkey "$PUB" -rawin -in text \
			-sigfile signature >/dev/null
	done
	run -2 --separate-stderr audit-seal checkpoint
	is "$output" ""
	run -2 --separate-stderr audit-seal checkpoint --key "$PUB"
	is "$output" ""
	run -1 --separate-stderr audit-seal checkpoint --key "$KEY" 4000000
	is "$stderr" "audit-seal: no such seal: 4000000"
}

@test "an event is named by the beginning of its id" {
	id=$(one)
	audit-seal prove "${id//-/}" >p
	audit-seal prove "${id:0:23}" >q
	cmp p q
	run -2 --separate-stderr audit-seal prove 0
	is "$stderr" "audit-seal: prove 0: more than one event begins so"
	run -1 --separate-stderr audit-seal prove ffffffff
	is "$stderr" "audit-seal: prove ffffffff: no such event"
	run -2 --separate-stderr audit-seal prove "'; drop table t"
	is "$stderr" "audit-seal: prove '; drop table t: not the beginning of an id"
}

@test "what is not sealed yet cannot be proven" {
	id=$(write 1)
	run -1 --separate-stderr audit-seal prove "$id" -o out
	is "$output" ""
	is "$stderr" "audit-seal: event $id is in no seal yet: run audit-seal"
	[ ! -e out ]
	seal >/dev/null
	audit-seal prove "$id" -o out
	good out
	run -3 audit-seal prove "$id" -o /dev/full
	is "$output" "audit-seal: /dev/full: No space left on device"
}

# unguarded TABLE STATEMENT... - as a superuser who takes the guard away
unguarded() {
	sql begin "alter table $1 disable trigger all" "${@:2}" \
		"alter table $1 enable always trigger \"!audit_guard\"" \
		"alter table $1 enable always trigger \"!audit_guard_insert\"" commit
}

@test "there is no proof of an event or seal that was tampered with" {
	other_database
	audit-rule init
	sql "create table t(id int primary key, name text, salary numeric)"
	audit-rule add t
	id=$(write 3 | sed -n 2p)
	make_seal --key "$KEY" >/dev/null
	make_seal --key "$KEY" >/dev/null
	unguarded audit.leaf "update audit.leaf set leaves =
		overlay(leaves placing '\\xabcd' from 70)"
	run -1 --separate-stderr audit-seal prove "$id"
	is "$output" ""
	[[ $stderr == "audit-seal: event $id: leaf: "*"; see audit-seal verify" ]]
	unguarded audit.seal "update audit.seal set line = replace(line,
		'\"timeline\":1', '\"timeline\":2') where no = 1"
	run -1 --separate-stderr audit-seal consistency 0 1
	is "$output" ""
	[[ $stderr == "audit-seal: seals 0 and 1: to: the signature is not its key's"* ]]
	unguarded audit.seal "update audit.seal set line = '{}' where no = 1"
	run -1 --separate-stderr audit-seal checkpoint --key "$KEY"
	is "$output" ""
	[[ $stderr == *"see audit-seal verify" ]]
	unguarded audit.seal "delete from audit.seal where no = 0"
	run -1 --separate-stderr audit-seal prove "$id"
	is "$output" ""
	is "$stderr" "audit-seal: no such seal: 0"
}

@test "bad lines are named, and the good ones done" {
	audit-seal prove "$(one)" >p
	{ cat p && echo nonsense && echo && cat p &&
		printf '\377\n' && echo '{}' && echo '[]' && echo '"proof"'; } >lines
	run -1 --separate-stderr check lines
	is "${#lines[@]}" 2
	is "$stderr" "audit-seal: line 2: not JSON at character 1
audit-seal: line 5: not UTF-8
audit-seal: line 6: proof: no \"proof\"
audit-seal: line 7: proof: no object with a \"proof\"
audit-seal: line 8: proof: no object with a \"proof\""
	run -1 --separate-stderr check - </dev/null
	is "$stderr" "audit-seal: standard input: no proof"
	edit p "o['proof'] = Number('2')" >other
	bad other "proof: a form that is not known here"
}

@test "misuse is told from an answer" {
	for options in prove "prove a b" "check-proof" "check-proof a b" \
		"consistency 1" "consistency 2 1" "consistency 1 1" \
		"consistency a 1" "consistency 0 -1" "consistency 0 1 --hide old" \
		"check-proof nowhere" "check-proof --pubkey nowhere p" \
		"check-proof --hide old p" "checkpoint 1 2 --key $KEY"; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr audit-seal $options
		is "$output" ""
		[[ $stderr == "audit-seal: "* || $stderr == "usage: "* ]]
	done
	run -1 --separate-stderr audit-seal consistency 0 4000000
	is "$stderr" "audit-seal: no such seal: 4000000"
}

@test "a sealer seals, an auditor proves, and others are told what it takes" {
	other_database
	audit-rule init
	sql "create table t(id int primary key, name text, salary numeric)"
	audit-rule add t
	for role in seals audits reads idles; do
		make_role "prove_$role" login
	done
	sql "grant select on t to prove_reads"
	audit-rule grant prove_seals sealer
	audit-rule grant prove_audits auditor
	audit-rule grant prove_reads reader
	id=$(write 1)
	await covered
	as prove_seals audit-seal --key "$KEY" >/dev/null
	as prove_seals audit-seal --key "$KEY" >/dev/null
	{
		as prove_audits audit-seal prove "$id" --hide new.salary
		as prove_audits audit-seal consistency 0 1
	} >p
	good p
	as prove_audits audit-seal checkpoint --key "$KEY" >/dev/null
	for role in reads idles; do
		for verb in "prove $id" "consistency 0 1" "checkpoint --key $KEY"; do
			# shellcheck disable=SC2086
			run -3 --separate-stderr as "prove_$role" audit-seal $verb
			is "$output" ""
			[[ $stderr == *"audit-rule grant ROLE auditor" ]]
		done
	done
	for role in audits reads idles; do
		run -3 --separate-stderr as "prove_$role" audit-seal --key "$KEY"
		is "$output" ""
	done
}
