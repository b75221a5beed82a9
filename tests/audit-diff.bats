#!/usr/bin/env bats
# audit-diff - what it shows of events, in each of its forms

load helper

setup_file() {
	export TZ=Europe/Berlin
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# event OP OLD NEW [FIELDS] - an event's line
event() {
	printf '%s' '{"id":"01a20177-65f3-7538-8648-7df02060d3f7",' \
		'"at":"2026-07-01T10:00:05.123456Z","op":"'"$1"'",' \
		'"schema":"public","table":"item","key":{"id": 7},' \
		'"label":"Lamp","actor":"alice","role":"shop","as_role":null,' \
		'"session":null,"txid":"812","app":"erp","addr":null,' \
		'"reason":null,"rules":["item"],"old":'"$2"',"new":'"$3"',' \
		'"redacted":'"${4-null}"'}'
	echo
}

# fields - the lines below the head, without what leads them
fields() {
	audit-diff -f text | tail -n +2 | sed 's/^    //'
}

# update OLD NEW - what is shown of a field x that changes so
update() {
	event update '{"x": '"$1"'}' '{"x": '"$2"'}' | fields
}

# page - the text of the html form in a browser, one cell a line
page() {
	audit-diff -f html -o page.html
	chromium --headless --no-sandbox --disable-gpu --dump-dom \
		"file://$PWD/page.html" 2>/dev/null
}

# JSON

@test "json is a line a field, with the contract's keys and exact values" {
	event update '{"a": 12.30, "bb": null}' \
		'{"a": 12345678901234567890.10, "bb": {"k":  [1.0]}}' |
		audit-diff >out
	is "$(cat out)" '{"id":"01a20177-65f3-7538-8648-7df02060d3f7","at":"2026-07-01T10:00:05.123456Z","op":"update","schema":"public","table":"item","key":{"id": 7},"label":"Lamp","actor":"alice","role":"shop","txid":"812","field":"a","old":12.30,"new":12345678901234567890.10}
{"id":"01a20177-65f3-7538-8648-7df02060d3f7","at":"2026-07-01T10:00:05.123456Z","op":"update","schema":"public","table":"item","key":{"id": 7},"label":"Lamp","actor":"alice","role":"shop","txid":"812","field":"bb","old":null,"new":{"k":  [1.0]}}'
}

@test "an insert has no old, a delete no new, details are fields" {
	{
		event insert null '{"id": 7, "name": "Lamp"}'
		event delete '{"id": 7}' null
		event truncate null '{"rows": 3, "unread": 0}'
		event rule_change '{"ops": 1}' '{"mask": 2}'
	} | audit-diff >out
	is "$(jq -c '[.op, .field, .old, .new]' out)" \
		'["insert","id",null,7]
["insert","name",null,"Lamp"]
["delete","id",7,null]
["truncate","rows",null,3]
["truncate","unread",null,0]
["rule_change","mask",null,2]
["rule_change","ops",1,null]'
}

@test "without a primary key only what an update changed is shown" {
	event update '{"a": 1, "b": 2, "c": 3}' '{"b": 5}' |
		audit-diff | jq -c '[.field, .old, .new]' >out
	is "$(cat out)" '["b",2,5]'
}

@test "fields come by name, the order of a line's keys does not matter" {
	event insert null '{"b": 1, "a10": 2, "a": 3, "\u00e9": 4}' |
		jq -c 'to_entries | reverse | from_entries' >line
	is "$(audit-diff <line | jq -r .field | paste -sd ' ')" "a a10 b é"
}

# Lines

@test "a bad line is named with its number, the others are shown: exit 1" {
	{
		event insert null '{"a": 1}'
		echo 'not JSON'
		echo
		echo '{"id": "x"}'
		printf '{"id":"\xff"}\n'
		event insert '[1]' '{"a": 1}'
		echo '[]'
		event insert null '{"a": 2}' | tr -d '\n'
	} >lines
	run -1 --separate-stderr audit-diff <lines
	is "${#lines[@]}" 2
	is "$stderr" 'audit-diff: line 2: not JSON at character 1
audit-diff: line 4: no "at" field
audit-diff: line 5: not UTF-8
audit-diff: line 6: bad "old" field
audit-diff: line 7: not an object'
}

@test "revisions are events, the state before the first one is passed over" {
	revision() {
		event "$@" | sed "s/}\$/,\"rev\":$rev,\"row\":{\"a\": 1},\"unknown\":null}/
			s/d3f7/d3f$rev/"
	}
	{
		rev=0 revision insert null null |
			sed -E 's/"(id|at|op)":"[^"]*"/"\1":null/g'
		echo '{"rev": 0, "row": {"a": 1}, "unknown": ["b"]}'
		rev=1 revision update '{"a": 1}' '{"a": 2}'
		rev=2 revision delete '{"a": 2}' null
	} >lines
	is "$(audit-diff -f json <lines | jq -c '[.op, .old, .new]')" \
		'["update",1,2]
["delete",2,null]'
	is "$(audit-diff --net -f json <lines | jq -c '[.op, .old, .new]')" \
		'["delete",1,null]'
	# which only a revision 0 may be, and only as a whole
	{
		rev=1 revision insert null null | sed 's/"op":"[^"]*"/"op":null/'
		rev=0 revision insert null null | sed 's/"at":"[^"]*"/"at":null/'
		rev=0 revision insert null null |
			sed 's/"op":"[^"]*"/"op":null/; s/"old":null/"old":1/'
		event insert null null | sed 's/"op":"[^"]*"/"op":null/'
	} >lines
	run -1 audit-diff -f json <lines
	is "$output" 'audit-diff: line 1: no "op" field
audit-diff: line 2: no "at" field
audit-diff: line 3: bad "old" field
audit-diff: line 4: no "op" field'
}

@test "what Python takes for JSON, and only that, is taken for an event" {
	cat >documents <<-'END'
		0
		-0
		-
		01
		1.
		1.5
		.5
		1e5
		1E+05
		1e
		-1.0e-10
		+1
		"a\/b\\\"\b\f\n\r\t\u00e9\uD83D\uDE00"
		"\x"
		"\u12g4"
		"\ud800"
		"unended
		"	"
		true
		tru
		nulls
		NaN
		[]
		[1,]
		[,1]
		[1 2]
		[[[{}]], {"a": {"b": []}}]
		{"a":1,"a":2}
		{"a":1,}
		{a:1}
		{"a" 1}
		{"a":}
		{1:2}
		{"a":1
		]
		{} {}
		[1}
	END
	python3 - documents >wanted <<-'END'
		import json, sys
		def no(_):
		    raise ValueError
		for line in open(sys.argv[1], encoding='utf-8'):
		    try:
		        json.loads(line, parse_constant=no)
		        print('yes')
		    except ValueError:
		        print('no')
	END
	while IFS= read -r line; do
		if event insert null "{\"x\": $line}" | audit-diff \
			>out 2>/dev/null; then
			# and it is handed on as it is
			tail -n 1 out | grep -qF "\"new\":${line##*,\"a\":}" ||
				grep -qF "\"new\":$line" out
			echo yes
		else
			echo no
		fi
	done <documents >got
	is "$(paste -d ' ' got documents)" "$(paste -d ' ' wanted documents)"
}

@test "a line of 100 MB is shown" {
	python3 -c 'print("\"" + "x" * 100_000_000 + "\"", end="")' >value
	{
		event update '{"x": 1}' '{"x": 2}' | sed 's/2}.*//' | tr -d '\n'
		cat value
		echo '}}'
	} >line
	audit-diff <line | sed 's/.*"new"://; s/}$//' | cmp - <(cat value; echo)
}

@test "an event is shown before the next one comes" {
	mkfifo in
	audit-diff <in >out 3>&- &
	exec 9>in
	event insert null '{"a": 1}' >&9
	await test -s out
	is "$(jq .new out)" 1
	exec 9>&-
	wait
}

@test "memory stays flat" {
	for _ in $(seq 2000); do
		event update '{"a": "b", "c": [1, 2]}' '{"a": "d", "c": [2, 3]}'
	done >few
	for _ in $(seq 50); do cat few; done >many
	for format in json text html; do
		command time -f %M -o peak audit-diff -f "$format" <many >/dev/null
		grep -q __asan_init "$BUILD/bin/audit-diff" ||
			[ "$(cat peak)" -lt 16384 ]
	done
}

# Text

@test "text: a head with the user's clock, then the fields in line" {
	event update '{"name": "Lamp", "amount": 1.50}' \
		'{"name": "Big lamp", "amount": 2.00}' >line
	is "$(audit-diff -f text <line)" '2026-07-01 12:00:05 CEST  update  item 7 "Lamp"  by alice
    amount  1.50 → 2.00
    name    "Lamp" → "Big lamp"'
	is "$(sed 's/"actor":"alice"/"actor":null/; s/"public"/"shop"/
		s/"reason":null/"reason":"typo"/; s/{"id": 7}/{"a":1,"b":"x"}/' line |
		audit-diff -f text | head -n 1)" \
		'2026-07-01 12:00:05 CEST  update  shop.item a=1 b=x "Lamp"  by (shop)  because "typo"'
}

