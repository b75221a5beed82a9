#!/usr/bin/env bats
# audit-export - what goes in, where it goes, and its lines: CSV and JSON

load helper

setup_file() {
	export TZ=UTC
	cd "$BATS_FILE_TMPDIR" || return
	python3 "$ROOT/tests/sample.py" 400 --sessions >sample.jsonl
	python3 "$ROOT/tests/sample.py" 400 --hostile >hostile.jsonl
}

setup() {
	SAMPLE=$BATS_FILE_TMPDIR/sample.jsonl
	HOSTILE=$BATS_FILE_TMPDIR/hostile.jsonl
	mkdir "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return
}

# event OP OLD NEW [AT] - an event's line
event() {
	event_line id='"01a20177-65f3-7538-8648-7df02060d3f7"' \
		at="\"${4-2026-07-01T10:00:05.123456Z}\"" op="\"$1\"" \
		schema='"public"' table='"item"' key='{"id": 7}' \
		label='"Lamp"' actor='"alice"' role='"shop"' txid='"812"' \
		app='"erp"' rules='["item"]' old="$2" new="$3"
}

# cells COLUMNS - these columns as CSV, without the head, lines ending as ours
cells() {
	audit-export -f csv --columns "$1" "${@:2}" | tail -n +2 | tr -d '\r'
}

# left - what is in this directory
left() {
	find . -mindepth 1 -printf '%f\n' | sort
}

# THE FORMAT

@test "the name's ending says the format, whatever its case" {
	audit-export -o a.CSV <"$SAMPLE"
	head -1 a.CSV | grep -q '^id,at,op,'
	audit-export -o a.ndjson <"$SAMPLE"
	cmp a.ndjson "$SAMPLE"
	audit-export -o a.Xlsx <"$SAMPLE"
	is "$(head -c 2 a.Xlsx)" PK
	audit-export -o a.htm <"$SAMPLE"
	head -1 a.htm | grep -qi '<!doctype html>'
	is "$(left | tr '\n' ' ')" 'a.CSV a.Xlsx a.htm a.ndjson '
}

@test "a name that tells no format is misuse, and so is none at all" {
	run -2 --separate-stderr audit-export -o report.pdf <"$SAMPLE"
	[[ $stderr == 'audit-export: -o report.pdf: its name does not tell the format; give -f'* ]]
	run -2 --separate-stderr audit-export <"$SAMPLE"
	is "$output" ''
	[[ $stderr == *'which format?'* ]]
	run -2 --separate-stderr audit-export -f pdf <"$SAMPLE"
	[[ $stderr == *'there are xlsx, html, csv'* ]]
	is "$(left)" ''
}

@test "what does not go together is misuse, and leaves no file" {
	local bad

	for bad in '-f jsonl --rows event' '-f cef --columns at' \
		'-f csv --rows both' '-f csv --columns at,nonsense' \
		'-f csv --columns at,at' '-f csv --columns at,' \
		'-f csv --report access' '-f csv --title x' '-f csv --note x' \
		'-f csv --theme dark' '-f xlsx --exact' '-f html --excel-safe' \
		'-f xlsx --report nonsense' '-f html --report access,' \
		'-f html --sensitive a.b' '-f html --report access --sensitive amount' '-f html --theme nonsense' '-f html --theme ./none.json' \
		'-f csv --tz Europe/Berln' '-f csv --tz ../etc/passwd' \
		'-f csv surplus'; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr audit-export -o x $bad <"$SAMPLE"
		is "$output" ''
		[ -n "$stderr" ]
	done
	is "$(left)" ''
}

# THE FILE

@test "a failed run leaves the file as it was, and nothing beside it" {
	echo old >out.csv
	(
		trap '' XFSZ
		ulimit -f 8
		run -3 --separate-stderr audit-export -o out.csv <"$SAMPLE"
		is "$stderr" 'audit-export: out.csv: File too large'
		run -3 --separate-stderr audit-export -o new.jsonl <"$SAMPLE"
	)
	is "$(cat out.csv)" old
	is "$(left)" out.csv
}

@test "a full disk is named and leaves nothing" {
	run -3 --separate-stderr audit-export -f csv -o /dev/full <"$SAMPLE"
	is "$stderr" 'audit-export: /dev/full: No space left on device'
	run -3 --separate-stderr audit-export -f xlsx -o /dev/full <"$SAMPLE"
	[[ $stderr == *'/dev/full: No space left on device' ]]
	run -3 --separate-stderr audit-export -f html -o /dev/full <"$SAMPLE"
	[[ $stderr == *'/dev/full: No space left on device' ]]
}

