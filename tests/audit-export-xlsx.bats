#!/usr/bin/env bats
# audit-export -f xlsx - what openpyxl and LibreOffice find in the workbook

load helper

setup_file() {
	export TZ=UTC
	cd "$BATS_FILE_TMPDIR" || return
	python3 "$ROOT/tests/sample.py" 400 --sessions >sample.jsonl
	# openpyxl and LibreOffice take long for texts that are long
	python3 "$ROOT/tests/sample.py" 300 --hostile |
		awk 'length < 3000' >hostile.jsonl
	audit-export -o sample.xlsx --title 'October & <more>' <sample.jsonl
	/usr/bin/python3 "$ROOT/tests/workbook.py" sample.xlsx >sample.cells
}

setup() {
	SAMPLE=$BATS_FILE_TMPDIR/sample.jsonl
	CELLS=$BATS_FILE_TMPDIR/sample.cells
	mkdir "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return
}

# event OLD NEW [AT] - an event's line
event() {
	event_line id='"01a20177-65f3-7538-8648-7df02060d3f7"' \
		at="\"${3-2026-07-01T10:00:05.123456Z}\"" op='"update"' \
		schema='"public"' table='"item"' key='{"id": 7}' \
		label='"Lamp"' actor='"alice"' role='"shop"' txid='"812"' \
		app='"erp"' rules='["item"]' old="$1" new="$2"
}

# found BOOK - what is in it, in lines of JSON
found() {
	/usr/bin/python3 "$ROOT/tests/workbook.py" "$@"
}

# cell FILTER - of the sheet Events in found.jsonl, by its place
cell() {
	jq -c "select(.sheet == \"Events\" and .at == \"$1\") | $2" found.jsonl
}

# CELLS

@test "a hostile text comes back equal, as a text, without formula or link" {
	cat >texts.py <<-'END'
		import json, sys
		texts = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '{=1}',
		    'http://example.org', 'https://a.b', 'ftp://a', 'file:///etc',
		    'mailto:a@b.c', 'internal:Events!A1', 'external:a.xlsx',
		    '_x0041_', '_x005F_x0041_', '_x0', '_X0041_', '_x004g_', '_xD83D_',
		    'a_x000D_b', '\u0001\u001f', 'a\rb', 'a\r\nb\n', ' a ', '\n',
		    '\t', ' ', '<b>&amp;</b>', ']]>', '"\'`', 'NULL', 'masked',
		    'true', '#N/A', '1e5', '007', '0x10', '2026-07-01', '\u202e',
		    '\ufffe', 'a\uffffb', '\ufeff', '\ufffd', '\u0085', '\u2028', '\x7f',
		    '\U0001f600', 'e\u0301', '</t></is></c>', '&#10;', 'x' * 32767,
		    '\U0001f600' * 16383 + 'y', '\u20ac' * 32767]
		if sys.argv[1:]:
		    for line in sys.stdin:
		        c = json.loads(line)
		        if c.get('sheet') == 'Events' and c.get('at', '')[0:1] == 'A' \
		                and c['at'] != 'A1':
		            want = texts[int(c['at'][1:]) - 2]
		            assert c['type'] == 's' or c['type'] == 'inlineStr', c
		            assert c['value'] == want, (c, want[:50])
		            assert not c['link'] and not c['italic'], c
		            texts[int(c['at'][1:]) - 2] = None
		    assert texts == [None] * len(texts), texts
		else:
		    for text in texts:
		        print(json.dumps(text))
	END
	python3 texts.py | while read -r text; do
		event '{"v": 1}' '{"v": '"$text"'}'
	done >in.jsonl
	audit-export -q --columns new -o a.xlsx <in.jsonl
	found a.xlsx >found.jsonl
	python3 texts.py check <found.jsonl
	is "$(jq -c 'select(.type == "f" or .link)' found.jsonl)" ''
}

@test "what XML cannot hold is U+FFFD" {
	event '{"v": 1}' '{"v": "a\u0000b\ud800c"}' |
		audit-export -q --columns new -o a.xlsx
	found a.xlsx >found.jsonl
	is "$(cell A2 .value)" '"a�b�c"'
}