@test "text: NULL, empty, zero and their like never look the same" {
	is "$(update null '""')" 'x  NULL → ""'
	is "$(update 0 '"0"')" 'x  0 → "0"'
	is "$(update '"NULL"' null)" 'x  "NULL" → NULL'
	is "$(update '{"masked": true}' '{"masked": true}')" \
		'x  (masked) → (masked)'
	is "$(update '"(masked)"' '{"masked": false}')" \
		'x  "(masked)" → {"masked": false}'
	is "$(update null '{"bytes": 3, "sha256": "ab"}')" \
		'x  NULL → (3 bytes, sha256 ab)'
	is "$(event update '{"x": null}' '{"x": null}' '["x"]' | fields)" \
		'x  (redacted) → (redacted)'
}

@test "text: long strings by words, several lines by lines" {
	is "$(update '"The quick brown fox jumps over the lazy dog."' \
		'"The quick red fox jumps over the dog, twice."')" \
		'x  "The quick [-brown-]{+red+} fox jumps over the [-lazy -]dog{+, twice+}."'
	is "$(update '"a\nb\nc"' '"a\nB\nc\n"')" 'x  
      a
    - b
    - c (no line end)
    + B
    + c'
	# what both have in between is cut, and no character is
	is "$(update "\"a $(printf 'é%.0s' {1..200}) b\"" \
		"\"c $(printf 'é%.0s' {1..200}) d\"" | tr -d é)" \
		'x  "[-a-]{+c+} ... [-b-]{+d+}"'
}