@test "a directory that is not there, or is the target, is named" {
	mkdir dir
	run -3 --separate-stderr audit-export -o none/out.csv <"$SAMPLE"
	is "$stderr" 'audit-export: none/out.csv: No such file or directory'
	run -3 --separate-stderr audit-export -f csv -o dir <"$SAMPLE"
	is "$stderr" 'audit-export: dir: Is a directory'
	is "$(left)" dir
}

@test "the new file has the rights of the old one, and links lead where they did" {
	mkdir real
	echo old >real/out.csv
	chmod 640 real/out.csv
	ln -s real/out.csv link.csv
	audit-export -o link.csv <"$SAMPLE"
	[ -L link.csv ]
	ln -s real/new.csv first.csv
	ln -s first.csv second.csv
	audit-export -o second.csv <"$SAMPLE"
	cmp second.csv real/new.csv
	[ -L first.csv ]
	is "$(stat -c %a real/out.csv)" 640
	head -1 real/out.csv | grep -q ^id,
	(umask 027 && audit-export -o new.csv <"$SAMPLE")
	is "$(stat -c %a new.csv)" 640
}

@test "a signal takes the unfinished file away" {
	local format

	for format in csv xlsx html; do
		mkfifo pipe
		audit-export -o "out.$format" <pipe &
		exec 5>pipe
		cat "$SAMPLE" >&5
		await compgen -G ".out.$format.*"
		kill $!
		run wait $!
		exec 5>&-
		rm pipe
	done
	is "$(left)" ''
}

@test "standard output gets any format, and pipes and devices stay what they are" {
	# other tests have files in the usual place just now
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir "$TMPDIR"
	audit-export -f xlsx <"$SAMPLE" >a.xlsx
	is "$(head -c 2 a.xlsx)" PK
	audit-export -f html -o - <"$SAMPLE" | head -1 | grep -qi '<!doctype'
	mkfifo pipe.csv
	cat pipe.csv >copy &
	audit-export -o pipe.csv <"$SAMPLE"
	wait
	[ -p pipe.csv ]
	head -1 copy | grep -q ^id,
	is "$(ls -A "$TMPDIR")" ''
}

@test "where temporary files cannot be, TMPDIR is what is named" {
	TMPDIR=$PWD/none run -3 audit-export -f xlsx <"$SAMPLE"
	is "$output" "audit-export: standard output: TMPDIR $PWD/none: No such file or directory"
}

@test "a file's name may have 255 bytes, and no fewer than one" {
	local name

	printf -v name '%0251d.csv' 0
	audit-export -o "$name" <"$SAMPLE"
	is "$(head -c 3 "$name")" id,
	run -2 audit-export -f csv -o '' <"$SAMPLE"
	is "$output" "audit-export: -o: a file's name is missing"
}

@test "links in a circle are an error, and stay" {
	ln -s b.csv a.csv
	ln -s a.csv b.csv
	run -3 audit-export -o a.csv <"$SAMPLE"
	is "$output" 'audit-export: a.csv: Too many levels of symbolic links'
	[ -L a.csv ]
}

@test "who reads along gets a line before the next one comes" {
	mkfifo in
	audit-export -f csv --columns op,new <in >out &
	exec 5>in
	event insert null '{"a": 1}' >&5
	until [ "$(wc -l <out)" = 2 ]; do :; done
	exec 5>&-
	wait
	is "$(tail -1 out)" $'insert,1\r'
}

# WHAT GOES IN

@test "lines that are no event are named, the others are done, and it exits 1" {
	{
		event insert null '{"a": 1}'
		echo '{"op": 1'
		echo '{"nothing": "known"}'
		echo '[]'
		printf '\xff\n'
		event insert null '{"a": 2}' yesterday
		event insert null '{"a": 3}'
	} >in
	run -1 --separate-stderr audit-export -o out.csv --columns new <in
	is "$(tail -n +2 out.csv | tr -d '\r\n')" 13
	is "${#stderr_lines[@]}" 5
	is "${stderr_lines[2]}" 'audit-export: line 4: not an object'
	is "${stderr_lines[4]}" 'audit-export: line 6: "at" is no time of an event'
}

@test "what other tools print may be among the events" {
	{
		echo '{"seal":0,"at":"2026-07-01T10:00:00.000000Z","root":"00","months":[]}'
		event insert null '{"a": 1}'
		echo '{"rule":"item","table":"public.item","ops":["insert"],"enabled":true}'
		echo '{"hole":"trigger_missing","severity":"error","table":"t","rule":"r","message":"m","fix":null}'
		echo '{"session":"x","actor":"a","opened":"2026-07-01T10:00:00.000000Z"}'
		echo '{"verified":true,"seals":1}'
		echo '{"rev":0,"row":{"id": 7}}'
	} >in
	is "$(cells new <in)" 1
	head -6 in >known
	audit-export -f jsonl <in | cmp - known
}

