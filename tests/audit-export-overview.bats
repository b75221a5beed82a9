# What audit-export counts: the figures, charts and tables of its overview and
# its sessions, each against a count of another kind.

load helper

setup() {
	TESTS=$BATS_TEST_DIRNAME
	PYTHON=/usr/bin/python3
	cd "$BATS_TEST_TMPDIR"
}

@test "counters are exact for more keys than memory holds" {
	"$BUILD/tests/tally" many
}

@test "counters of no key, an empty one and a long one" {
	"$BUILD/tests/tally" few
}

@test "counters say that there is no room for them, and go on saying so" {
	run -0 "$BUILD/tests/tally" full
	is "$output" "temporary file in ${TMPDIR:-/tmp}: File too large"
	TMPDIR=$PWD/nowhere run -1 "$BUILD/tests/tally" many
	is "$output" "tally: temporary file in $PWD/nowhere: No such file or directory"
}

# counted ZONE - the page of events.jsonl shows what another count finds
counted() {
	audit-export -q --tz "$1" -o page.html <events.jsonl
	python3 "$TESTS/overview.py" page.html "$1" <events.jsonl
}

# sample OPTION... - made up events in events.jsonl
sample() {
	python3 "$TESTS/sample.py" "$@" >events.jsonl
}

# text TITLE - the rows of a table of the page, with | between cells
text() {
	python3 - "$1" "$TESTS" <<-'END'
		import sys
		sys.path.insert(0, sys.argv[2])
		import overview
		with open("page.html", encoding="utf-8") as f:
		    parts = overview.Page(f.read()).parts
		for part in parts.values():
		    for row in part[1].get(sys.argv[1], []):
		        print("|".join(row))
	END
}

# event AT [JQ] - an event; the jq program changes it
event() {
	jq -cn --arg at "$1" '{id: "01a20202-a0d2-7214-8279-77e876aad10e",
	    at: $at, op: "update", schema: "public", table: "t", key: {id: 1},
	    label: null, actor: "alice", role: "shop", as_role: null,
	    session: null, txid: "1", app: null, addr: null, reason: null,
	    rules: null, old: null, new: null, redacted: null} | '"${2-.}"
}

@test "a month of work is counted as it should be" {
	sample 3000 --sessions
	counted Europe/Berlin
}

@test "columns are as long as the period asks for" {
	local period

	# minutes, 5 and 15 of them, hours, 6 of them, days, weeks, months
	for period in 0.02 0.1 0.4 2 8 40 300 1200; do
		sample 120 --days "$period" --sessions
		counted Europe/Berlin
	done
}

@test "thirty years are counted" {
	sample 600 --start 1996-03-31T00:30:00 --days 10950
	counted Europe/Berlin
	grep -q 'Events per year' page.html
}

@test "the hour that a clock shows twice is two columns" {
	sample 800 --start 2026-10-24T20:00:00 --days 1
	counted Europe/Berlin
	text 'Events per hour' | cut -d'|' -f1 >hours
	grep -x '10-25 02:00' hours
	grep -x '10-25 02:00 CET' hours
}

@test "the hour that a clock leaves out is no column" {
	sample 800 --start 2027-03-27T18:00:00 --days 1
	counted Europe/Berlin
	text 'Events per hour' | cut -d'|' -f1 >hours
	grep -x '03-28 03:00' hours
	run ! grep '03-28 02:00' hours
}

@test "days are those of the zone, on days of 23 and 25 hours, too" {
	sample 600 --start 2026-10-15T00:00:00 --days 20
	counted Europe/Berlin
	counted America/New_York
	sample 600 --start 2027-03-08T00:00:00 --days 30
	counted Europe/Berlin
	counted America/New_York
}

@test "zones that are half an hour off are counted" {
	sample 400 --days 2
	counted Asia/Kolkata
	sample 400 --start 2026-10-03T04:00:00 --days 1
	counted Australia/Adelaide
	sample 400 --days 20
	counted Asia/Kathmandu
}

@test "events that come out of order are counted alike" {
	sample 600 --sessions --days 3
	sort -R --random-source=<(yes) events.jsonl >mixed
	mv mixed events.jsonl
	counted Europe/Berlin
	tac events.jsonl >mixed
	mv mixed events.jsonl
	counted UTC
}