@test "a number is one when Excel shows it as it is, with its decimals" {
	while read -r number; do
		event '{"v": null}' '{"v": '"$number"'}'
	done >in.jsonl <<-'END'
		12.30
		0
		-7
		0.000001
		123456789012345
		1234567890123456
		12345678901234.5
		0.1234567890123456789
		-0
		-0.00
		1e5
		10000000000000000000
		0.10
		-12.345678901234
		99999999999999999999999999999999999999999999999999
	END
	audit-export -q --columns new -o a.xlsx <in.jsonl
	found a.xlsx | jq -r 'select(.sheet == "Events" and .at != "A1" and
	    .value != null) | "\(.type) \(.value|tojson) \(.format)"' >got
	diff got - <<-'END'
		n 12.3 0.00
		n 0 0
		n -7 0
		n 1e-06 0.000000
		n 123456789012345 0
		s "1234567890123456" General
		n 12345678901234.5 0.0
		s "0.1234567890123456789" General
		s "-0" General
		s "-0.00" General
		s "1e5" General
		n 1e+19 0
		n 0.1 0.00
		n -12.345678901234 0.000000000000
		s "99999999999999999999999999999999999999999999999999" General
	END
}

@test "a time is a date of Excel's in the zone that is shown" {
	{
		event '{"v": 1}' '{"v": 2}'
		event '{"v": 1}' '{"v": 2}' 2026-01-01T23:30:00.999000Z
		event '{"v": 1}' '{"v": 2}' 1900-03-02T00:00:00.000000Z
		event '{"v": 1}' '{"v": 2}' 1899-12-31T12:00:00.000001Z
		event '{"v": 1}' '{"v": 2}' 12026-01-01T00:00:00.000000Z
	} >in.jsonl
	audit-export -q --tz Europe/Berlin --columns time -o a.xlsx <in.jsonl
	found a.xlsx >found.jsonl
	is "$(cell A2 .value)" '"2026-07-01 12:00:05.123"'
	is "$(cell A2 .type)" '"d"'
	is "$(cell A2 .format)" '"yyyy\\-mm\\-dd\\ hh:mm:ss.000"'
	is "$(cell A3 .value)" '"2026-01-02 00:30:00.999"'
	is "$(cell A4 .value)" '"1900-03-02 01:00:00.000"'
	is "$(cell A5 '[.type, .value]')" '["s","1899-12-31 13:00:00.000001"]'
	is "$(cell A6 '[.type, .value]')" '["s","12026-01-01 01:00:00.000000"]'
}

@test "the last moment of a day is not shown as the next day" {
	{
		event '{"v": 1}' '{"v": 2}' 2026-10-31T23:59:59.999999Z
		event '{"v": 1}' '{"v": 2}' 9999-12-31T23:59:59.999999Z
	} | audit-export -q --tz UTC --columns time -o a.xlsx
	found a.xlsx >found.jsonl
	is "$(cell A2 .value)" '"2026-10-31 23:59:59.999"'
	is "$(cell A3 '[.type, .value]')" '["d","9999-12-31 23:59:59.999"]'
}

@test "what stands for a value looks different from a text that says so" {
	{
		event '{"v": "NULL"}' '{"v": null}'
		event '{"v": ""}' '{"v": {"masked": true}}'
	} | audit-export -q --columns old,new -o a.xlsx
	found a.xlsx >found.jsonl
	is "$(cell A2 '[.value, .italic]')" '["NULL",false]'
	is "$(cell B2 '[.value, .italic]')" '["NULL",true]'
	is "$(cell A3 '[.value, .italic]')" '["empty text",true]'
	is "$(cell B3 '[.value, .italic]')" '["masked",true]'
}

@test "a text that is too long is cut, says so and is counted in About" {
	python3 - >in.jsonl <<-END
		import json
		line = json.loads(r'''$(event '{"v": 1}' '{"v": 2}')''')
		for text in 'z' * 40000, '\U0001f600' * 20000, 'z' * 32768, \
		        '_x0041_' * 4682, 'z' * 32767:
		    line['new'] = {'v': text}
		    print(json.dumps(line))
	END
	audit-export -q --columns new -o a.xlsx <in.jsonl
	found a.xlsx >found.jsonl
	cell A2 .value | grep -q 'zzz… \[cut: 40000 characters\]"$'
	cell A3 .value | grep -q '😀… \[cut: 20000 characters\]"$'
	cell A4 .value | grep -q 'zzz… \[cut: 32768 characters\]"$'
	cell A5 .value | grep -q '… \[cut: 32774 characters\]"$'
	is "$(cell A6 '.value | length')" 32767
	# Excel counts UTF-16 units
	is "$(jq -c 'select(.at? and (.value | type) == "string" and
	    (.value | explode | map(if . > 65535 then 2 else 1 end) | add)
	    > 32767)' found.jsonl)" ''
	is "$(jq -r 'select(.sheet == "About" and .value == "Values cut for their length").at' \
		found.jsonl | tr A B | xargs -I@ jq -c \
		'select(.sheet == "About" and .at == "@").value' found.jsonl)" '"4"'
}