@test "nothing in is a file with a head" {
	audit-export -o out.csv </dev/null
	is "$(wc -l <out.csv)" 1
	audit-export -o out.jsonl </dev/null
	is "$(wc -c <out.jsonl)" 0
	audit-export -o out.xlsx </dev/null
	audit-export -o out.html </dev/null
}

@test "verbose says how many events there were" {
	run -0 --separate-stderr audit-export -v -o out.csv <"$SAMPLE"
	is "$stderr" "audit-export: $(wc -l <"$SAMPLE") events"
}

# CSV

@test "CSV is what an independent reader takes for the same values" {
	local file

	for file in "$SAMPLE" "$HOSTILE"; do
		audit-export -o out.csv <"$file"
		python3 - "$file" out.csv <<-'END'
		import csv, json, sys
		csv.field_size_limit(1 << 30)
		raw = lambda s: ("n", s)
		def text(v):
		    if v is None: return ""
		    if isinstance(v, str): return v
		    if isinstance(v, tuple): return v[1]
		    return v
		rows = csv.reader(open(sys.argv[2], newline="", encoding="utf-8"))
		head = next(rows)
		for line in open(sys.argv[1], encoding="utf-8"):
		    e = json.loads(line, parse_float=raw, parse_int=raw,
		                   parse_constant=raw)
		    old, new = e["old"] or {}, e["new"] or {}
		    fields = set(new) if e["op"] == "update" else set(old) | set(new)
		    for f in sorted(fields, key=lambda f: f.encode()):
		        got = dict(zip(head, next(rows)))
		        assert got["field"] == f, (got, f)
		        for side, values in (("old", old), ("new", new)):
		            want = text(values.get(f))
		            if not isinstance(want, str):
		                assert json.loads(got[side], parse_float=raw,
		                                  parse_int=raw) == want, (got, want)
		            elif f in values or want == "":
		                assert got[side] == want, (got[side], want)
		        for k in ("id", "at", "op", "schema", "table", "label", "actor",
		                  "role", "session", "txid", "app", "addr", "reason"):
		            assert got[k] == (e[k] or ""), (k, got[k], e[k])
		assert next(rows, None) is None
		END
	done
}

@test "CSV has lines that end with CR LF, and a head of names" {
	event update '{"a": 1}' '{"a": 2}' | audit-export -f csv >out
	is "$(grep -c $'\r$' out)" 2
	is "$(head -1 out | tr -d '\r')" \
		id,at,op,schema,table,key,label,actor,field,old,new,reason,role,as_role,session,txid,app,addr,rules,redacted
}

@test "CSV keeps digits, and NULL from a text of no letters" {
	event update '{"a": 12.30, "b": null, "c": "", "d": "NULL", "e": true}' \
		'{"a": 12345678901234567890.10, "b": "", "c": null, "d": [1.0], "e": {"x": "y"}}' |
		cells field,old,new >out
	is "$(cat out)" 'a,12.30,12345678901234567890.10
b,,""
c,"",
d,NULL,[1.0]
e,true,"{""x"": ""y""}"'
}

@test "a row an event has old and new as objects" {
	event update '{"a": 1, "b": 2}' '{"a": 3, "b": 4}' |
		cells old,new --rows event >out
	is "$(cat out)" '"{""a"": 1, ""b"": 2}","{""a"": 3, ""b"": 4}"'
}

@test "excel-safe disarms formulas and leaves numbers alone" {
	event insert null '{"a": "=1+1", "b": "+1", "c": "-1", "d": "@x", "e": "\tx", "f": "\rx", "g": -1, "h": "a=b"}' |
		audit-export -f csv --columns new --excel-safe >out
	python3 -c 'import csv
print([r[0] for r in csv.reader(open("out", newline=""))][1:])' >got
	is "$(cat got)" "[\"'=1+1\", \"'+1\", \"'-1\", \"'@x\", \"'\\tx\", \"'\\rx\", '-1', 'a=b']"
}

@test "exact makes strings of numbers that a double cannot hold" {
	event insert null '{"a": {"x": 12345678901234567890}, "b": 1.5}' >in
	is "$(cells new --exact <in)" '"{""x"": ""12345678901234567890""}"
1.5'
	audit-export -f jsonl --exact <in | grep -q '{"a": {"x": "12345678901234567890"}, "b": 1.5}'
}

# TIMES

