#!/usr/bin/env bats
# seal-lib - what audit-seal computes with: hashes, trees, keys, canonical forms

load helper

setup_file() {
	fresh_database
	sql "create table j(n int generated always as identity, t text)"
	foreign >"$BATS_FILE_TMPDIR/foreign"
	sed -e 's/\\/\\\\/g' -e 's/\r/\\r/g' "$BATS_FILE_TMPDIR/foreign" |
		psql -qX -v ON_ERROR_STOP=1 -c '\copy j(t) from pstdin'
	sql 'select t::jsonb from j order by n' >"$BATS_FILE_TMPDIR/printed"
}

teardown_file() {
	drop_database
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

vectors() {
	"$BUILD/tests/vectors" "$@"
}

seal.py() {
	python3 "$ROOT/tests/seal.py" "$@"
}

# hex, unhex - from bytes to digits and back
hex() {
	od -An -v -tx1 | tr -d ' \n'
}

unhex() {
	python3 -c 'import sys
sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))'
}

# foreign - JSON as others might write it, a line a value, numbers as jsonb
# prints them; random ones always the same
foreign() {
	cat <<-'END'
		null
		 true
		[]
		[ ]
		{}
		{ }
		""
		"\u0041\/\u00e9\ud83d\ude00 é😀"
		"\b\f\n\r\t\"\\ \u0001\u001f\u007f\u2028 "
		1234567890123456789012345678901234567890
		-0.1234567890123456789012345678901234567890
		12.30
		{"":1}
		{"":{"":{"":null}}}
		{"bb":1,"a":2,"aa":3,"b":4}
		{"a":1,"a":2,"a":3}
		{"b":0,"a":1,"\u0061":2,"b":[{"z":1,"y":2,"z":3}]}
		{"é":1,"zz":2,"\u00e9":3,"z":4,"ÿ":5}
		{"a\nb":1,"a\u000ab":2,"\"":3,"\\":4,"\u0001":5}
		{"a":"}","b":"]","c":"{[,:","d":"\"}"}
		{"a" : [1 ,2, {"c":[],"b":{}}] , "b":" x "}
		{"😀":1,"aaaaa":2,"bbb":3}
	END
	python3 - <<-'END'
		import random
		random.seed(5)
		chars = ['a', 'b', 'é', '😀', '"', '\\', '/', '\n', '\t', '\x01',
		    '\x7f', '{', '}', '[', ']', ',', ':', ' ']

		def blank():
		    return random.choice(['', '', ' ', '  ', '\r'])

		def char(c):
		    if c in '"\\' or c < ' ' or random.random() < .1:
		        return ''.join('\\u%04x' % int.from_bytes(pair, 'big')
		            for pair in [c.encode('utf-16-be')[i:i + 2]
		                for i in range(0, len(c.encode('utf-16-be')), 2)])
		    return '\\/' if c == '/' and random.random() < .5 else c

		def string():
		    return '"%s"' % ''.join(char(random.choice(chars))
		        for _ in range(random.choice([0, 1, 1, 2, 3, 8])))

		def value(depth):
		    kind = random.randrange(7 if depth < 5 else 5)
		    if kind == 0:
		        return random.choice(['null', 'true', 'false'])
		    if kind < 3:
		        return random.choice(['', '-']) + str(
		            random.randrange(1, 10 ** random.randrange(1, 45))) + (
		            random.choice(['', '.0', '.10', '.05']))
		    if kind < 5:
		        return string()
		    inside = [blank() + (string() + blank() + ':' + blank()
		        if kind == 5 else '') + value(depth + 1) + blank()
		        for _ in range(random.randrange(6))]
		    return '{[' [kind == 6] + (','.join(inside) or blank()) + (
		        '}]' [kind == 6])

		for _ in range(3000):
		    print(blank() + value(0) + blank())
		n = 1500
		print('[' * n + ']' * n)
		print('{"b":1,"a":' * n + '0' + '}' * n)
		print('"%s"' % ('x\\u0001' * 100000))
	END
}