@test "one event is a report" {
	event 2026-10-25T00:30:00.000000Z >events.jsonl
	counted Europe/Berlin
	grep -q 'One event, at 2026-10-25 02:30:00 CEST (Europe/Berlin).' page.html
}

@test "no event is a report that says so" {
	: >events.jsonl
	counted Europe/Berlin
	run ! grep -q 'Sessions</h2>' page.html
}

@test "the first and the last time that there may be are counted" {
	event 0001-01-01T00:00:00.000000Z >events.jsonl
	event 294276-12-31T23:59:59.999999Z >>events.jsonl
	audit-export --tz Europe/Berlin -o page.html <events.jsonl
	text 'Events per 10000 years' | sed -n '2p;$p' >columns
	is "$(cat columns)" $'0000–9999|1\n290000–299999|1'
}

@test "more actors, tables and records than memory holds are counted" {
	awk 'BEGIN { for (i = 0; i < 20000; i++) { n = i % 13 ? i : i % 1000
	    printf "{\"id\":\"01a20202-a0d2-7214-8279-77e876aad10e\",\"at\":" \
		"\"2026-10-%02dT%02d:00:00.000000Z\",\"op\":\"%s\"," \
		"\"schema\":\"s%d\",\"table\":\"table_%d\",\"key\":{\"id\": " \
		"%d},\"actor\":%s,\"role\":\"shop\",\"session\":\"%d\"}\n",
		1 + i % 28, i % 24, i % 3 ? "update" : "delete", n % 7, n, n,
		i % 5 ? "\"actor " n "\"" : "null", n } }' >events.jsonl
	counted Europe/Berlin
}

@test "names that are written in two ways are one" {
	event 2026-10-25T00:30:00.000000Z '.actor = "ä" | .table = "é"' |
		tee events.jsonl | sed 's/ä/\\u00e4/; s/é/\\u00e9/' >more
	cat more >>events.jsonl
	counted UTC
	is "$(text 'By actor' | sed -n 2p | cut -d'|' -f1-3)" 'ä||2'
}

@test "who is not known is not mixed up with who is called like that" {
	local at=2026-10-25T00:30:00.000000Z

	event $at '.actor = null' >events.jsonl
	event $at '.actor = "nobody said"' >>events.jsonl
	event $at '.actor = ""' >>events.jsonl
	event $at '.actor = null | .redacted = ["@actor"]' >>events.jsonl
	audit-export -o page.html <events.jsonl
	text 'By actor' | cut -d'|' -f1-3 | sed 1d >rows
	is "$(cat rows)" "empty text||1
nobody said||1
redacted|shop|1
nobody said|shop|1"
	grep -q '<dt>Nobody said who</dt><dd>.*1</' page.html
}

@test "hostile names and keys are counted, and end where they are too long" {
	sample 800 --hostile --sessions
	audit-export -q -o page.html <events.jsonl
	python3 - "$TESTS" <<-'END'
		import sys
		sys.path.insert(0, sys.argv[1])
		import overview
		with open("page.html", encoding="utf-8") as f:
		    part = overview.Page(f.read()).parts["Overview"]
		with open("events.jsonl", encoding="utf-8") as f:
		    events = len(f.readlines())
		for title, name in ("By actor", 2), ("By operation", 1):
		    rows = part[1][title][1:]
		    assert sum(overview.number(r[name]) for r in rows) == events
		    assert max(len(r[0].encode()) for r in rows) <= 1100
	END
}

@test "no room for what memory does not hold is a failure" {
	awk 'BEGIN { for (i = 0; i < 80000; i++)
	    printf "{\"id\":\"%d\",\"at\":\"2026-10-01T00:00:00.000000Z\"," \
		"\"op\":\"update\",\"actor\":\"a rather long name, %d\"}\n", i, i
	    }' >events.jsonl
	TMPDIR=$PWD/nowhere run -3 --separate-stderr \
		audit-export -q -o page.html <events.jsonl
	is "$stderr" "audit-export: temporary file in $PWD/nowhere: No such file or directory"
	[ ! -e page.html ]
}