@test "text: documents path by path, arrays element by element" {
	is "$(update '{"a": {"b": 1, "c d": 2}, "e": [1, 2, 3]}' \
		'{"a": {"b": 2, "f": null}, "e": [1, {"x": 1}, 3, 4]}')" \
		'x.a.b      1 → 2
x.a."c d"  - 2
x.a.f      + NULL
x.e[1]     2 → {"x": 1}
x.e[3]     + 4'
	is "$(update '[1, 2, 3]' '[2, 3]')" 'x[0]  - 1'
	is "$(update '[1]' '{"a": 1}')" 'x  [1] → {"a": 1}'
}

@test "text: what would act on the terminal is shown instead" {
	is "$(update '"\u001b[31mred\u0007"' '"\u202e\u009b1m\u007f"')" \
		'x  "\x1b[31mred\x07" → "\u202e\u009b1m\x7f"'
	event update '{"x\u001b[2J": 1}' '{"x\u001b[2J": 2}' |
		sed 's/"Lamp"/"L\\u001b[2J"/; s/"alice"/"a\\u001b]0;x\\u0007"/' |
		audit-diff -f text >out
	is "$(grep -c "$(printf '\033')" out)" 0
}

@test "text: colors are for terminals, and not where NO_COLOR is set" {
	event update '{"x": 1}' '{"x": 2}' >line
	export TERM=xterm
	script -qec 'audit-diff <line' /dev/null >terminal
	grep -q "$(printf '\033\[32m2\033\[m')" terminal
	NO_COLOR=1 script -qec 'audit-diff <line' /dev/null >plain
	is "$(grep -c "$(printf '\033')" plain)" 0
	grep -q 'x  1 → 2' plain
}

# HTML

@test "html: a browser shows the values as text, marked, and runs nothing" {
	event update '{"x": "a <b>c</b> d", "y\"<i>": null}' \
		'{"x": "a <img src=x onerror=alert(1)> d", "y\"<i>": ""}' |
		sed "s/\"Lamp\"/\"<script>document.title='bad'<\/script>\"/" |
		page >dom
	grep -q '<title>Changes</title>' dom
	is "$(grep -c '<img\|<b>\|<i>\|<script' dom)" 0
	grep -qF '&lt;img src=x onerror=alert(1)&gt;' <(sed 's/<[^>]*>//g' dom)
	grep -qF '<del>b&gt;c&lt;/b</del>' dom
	grep -qF '<ins>img src=x onerror=alert(1)</ins>' dom
	grep -qF '<span class="no">NULL</span>' dom
	grep -qF '<span class="no">empty text</span>' dom
}

@test "html: the page is whole, also of nothing, and asks for nothing else" {
	audit-diff -f html </dev/null >empty
	is "$(tail -n 1 empty)" '</html>'
	grep -q 'No changes' empty
	event insert null '{"x": "http://example.com/a.png"}' |
		audit-diff -f html >page
	is "$(grep -cE '(src=|href=|@import|url\()' page)" 0
	python3 - page <<-'END'
		import sys
		from html.parser import HTMLParser
		open_ = []
		class Page(HTMLParser):
		    def handle_starttag(self, tag, attrs):
		        if tag != 'meta':
		            open_.append(tag)
		    def handle_endtag(self, tag):
		        assert open_.pop() == tag
		Page().feed(open(sys.argv[1], encoding='utf-8').read())
		assert open_ == []
	END
}

# Misuse

@test "an unknown format and arguments are refused" {
	run -2 --separate-stderr audit-diff -f xml
	is "$output" ""
	is "$stderr" "audit-diff: -f xml: no such format"
	run -2 --separate-stderr audit-diff file
	is "$output" ""
	run -3 audit-diff -o /nonexistent/file </dev/null
	is "$output" "audit-diff: /nonexistent/file: No such file or directory"
}

@test "a full disk is exit 3" {
	for format in json text html; do
		run -3 bash -c "for _ in {1..5000}; do echo '$(event insert null \
			'{"x": 1}')'; done | audit-diff -f $format >/dev/full"
		[[ $output == "audit-diff: "*"No space left on device"* ]]
		run -3 bash -c "echo '$(event insert null '{"x": 1}')' |
			audit-diff -f $format -o /dev/full"
		[[ $output == "audit-diff: "*"No space left on device"* ]]
	done
}