# events KEYS_OLDS_NEWS - what "vectors leaf" makes of these, as evidence
events() {
	awk -F'\t' '
	function json(s) { return s == "" ? "null" : s }
	{
		printf "{\"id\":\"00010203-0405-0607-0809-0a0b0c0d0e0f\","
		printf "\"at\":\"2026-11-22T07:35:31.123456Z\",\"op\":\"update\","
		printf "\"schema\":null,\"table\":\"t\",\"key\":%s,", json($1)
		printf "\"label\":null,\"actor\":\"ann \\\"x\\\"\",\"role\":null,"
		printf "\"as_role\":null,\"session\":null,\"txid\":\"8123\","
		printf "\"app\":\"\",\"addr\":null,\"reason\":null,\"rules\":null,"
		printf "\"old\":%s,\"new\":%s,\"redacted\":null,", json($2), json($3)
		printf "\"salt\":\"fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0\","
		printf "\"record\":\"-5\",\"record_to\":null,"
		printf "\"parents\":[\"7\",\"-8\"]}\n"
	}' "$@"
}

@test "SHA-256 gives what FIPS 180-4 says" {
	vectors sha256
}

@test "trees and proofs are those of RFC 9162, and nothing else is proven" {
	vectors merkle
}

@test "Ed25519 gives what RFC 8032 says, and one bit less is no signature" {
	vectors ed25519
}

@test "a time reads as it was written, and what is none is refused" {
	vectors moment
}

@test "the month of an id is that of its time in UTC" {
	vectors month
}

@test "canonical JSON is what PostgreSQL prints" {
	cd "$BATS_FILE_TMPDIR"
	vectors canon <foreign | cmp - printed
	vectors canon <printed >again
	cmp again printed
	[ "$(wc -l <printed)" -gt 3000 ]
}

@test "what is nested as deep as can be read has a canonical form" {
	python3 -c "n = 10000; print('{\"b\":0,\"a\":' * n + '1' + '}' * n)" >deep
	vectors canon <deep >once
	vectors canon <once >twice
	cmp once twice
	is "$(head -c 30 once)" '{"a": {"a": {"a": {"a": {"a": '
	python3 -c "n = 10001; print('[' * n + '1' + ']' * n)" >deeper
	is "$(vectors canon <deeper | head -c 30)" 'nested too deep'
}

@test "a leaf is the same from the server's text and from others', and for the witness" {
	cd "$BATS_FILE_TMPDIR"
	# in another order, for old and new to differ
	paste foreign <(tac foreign) foreign >foreign.tsv
	paste printed <(tac printed) printed >printed.tsv
	vectors leaf <printed.tsv >leaves
	awk '$1 != $2 { exit 1 }' leaves
	vectors leaf <foreign.tsv | cut -d' ' -f2 | cmp - <(cut -d' ' -f1 leaves)
	events foreign.tsv | seal.py leaf - | cmp - <(cut -d' ' -f1 leaves)
	[ "$(sort -u leaves | wc -l)" -gt 2500 ]
}

@test "no two values of old have the same leaf" {
	printf '\t%s\t\n' '{}' '{"": {}}' '[]' '{"": []}' '""' '{"a": null}' \
		'{"a": null, "b": null}' '{"a": {"b": null}}' '{"ab": null}' >v.tsv
	printf '\t\t{}\nnull\t\t\n{}\t\t\n' >>v.tsv
	vectors leaf <v.tsv >leaves
	is "$(sort -u leaves | wc -l)" "$(wc -l <v.tsv)"
	events v.tsv | seal.py leaf - | cmp - <(cut -d' ' -f1 leaves)
	# JSON's null is none
	printf 'null\tnull\tnull\nnull\t\t\n' | vectors leaf >leaves
	is "$(sort -u leaves | wc -l)" 1
}

