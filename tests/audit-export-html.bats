#!/usr/bin/env bats
# audit-export -f html - the page, as a browser shows it

load helper

# One browser looks at all pages; each test asks what it saw.
setup_file() {
	export TZ=Europe/Berlin
	cd "$BATS_FILE_TMPDIR" || return
	# the newest first: what is kept is not what comes last
	python3 "$ROOT/tests/sample.py" 12000 --sessions >lines
	{ alert high 'bob deleted 500 rows'; alert low 'bob is new'; } >>lines
	tac lines | audit-export -o many.html
	events | audit-export -o small.html
	events | audit-export --theme green -o green.html
	hostile | audit-export --title $'T <b>&amp; "x" \u202e' -o hostile.html
	/usr/bin/python3 "$ROOT/tests/browse.py" . >seen 2>measured || return
	sed 's/^/# /' measured >&3
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

# event ID AT OP OLD NEW [FIELDS] - an event's line
event() {
	event_line id="\"01a20177-65f3-7538-8648-7df02060d3$1\"" \
		at="\"$2\"" op="\"$3\"" schema='"public"' table='"item"' \
		key='{"id": 7}' label='"Lampe"' actor='"alice"' \
		role='"shop"' txid='"812"' app='"shop-app"' \
		reason='"customer called"' rules='["item"]' \
		old="$4" new="$5" redacted="${6-null}"
}

# alert SEVERITY MESSAGE - a line of audit-watch
alert() {
	echo '{"at":"2026-10-10T10:00:05.123456Z","alert":"'"${3-of $1}"'",' \
		'"severity":"'"$1"'","actor":"'"${3-bob}"'","role":"shop",' \
		'"session":null,"message":"'"$2"'","events":["'"${3-x}"'"],' \
		'"count":1,"addr":"'"${3-192.0.2.7}"'"}'
}

events() {
	event f7 2026-07-01T10:00:05.123456Z update '{"price": 12.30}' \
		'{"price": 12.3000}'
	event f8 2026-07-02T10:00:05.000001Z update \
		'{"a": null, "b": {"masked": true}, "c": 1, "d": null, "e": null}' \
		'{"a": "", "b": {"masked": true}, "c": "NULL", "d": null, "e": {"bytes": 12, "sha256": "0a1b"}}' \
		'["d"]' | sed 's/customer called/different nothings/
			s/shop-app/other/; s/Lampe/Tisch/; s/alice/bob/'
}

# hostile - values that would like to be more than text
hostile() {
	local value

	for value in '</script><script>alert(1)</script>' \
		'<img src=x onerror=alert(2)>' '&lt;b&gt;' '<!-- <script>' \
		$'\u202eevil' $'a\u2028b' 'a\u0007b' $'a\u200bb' \
		$'a\u00adb' $'a\U000e0041b' \
		'\"><svg onload=alert(4)>' '{{7*7}}' 'javascript:alert(3)' \
		"$(printf 'm%.0s' {1..500} ; printf 'x%.0s' {1..39500})"; do
		event f9 2026-07-01T10:00:05.123456Z update '{"'"$value"'": 1}' \
			'{"'"$value"'": "'"$value"'"}' |
			sed "s|Lampe|${value//\\/\\\\}|" |
			sed 's/mmmmmmmmx*/m/'
		alert high "$value" "$value"
	done
}

# about - the last table of a page, without its commas
about() {
	sed -n '/<h2>About/,/<.section>/{
		s/<.td><td[^>]*>/|/g
		s/<[^>]*>//g
		s/,//g
		p
	}'
}

# seen NAME - what the browser said of it
seen() {
	grep -F -- " $1" seen || {
		echo "no such check: $1"
		return 1
	}
	grep -qFx -- "ok $1" seen
}

@test "a page asks for nothing: its policy names its script and its style" {
	python3 - small.html <<-'END'
		import base64, hashlib, re, sys
		page = open(sys.argv[1], newline="").read()
		policy = re.search('Content-Security-Policy" content="(.*?)"',
		    page).group(1)
		def hash(element):
		    text = re.findall(f"<{element}>(.*?)</{element}>", page, re.S)
		    assert len(text) == 1, len(text)
		    return "'sha256-" + base64.b64encode(hashlib.sha256(
		        text[0].encode()).digest()).decode() + "'"
		assert policy == ("default-src 'none'; script-src "
		    + hash("script") + "; style-src " + hash("style")
		    + "; img-src data:; base-uri 'none'; form-action 'none'"), policy
		assert not re.search(r"""\sstyle=|\son[a-z]+=|https?:""",
		    re.sub("<script.*?</script>", "", page, flags=re.S))
	END
}