@test "times are shown in the zone that is asked for, summer time right" {
	local at

	for at in 2026-03-29T00:59:59.999999Z 2026-03-29T01:00:00.000000Z \
		2026-10-25T00:30:00.000000Z 2026-10-25T01:30:00.000000Z; do
		event insert null '{"a": 1}' "$at"
	done >in
	is "$(cells time,at --tz Europe/Berlin <in)" \
		'2026-03-29T01:59:59.999999+01:00,2026-03-29T00:59:59.999999Z
2026-03-29T03:00:00.000000+02:00,2026-03-29T01:00:00.000000Z
2026-10-25T02:30:00.000000+02:00,2026-10-25T00:30:00.000000Z
2026-10-25T02:30:00.000000+01:00,2026-10-25T01:30:00.000000Z'
	is "$(head -1 in | cells time --tz Asia/Kathmandu)" 2026-03-29T06:44:59.999999+05:45
	is "$(head -1 in | TZ=America/St_Johns cells time)" 2026-03-28T22:29:59.999999-02:30
	is "$(head -1 in | PGTZ=Asia/Tokyo cells time)" 2026-03-29T09:59:59.999999+09:00
	is "$(head -1 in | cells time --tz CET-1)" 2026-03-29T01:59:59.999999+01:00
}

@test "dates are ISO whatever the locale" {
	event insert null '{"a": 1.5}' | LC_ALL=de_DE.UTF-8 cells time,new >out
	is "$(cat out)" 2026-07-01T10:00:05.123456+00:00,1.5
}

# ABOUT

# about - what this sheet of out.xlsx says, item|value
about() {
	/usr/bin/python3 -c 'import openpyxl
for r in openpyxl.load_workbook("out.xlsx")["About"].iter_rows(values_only=True):
    if r[0] and r[1]: print(r[0], r[1], sep="|")' >about
}

@test "About says what was asked for, of which events, and what seals them" {
	local first=01a20177-65f3-7538-8648-7df02060d3f7
	local last=01a20177-65f3-7538-8648-7df02060d3f8

	{
		event insert null '{"a": 1}' 2026-07-01T10:00:06.000000Z |
			sed "s/$first/$last/"
		event insert null '{"a": 2}'
		echo '{"seal":7,"at":"2026-07-01T11:00:00.000000Z","root":"00","months":[],"last":"'"$last"'","signature":"00"}'
		echo '{"seal":6,"at":"2026-07-01T10:30:00.000000Z","root":"00","months":[],"last":"'"$first"'","signature":null}'
		echo '{"verified":true,"seals":8}'
	} >in
	audit-export --note 'ticket 4711' --tz Europe/Berlin -o out.xlsx <in
	about
	grep -qx 'Asked for|ticket 4711' about
	grep -qx 'Times are those of|Europe/Berlin' about
	grep -qx 'Events|2' about
	grep -qx 'Other lines|3' about
	grep -qx "First event|$first" about
	grep -qx "Last event|$last" about
	grep -q '^First event at|2026-07-01 12:00:05' about
	grep -qx 'Sealed by|seal 7, signed; the last event is not later than its last one' about
	grep -qx 'Verified|audit-seal verify found nothing wrong' about
	grep -qx 'Lines not understood|0' about
}

@test "About says what is not sealed, not given, altered, or not understood" {
	event insert null '{"a": 1}' >in
	audit-export -o out.xlsx <in
	about
	grep -q '^Sealed by|no seal is in the input; audit-seal list' about
	grep -q '^Verified|not in the input; audit-seal verify' about
	{
		echo '{"seal":7,"at":"2026-07-01T09:00:00.000000Z","root":"00","months":[],"last":"01a20177-0000-7538-8648-7df02060d3f7"}'
		echo '{"verified":false,"seals":8}'
		echo nonsense
	} >>in
	run -1 audit-export -o out.xlsx <in
	about
	grep -q '^Sealed by|seal 7, not signed; .* not sealed yet' about
	grep -qx 'Verified|audit-seal verify found the trail altered' about
	grep -qx 'Lines not understood|1' about
}

@test "on a terminal it says how far it is, unless it is to be quiet" {
	# it is fed until it has said so
	script -qfec "until grep -q 'events [0-9]' screen; do cat '$SAMPLE'; done |
		audit-export -f csv -o out.csv" screen >/dev/null
	grep -q 'events [0-9]*, [0-9]*/s' screen
	# about three times as much: an event has several rows
	for _ in $(seq $(($(wc -l <out.csv) / 400))); do
		cat "$SAMPLE"
	done >in
	script -qfec "audit-export -q -f csv -o out.csv <in" quiet >/dev/null
	run -1 grep events quiet
}