@test "with --rows event what an event changes is one cell, texts in quotes" {
	event '{"v": "NULL", "w": 1.50}' '{"v": null, "w": 2.50}' |
		audit-export -q --rows event --columns changes -o a.xlsx
	found a.xlsx >found.jsonl
	is "$(cell A2 '[.value, .wrap]')" \
		'["v: \"NULL\" → NULL\nw: 1.50 → 2.50",true]'
}

# SHEETS

@test "the events have a frozen head, a filter over all rows, widths that fit" {
	jq -c 'select(.freeze? and .sheet == "Events")' "$CELLS" >sheet
	rows=$(audit-export -f csv --rows field <"$SAMPLE" | grep -c .)
	is "$(jq .rows sheet)" "$rows"
	is "$(jq -r .freeze sheet)" A2
	jq -r .filter sheet | grep -qx "A1:[A-Z]*$rows"
	jq -r .repeat sheet | grep -q '1:.*1'
	is "$(jq .landscape sheet)" true
	jq -r .pages sheet | grep -q '&P'
	# UUIDs, in the last column, are shown whole
	jq '[.widths[]] | max >= 36 and max <= 63' sheet | grep -qx true
}

@test "each row is the one that CSV has" {
	audit-export -f csv --rows field --columns op,relation,actor,field \
		<"$SAMPLE" | tr -d '\r' >wanted
	audit-export -q --columns op,relation,actor,field -o a.xlsx <"$SAMPLE"
	found a.xlsx >found.jsonl
	python3 - <<-'END'
		import csv, json
		got = {}
		for line in open('found.jsonl'):
		    c = json.loads(line)
		    if c.get('sheet') == 'Events' and 'at' in c:
		        got[c['at']] = c['value']
		for r, row in enumerate(csv.reader(open('wanted')), 1):
		    for col, value in zip('ABCD', row):
		        if r > 1:
		            assert got.get('%s%d' % (col, r), '') == value, (r, col)
	END
}

@test "sheets stand in order, the numbers of charts last; nobody is named" {
	is "$(jq -r 'select(.rows?).sheet' "$CELLS" | tr '\n' ' ')" \
		'Overview Events Sessions About Figures '
	is "$(head -1 "$CELLS" | jq -r '[.title, .active] | join(", ")')" \
		'October & <more>, Overview'
	head -1 "$CELLS" | jq '[.creator, .by] | map(select(. != null and . != ""))
	    == []' | grep -qx true
	run unzip -p "$BATS_FILE_TMPDIR/sample.xlsx" docProps/core.xml docProps/app.xml
	! grep -qi -e "$(id -un)" -e "$HOSTNAME" <<<"${output:-none}" || [ "$(id -un)" = root ]
}

@test "charts are Excel's own, with their numbers also in them" {
	jq -c 'select(.charts?) | select(.sheet == "Overview")' "$CELLS" >sheet
	is "$(jq '.charts | length >= 3' sheet)" true
	jq -c '.charts[]' sheet | grep -q '^\["barChart","stacked",'
	jq -c '.scales' sheet | grep -q ':'
	unzip -p "$BATS_FILE_TMPDIR/sample.xlsx" xl/charts/chart1.xml >chart
	grep -qF "<c:f>Figures!\$B\$" chart
	grep -q '<c:numCache>.*<c:v>[1-9]' chart
}

@test "no formula anywhere, whatever the events say" {
	audit-export -q -o a.xlsx <"$BATS_FILE_TMPDIR/hostile.jsonl"
	found a.xlsx >found.jsonl
	is "$(jq -c 'select(.type? == "f" or .link?)' found.jsonl)" ''
	unzip -p a.xlsx 'xl/worksheets/*.xml' >sheets
	run ! grep -q '<f[ >]' sheets
	run ! grep -q '<hyperlink' sheets
}

@test "a dark theme is behind every cell" {
	audit-export -q --theme dark -o a.xlsx <"$SAMPLE"
	found a.xlsx | jq -r 'select(.sheet == "Events" and .at?).fill' |
		sort -u >fills
	run ! grep -qx null fills
	grep -qx FF0F141A fills
}

@test "a sheet says that it is as wide as its cells, for those who read rows" {
	audit-export -q --columns time,op,id -o a.xlsx <"$SAMPLE"
	unzip -p a.xlsx xl/worksheets/sheet2.xml | head -c 2000 >begin
	grep -oE '<dimension ref="A1:C[0-9]+"/>' begin
	audit-export -q --theme dark -o b.xlsx <"$SAMPLE"
	for n in 1 2 3 4; do
		unzip -p b.xlsx "xl/worksheets/sheet$n.xml" | head -c 2000 >begin
		run -1 grep XFD begin
	done
}