@test "what is no JSON has no leaf" {
	sed 's/.*/	&	/' >bad.tsv <<-'END'
		{
		{"
		{"a
		{"a"
		{"a":
		{"a": 
		{"a": "
		{"a": "\
		{"a": 1
		{"a": 1,
		{"a": 1, 
		{"a": 1, }
		{"a": 1}}
		{"a": 1, "b": }
		{"a": 1]
		{"a": [1}
		{a: 1}
		{"a\q": 1}
		{"\u00": 1}
		{"a": 1,"b": 2}
		{"a":1}
		{ "a": 1}
	END
	vectors leaf <bad.tsv >leaves
	# the last three are JSON, but nothing that the server prints
	is "$(grep -c '^wrong ' leaves)" 22
	is "$(grep -c ' wrong$' leaves)" 19
}

seal_line() {
	local hash=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef

	printf '%s' '{"seal":7,"trail":"3fa85f64-5717-4562-b3fc-2c963f66afa6",' \
		'"at":"2026-11-22T12:56:00.000001Z",' \
		'"system":"18446744073709551615","timeline":2,"server":150020,' \
		'"from":"8000","to":"9000","next":"9223372036854775807",' \
		'"events":3,"first":"019ab000-0000-7000-8000-000000000001",' \
		'"last":"019ab000-0000-7000-8000-0000000000ff",' \
		'"months":[{"month":"2026-11","events":2,"root":"'$hash'"},' \
		'{"month":"2026-12","events":1,"root":"'$hash'"}],' \
		'"root":"'$hash'","previous":"'$hash'","log":"'$hash'",' \
		'"state":"'$hash'","tool":"audit-seal \"0.1\" é",' \
		'"key":null,"next_key":null,"signature":null}'
	echo
}

@test "a seal's line comes back byte for byte, with the bytes that the witness finds" {
	seal_line >line
	sed -e 's/"seal":7/"seal":0/; s/"previous":"[^"]*"/"previous":null/' \
		-e 's/"events":3,"first":"[^"]*","last":"[^"]*"/"events":0,"first":null,"last":null/' \
		-e 's/"months":[^]]*]/"months":[]/' line >>line0
	# signed over its bytes by openssl
	openssl genpkey -algorithm ed25519 -out key.pem
	key=$(openssl pkey -in key.pem -pubout -outform DER | tail -c 32 | hex)
	sed "s/\"key\":null,\"next_key\":null,\"signature\":null/\"key\":\"$key\",\"next_key\":\"$key\",\"signature\":\"$(printf '%0128d' 0)\"/" line >unsigned
	vectors seal <unsigned | sed -n 1p | unhex >bytes
	openssl pkeyutl -sign -inkey key.pem -rawin -in bytes -out signature
	sed "s/\"signature\":\"0*\"/\"signature\":\"$(hex <signature)\"/" unsigned >signed
	for f in line line0 signed; do
		vectors seal <$f >got
		sed -n 4p got | cmp - $f
		seal.py seal $f | cmp - <(head -n 3 got)
	done
	sed 's/"signature":"./"signature":"/; s/"}$/0"}/' signed >forged
	run -1 seal.py seal forged
}

@test "unknown keys of a seal are passed over, and their order does not matter" {
	seal_line >line
	vectors seal <line >wanted
	sed 's/{"seal":7,\(.*\)}$/{"new":{"seal":8},\1,"seal":7, "x":[1]}/' line >other
	run -1 cmp line other
	vectors seal <other | cmp - wanted
}

# refused SED WANTED - a line changed so is refused with these words
refused() {
	seal_line | sed "$1" >changed
	run -1 cmp -s changed <(seal_line)
	is "$(vectors seal <changed)" "$2"
}

@test "a seal's line that is not of its form is refused, and says why" {
	local key behind

	for key in seal trail at system timeline server from to next events \
		first last months root previous log state tool key next_key \
		signature; do
		behind=
		# not that of a month
		[ "$key" != root ] || behind=],
		refused "s/$behind\"$key\":/$behind\"x$key\":/" "no \"$key\" field"
		refused "s/$behind\"$key\":/&true,\"x\":/" "bad \"$key\" field"
		refused "s/}\$/,\"$key\":null}/" "two \"$key\" fields"
	done
	for key in seal trail at system timeline server from to next events \
		first last months root previous log state tool; do
		behind=
		# not that of a month
		[ "$key" != root ] || behind=],
		refused "s/$behind\"$key\":/&null,\"x\":/" "bad \"$key\" field"
	done
	refused 's/"seal":7/"seal":0/' 'bad "previous" field'
	refused 's/"seal":7/"seal":07/' 'not a number at character 9'
	refused 's/"seal":7/"seal":-7/' 'bad "seal" field'
	refused 's/"seal":7/"seal":7.0/' 'bad "seal" field'
	refused 's/"seal":7/"seal":9223372036854775808/' 'bad "seal" field'
	refused 's/"events":3/"events":0/' 'bad "first" field'
	refused 's/18446744073709551615/18446744073709551616/' 'bad "system" field'
	refused 's/9223372036854775807/9223372036854775808/' 'bad "next" field'
	refused 's/"8000"/8000/' 'bad "from" field'
	refused 's/"8000"/"-1"/' 'bad "from" field'
	refused 's/"8000"/"08000"/' 'bad "from" field'
	refused 's/"8000"/""/' 'bad "from" field'
	refused 's/150020/4294967296/' 'bad "server" field'
	refused 's/-11-22T/-02-30T/' 'bad "at" field'
	refused 's/3fa85f64/3FA85F64/' 'bad "trail" field'
	refused 's/"2026-12"/"2026-13"/' 'bad "months" field'
	refused 's/"2026-12"/"2026-00"/' 'bad "months" field'
	refused 's/"2026-12"/"2026-1a"/' 'bad "months" field'
	refused 's/"2026-12"/"2026012"/' 'bad "months" field'
	refused 's/{"month":/{"months":/' 'bad "months" field'
	refused 's/"events":2,/"events":2,"events":2,/' 'bad "months" field'
	refused 's/"root":"0/"root":"/' 'bad "months" field'
	refused 's/"log":"0/"log":"/' 'bad "log" field'
	refused 's/"log":"0/"log":"00/' 'bad "log" field'
	refused 's/"log":"0/"log":"\\u0030/' 'bad "log" field'
	refused 's/"log":"0/"log":"G/' 'bad "log" field'
	refused 's/"log":"0/"log":"A/' 'bad "log" field'
	refused 's/0\.1/\\u0000/' 'bad "tool" field'
	refused 's/"key":null/"key":"'"$(printf '%064d' 0)"'"/' \
		'bad "next_key" field'
	refused 's/^/[/; s/$/]/' 'not an object'
	refused 's/}$//' "an object without its end at character $(seal_line | tail -c +2 | wc -c)"
}

@test "keys are made that openssl reads, for their owner alone" {
	umask 0
	vectors keygen key
	is "$(stat -c '%a %a' key)" '600 600'
	is "$(stat -c %a key.pub)" 644
	openssl pkey -in key -pubout | cmp - key.pub
	vectors key key >used
	printf abc >text
	sed -n 2p used | unhex >signature
	openssl pkeyutl -verify -pubin -inkey key.pub -rawin -in text -sigfile signature
	is "$(vectors public key.pub)" "$(sed -n 1p used)"
	sed -n 1p used >hex
	is "$(vectors public hex)" "$(cat hex)"
	printf '%s' "$(cat hex)" >bare
	is "$(vectors public bare)" "$(cat hex)"
}

@test "no key is written over what is there, or where a link leads" {
	echo precious >key
	run -1 vectors keygen key
	is "$output" 'vectors: key: File exists'
	is "$(cat key)" precious
	ln -s elsewhere link
	run -1 vectors keygen link
	is "$output" 'vectors: link: File exists'
	[ ! -e elsewhere ]
	run -1 vectors keygen no/such
	is "$output" 'vectors: no/such: No such file or directory'
}

@test "what is no key of ours is refused, and says why" {
	vectors keygen key
	chmod 640 key
	run -1 vectors key key
	is "$output" 'vectors: key: a private key that others than its owner may read or write'
	chmod 604 key
	run -1 vectors key key
	chmod 400 key
	run -0 vectors key key
	run -1 vectors key key.pub
	chmod 600 key.pub
	run -1 vectors key key.pub
	is "$output" 'vectors: key.pub: no private key in PEM'
	run -1 vectors public key
	is "$output" 'vectors: key: no public key in PEM or 64 hexadecimal digits'
	run -1 vectors key none
	is "$output" 'vectors: none: No such file or directory'
	run -1 vectors key .
	openssl genpkey -algorithm x25519 -out x.pem
	run -1 vectors key x.pem
	is "$output" 'vectors: x.pem: not an Ed25519 key'
	openssl pkey -in x.pem -pubout -out x.pub
	run -1 vectors public x.pub
	is "$output" 'vectors: x.pub: not an Ed25519 key'
	chmod 600 key
	openssl pkey -in key -aes256 -passout pass:secret -out locked
	chmod 600 locked
	run -1 vectors key locked </dev/null
	is "$output" 'vectors: locked: a key with a password cannot be used'
	head -c 100 key >short
	chmod 600 short
	run -1 vectors key short
	printf '%063d' 0 >hex
	run -1 vectors public hex
	head -c 100000 /dev/zero >zero
	run -1 vectors public zero
}