@test "a page stays small: large events leave fewer of them, and it says so" {
	python3 - <<-'END' >large
		import json
		for i in range(1500):
		    at = f"2026-07-01T10:{i // 60:02}:{i % 60:02}.000000Z"
		    print(json.dumps({"id": f"01a20177-65f3-7538-8648-{i:012}",
		        "at": at, "op": "update", "schema": "public",
		        "table": "t", "key": {"id": i}, "label": None,
		        "actor": None, "role": "r", "as_role": None,
		        "session": None, "txid": "1", "app": None,
		        "addr": None, "reason": None, "rules": [],
		        "old": {f"c{j}": f"{i} {j} " + "<" * 600
		            for j in range(3)},
		        "new": {f"c{j}": None for j in range(3)},
		        "redacted": None}))
	END
	audit-export -o large.html <large
	[ "$(stat -c %s large.html)" -lt 5000000 ]
	shown=$(sed -n 's/.*These are the newest \([0-9,]*\) of 1,500 rows.*/\1/p' \
		large.html | tr -d ,)
	[ "$shown" -gt 100 ]
	# what is left out, and each value that was cut
	about <large.html >told
	is "$(sed -n 's/^Rows not on this page|//p' told)" $((1500 - shown))
	is "$(sed -n 's/^Values cut for their length|//p' told)" $((3 * shown))
}

@test "the rows that are kept do not depend on the order of the lines" {
	audit-export -o sorted.html <lines
	is "$(sed -n '/^"rows"/,/^\]}/p' sorted.html | grep -c '^\[')" 10000
	is "$(sed -n '/^"rows"/,/^\]}/p' sorted.html | grep -o '"w",[0-9]*' |
		sort | md5sum)" \
		"$(sed -n '/^"rows"/,/^\]}/p' many.html | grep -o '"w",[0-9]*' |
		sort | md5sum)"
}

@test "a logo is in the page, and what is none is refused" {
	cp "$ROOT/man/pictures/workbook.png" logo.png
	events | audit-export --logo logo.png -o logo.html
	grep -q "src=\"data:image/png;base64,$(base64 -w 0 logo.png)\"" logo.html
	echo text >logo.txt
	events >some
	run -2 --separate-stderr audit-export --logo logo.txt -o no.html <some
	is "$stderr" 'audit-export: --logo logo.txt: not a whole PNG or JPEG'
	[ ! -e no.html ]
}

@test "a page that the disk has no room for is none, and it says why" {
	run -3 --separate-stderr bash -c 'trap "" XFSZ; ulimit -f 100
		audit-export -o full.html <lines'
	grep -q 'full.html: File too large' <<<"$stderr"
	[ ! -e full.html ]
}

@test "a page of nothing is whole" {
	audit-export -o empty.html </dev/null
	is "$(tail -n 1 empty.html)" '</html>'
	grep -q '"rows":\[' empty.html
}

@test "the newest rows are shown, and the page says how many" {
	seen "$BATS_TEST_DESCRIPTION"
}

@test "ten thousand rows are filtered while one types" {
	seen "$BATS_TEST_DESCRIPTION"
}

@test "filters for actor, table and operation narrow the rows, together too" {
	seen "$BATS_TEST_DESCRIPTION"
}

@test "a page has a hundred rows, and buttons turn it" {
	seen "$BATS_TEST_DESCRIPTION"
}

@test "the filters are in the address: a reload or a link shows the same" {
	seen "$BATS_TEST_DESCRIPTION"
}

@test "on paper there are up to 1,000 rows that match, and it says so" {
	seen "$BATS_TEST_DESCRIPTION"
}

@test "each input has a label, each table a name and heads, each chart both" {
	seen "$BATS_TEST_DESCRIPTION"
}

@test "the search looks in all columns, details and values, for each word" {
	seen "$BATS_TEST_DESCRIPTION"
}

@test "from and until are clock times in the report's zone, the minute whole" {
	seen "$BATS_TEST_DESCRIPTION"
}

@test "the time's head turns the order round, and says so" {
	seen "$BATS_TEST_DESCRIPTION"
}

@test "a row opens: all that is known of the event, and all changes" {
	seen "$BATS_TEST_DESCRIPTION"
}

@test "what is no value looks like none: NULL, empty, masked, redacted" {
	seen "$BATS_TEST_DESCRIPTION"
}

@test "light or dark is as the system has it, a button changes it, paper is light" {
	seen "$BATS_TEST_DESCRIPTION"
}

@test "a keyboard is enough: all is reached, and it is seen where one is" {
	seen "$BATS_TEST_DESCRIPTION"
}

@test "whatever a value says is text: no markup, nothing runs" {
	seen "$BATS_TEST_DESCRIPTION"
}

@test "a long value is cut, and says how much of it is not there" {
	seen "$BATS_TEST_DESCRIPTION"
}

@test "a theme that was asked for stays, whatever the system has" {
	seen "$BATS_TEST_DESCRIPTION"
}

@test "a phone of 360 pixels shows all without scrolling sideways" {
	seen "$BATS_TEST_DESCRIPTION"
}

@test "without JavaScript figures, charts and short tables are there" {
	seen "$BATS_TEST_DESCRIPTION"
}
