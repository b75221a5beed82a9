# What audit-export counts: the figures, charts and tables of its overview and
# its sessions, each against a count of another kind.

load helper

setup() {
	TESTS=$BATS_TEST_DIRNAME
	export PYTHON=/usr/bin/python3
	cd "$BATS_TEST_TMPDIR" || exit
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
		tee events.jsonl | sed 's/ä/\\u00e4/; s/é/\\u00e9/' >again
	cat again >>events.jsonl
	counted UTC
	is "$(text 'By actor' | sed -n 2p | cut -d'|' -f1-3)" 'ä||2'
}

@test "who is not known is not mixed up with who is called like that" {
	local at=2026-10-25T00:30:00.000000Z

	{
		event $at '.actor = null'
		event $at '.actor = "nobody said"'
		event $at '.actor = ""'
		event $at '.actor = null | .redacted = ["@actor"]'
	} >events.jsonl
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

# login SESSION AT [JQ], logout SESSION AT REASON SECONDS
login() {
	event "$2" '.op = "login" | .schema = null | .table = null | .session = "'"$1"'" |
	    .key = {session: .session} | .addr = "192.0.2.7" | .new = {addr: .addr,
	    user_agent: "Mozilla/5.0 X", groups: null, details: null,
	    new_device: true} | '"${3-.}"
}

logout() {
	event "$2" '.op = "logout" | .schema = null | .table = null | .session = "'"$1"'" |
	    .key = {session: .session} | .role = "dba" | .new = {closed: .at,
	    reason: "'"$3"'", active_seconds: 1, duration_seconds: '"$4"'}'
}

most='Opened,Actor,Ended by,Closed,Duration'

# sessions [COLUMN,...] - the rows of the table of sessions, or these columns
sessions() {
	audit-export --tz Europe/Berlin -o page.html <events.jsonl
	text Sessions | awk -F'|' -v names="${1-}" '
		NR == 1 { n = split(names, name, ",")
			for (i = 1; i <= NF; i++) at[$i] = i
			next }
		n == 0 { print; next }
		{ for (i = 1; i <= n; i++)
			printf "%s%s", $at[name[i]], i < n ? "|" : "\n" }'
}

@test "a session is opened and closed, and what was done in it is counted" {
	{
		login s1 2026-10-25T00:30:00.000000Z
		event 2026-10-25T00:40:00.000000Z '.session = "s1"'
		event 2026-10-25T00:45:00.000000Z '.session = "s1" | .schema = "hr"'
		event 2026-10-25T00:46:00.000000Z '.session = "s1"'
		logout s1 2026-10-25T01:30:00.000000Z logout 3600.000001
	} >events.jsonl
	is "$(sessions)" "2026-10-25 02:30:00|alice|192.0.2.7|Mozilla/5.0 X|yes|logout|2026-10-25 02:30:00|1 h 0 min|5|2|hr.t, t|s1"
}

@test "it does not matter in which order lines about a session come" {
	{
		logout s1 2026-10-25T01:30:00.000000Z idle 3600
		event 2026-10-25T00:40:00.000000Z '.session = "s1"'
		login s1 2026-10-25T00:30:00.000000Z
	} >events.jsonl
	sessions >one
	tac events.jsonl >turned
	mv turned events.jsonl
	sessions >other
	cmp one other
	is "$(cut -d'|' -f1,2,6,7 one)" '2026-10-25 02:30:00|alice|idle|2026-10-25 02:30:00'
}

@test "sessions of which not all is in the input are shown as far as they are" {
	# no login, no end; no login; no end
	{
		event 2026-10-25T00:40:00.000000Z '.session = "s1"'
		logout s2 2026-10-25T09:00:00.000000Z blocked 3600
		login s3 2026-10-26T09:00:00.000000Z
	} >events.jsonl
	is "$(sessions "$most,Session")" "2026-10-26 10:00:00|alice|no end seen|||s3
2026-10-25 09:00:00|alice|blocked|2026-10-25 10:00:00|1 h 0 min|s2
|alice|no end seen|||s1"
}

@test "lines of audit-session list say browser, system and device" {
	login s1 2026-10-25T00:30:00.000000Z >events.jsonl
	cat >>events.jsonl <<-'END'
		{"session":"s1","actor":"alice","opened":"2026-10-25T00:29:59.900000Z","last_activity":null,"idle_seconds":12,"closed":null,"reason":null,"duration_seconds":100,"active_seconds":0,"addr":"192.0.2.7","browser":"Firefox","browser_version":"115.0","os":"Linux","os_version":null,"device":null,"device_type":"desktop","new_device":false,"events":1}
		{"session":"s2","actor":"bob","opened":"2026-10-24T00:00:00.000000Z","last_activity":null,"idle_seconds":null,"closed":"2026-10-24T10:00:00.000000Z","reason":"killed","duration_seconds":36000,"active_seconds":0,"addr":null,"browser":null,"browser_version":null,"os":null,"os_version":null,"device":"iPhone","device_type":"mobile","new_device":null,"events":7}
	END
	is "$(sessions)" "2026-10-25 02:29:59|alice|192.0.2.7|Firefox 115.0|Linux|desktop|no|open|||1|0||s1
2026-10-24 02:00:00|bob||||iPhone (mobile)||killed|2026-10-24 12:00:00|10 h 0 min|0|0||s2"
	grep -q '<dt>Sessions</dt><dd>2</dd>' page.html
}

@test "a session that was blocked and lives again is not closed" {
	{
		login s1 2026-10-25T00:30:00.000000Z
		event 2026-10-25T00:31:00.000000Z '.op = "session_block" | .actor = null |
		    .role = "dba" | .table = null | .key = {session: "s1"} |
		    .new = {why: "strange"}'
		logout s1 2026-10-25T00:31:00.000001Z blocked 60
		event 2026-10-25T00:32:00.000000Z '.op = "session_unblock" | .actor = "eve" |
		    .table = null | .key = {session: "s1"} | .new = {why: null}'
	} >events.jsonl
	is "$(sessions "$most")" "2026-10-25 02:30:00|alice|no end seen||"
	is "$(text 'Blocked and unblocked')" "Time|Actor|What|Why|By|Session
2026-10-25 02:32:00||unblocked||eve|s1
2026-10-25 02:31:00||blocked|strange|dba|s1"
	logout s1 2026-10-25T00:40:00.000000Z logout 600 >>events.jsonl
	is "$(sessions "$most")" "2026-10-25 02:30:00|alice|logout|2026-10-25 02:40:00|10 min 0 s"
}

@test "refused logins say who, why and from where" {
	{
		event 2026-10-25T00:30:00.000000Z '.op = "login_failed" | .actor = "bob" |
		    .table = null | .new = {reason: "wrong password", addr: "203.0.113.9",
		    user_agent: "curl/8"}'
		event 2026-10-25T00:30:01.000000Z '.op = "login_failed" | .actor = null |
		    .table = null | .new = null'
		event 2026-10-25T00:29:00.000000Z '.op = "session_block" | .actor = "eve" |
		    .table = null | .key = {actor: "bob"} | .new = {why: "left"}'
	} >events.jsonl
	is "$(sessions)" ''
	is "$(text 'Refused logins')" "Time|Actor|Address|User agent|Reason
2026-10-25 02:30:01|nobody said|||
2026-10-25 02:30:00|bob|203.0.113.9|curl/8|wrong password"
	is "$(text 'Blocked and unblocked')" "Time|Actor|What|Why|By|Session
2026-10-25 02:29:00|bob|blocked|left|eve|"
}

@test "without sessions there is no part about them" {
	sample 20
	audit-export -q -o page.html <events.jsonl
	grep -q 'Overview</h2>' page.html
	run ! grep -q 'Sessions</h2>' page.html
}

@test "whose name was erased is redacted" {
	login s1 2026-10-25T00:30:00.000000Z '.actor = null | .redacted = ["@actor"]' >events.jsonl
	is "$(sessions "Actor,Ended by")" 'redacted|no end seen'
}

@test "what sessions say in another way than we do is not an accident" {
	{
		login s1 2026-10-25T00:30:00.000000Z '.new = {addr: 5, user_agent: ["x"],
		    new_device: "yes"} | .key = null'
		logout '' 2026-10-25T00:30:00.000000Z '' 1e300
		logout s2 2026-10-25T00:30:00.000000Z x -5
		event 2026-10-25T00:31:00.000000Z '.op = "logout" | .session = "s3" |
		    .new = {closed: "soon", reason: {}, duration_seconds: "long"}'
		event 2026-10-25T00:31:00.000000Z '.op = "login" | .new = null'
		event 2026-10-25T00:31:00.000000Z '.op = "session_unblock" | .key = null'
		event 2026-10-25T00:31:00.000000Z '.op = "update" | .session = "s\u00004"'
	} >events.jsonl
	is "$(sessions "$most,New device,Events,Tables,Which,Session")" "|alice|closed|2026-10-25 02:31:00|||1|1|t|s3
|alice|no end seen||||1|1|t|s$(printf '\ufffd')4
|alice|empty text|2026-10-25 02:30:00|||1|0||empty text
2026-10-25 02:30:00|alice|no end seen||||1|0||s1
|alice|x|2026-10-25 02:30:00|||1|0||s2"
}

@test "more sessions than memory holds are put together" {
	python3 - >events.jsonl <<-'END'
		N = 12000
		def line(n, second, op, more):
		    print('{"id":"x","at":"2026-10-%02dT%02d:%02d:%02d.000000Z",'
		          '"op":"%s","actor":"actor %d","session":"session %05d",%s}'
		          % (1 + n // 500, n // 30 % 24, n % 60, second, op, n % 100,
		             n * 7919 % N, more))
		for n in range(N):
		    line(n, 0, "login", '"new":{"user_agent":"agent %d"}' % (n % 50))
		for n in range(N):
		    line(n, 1, "update", '"schema":"public","table":"t%d"' % (n % 9))
		for n in range(N):
		    line(n, 2, "logout", '"new":{"reason":"idle"}')
	END
	sessions >rows
	is "$(wc -l <rows)" 1000
	awk -F'|' '{ split($4, agent, " "); split($2, actor, " ")
	    if (actor[2] % 50 != agent[2] || $6 != "idle" || $9 != 3 || $10 != 1 ||
		$11 !~ /^t[0-8]$/ || $7 !~ /:02$/) print }' rows >wrong
	is "$(cat wrong)" ''
	grep -q '<dt>Sessions</dt><dd>12,000</dd>' page.html
}