@test "a logo is drawn 60 pixels high; what is no picture is refused" {
	python3 - <<-'END'
		import struct, zlib
		def part(kind, data):
		    return (struct.pack('>I', len(data)) + kind + data +
		        struct.pack('>I', zlib.crc32(kind + data)))
		rows = b''.join(b'\0' + b'\x10\x60\xa0' * 300 for _ in range(120))
		whole = (b'\x89PNG\r\n\x1a\n' +
		    part(b'IHDR', struct.pack('>IIBBBBB', 300, 120, 8, 2, 0, 0, 0)) +
		    part(b'IDAT', zlib.compress(rows)) + part(b'IEND', b''))
		open('logo.png', 'wb').write(whole)
		open('half.png', 'wb').write(whole[:-20])
	END
	audit-export -q --logo logo.png -o a.xlsx <"$SAMPLE"
	unzip -p a.xlsx xl/drawings/drawing1.xml |
		grep -o '<xdr:pic>.*</xdr:pic>' |
		grep -oE 'cx="[0-9]+" cy="[0-9]+"' >size
	is "$(cat size)" 'cx="1428750" cy="571500"' # 150 × 60 pixels
	echo hello >text.png
	{
		cat logo.png
		head -c 1048576 /dev/zero
	} >large.png
	for bad in half.png text.png none.png large.png; do
		run -2 --separate-stderr audit-export --logo "$bad" -o b.xlsx <"$SAMPLE"
		[[ $stderr == *"$bad: "* ]]
		[ ! -e b.xlsx ]
	done
}

@test "rows beyond the last one that a sheet has go on to a second sheet" {
	# 174,763 fields a line are 1,048,578 rows
	python3 - >in.jsonl <<-END
		import json
		line = json.loads(r'''$(event '{"v": 1}' '{"v": 2}')''')
		for n in range(6):
		    line['new'] = {'f%06d' % i: n for i in range(174763)}
		    line['old'] = None
		    line['op'] = 'insert'
		    print(json.dumps(line))
	END
	audit-export -q --columns new -o a.xlsx <in.jsonl
	unzip -p a.xlsx xl/workbook.xml | grep -oE 'sheet name="[^"]*"' | tr '\n' ' ' >names
	is "$(cat names)" \
		'sheet name="Overview" sheet name="Events" sheet name="Events (2)" sheet name="About" sheet name="Figures" '
	unzip -p a.xlsx xl/worksheets/sheet2.xml | tail -c 2000 |
		grep -q '<autoFilter ref="A1:A1048576"/>'
	unzip -p a.xlsx xl/worksheets/sheet3.xml >second
	grep -q '<autoFilter ref="A1:A4"/>' second
	grep -q '<t>New value</t>' second
}

# FAILURES

@test "a full TMPDIR or a full target is said, and nothing is left behind" {
	python3 "$ROOT/tests/sample.py" 2000 >in.jsonl
	audit-export -q -o a.xlsx <in.jsonl
	# the rows are written to a file, then to another one with a head and an
	# end: libxlsxwriter sees neither fail
	whole=$(unzip -Zl a.xlsx xl/worksheets/sheet2.xml | awk 'NR == 1 { print $4 }')
	rm a.xlsx
	for size in 8 1000 $((whole / 1024 - 1)) $((whole / 1024)); do
		run -3 --separate-stderr bash -c "trap '' XFSZ; ulimit -f $size
			audit-export -q -o a.xlsx <in.jsonl"
		[[ $stderr == 'audit-export: a.xlsx: '*TMPDIR* ]]
		[ "${#stderr_lines[@]}" -eq 1 ]
		is "$(find . -type f | sort | tr '\n' ' ')" './in.jsonl '
	done
}

@test "no TMPDIR is said at once, and no other directory is taken" {
	TMPDIR=$PWD/none run -3 --separate-stderr audit-export -o a.xlsx <"$SAMPLE"
	is "$stderr" "audit-export: a.xlsx: TMPDIR $PWD/none: No such file or directory"
	is "$(find . -type f)" ''
}

@test "LibreOffice opens it" {
	command -v soffice >/dev/null || skip 'there is no LibreOffice'
	audit-export -q -o a.xlsx <"$BATS_FILE_TMPDIR/hostile.jsonl"
	timeout 300 soffice "-env:UserInstallation=file://$PWD/profile" --headless \
		--convert-to csv:'Text - txt - csv (StarCalc)':44,34,76,1,,0,false,false,false,false,false,2 \
		a.xlsx >out 2>&1 </dev/null
	[ -s a-Events.csv ]
	head -1 a-Events.csv | grep -q 'Time'
}
