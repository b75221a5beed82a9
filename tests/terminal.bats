#!/usr/bin/env bats
# What people see: tables on a terminal, their colours, widths and the pager

load capture

setup_file() {
	fresh_database
	export PGOPTIONS='-c client_min_messages=warning'
	export TZ=Europe/Berlin TERM=xterm
	audit-rule init
	sql "create schema shop" "create table partner(
		id int primary key, name text, vat text, credit numeric, active bool,
		secret text, doc bytea)" \
		"create table shop.line(ord int, line int, qty int, primary key (ord, line))" \
		"create table evil(id int primary key, name text, t text)"
	audit-rule add partner --label name --mask secret
	audit-rule add shop.line
	audit-rule add evil --label name
	psql -qAtX -v ON_ERROR_STOP=1 <<-'END'
		begin;
		set local audit.actor = 'alice';
		insert into partner values (3, 'Gemini', null, 12000.50, true, 'x', 'abc');
		update partner set credit = 0.00, active = false where id = 3;
		update partner set secret = 'y', vat = '' where id = 3;
		commit;
		update partner set vat = 'NULL', doc = null where id = 3;
		insert into shop.line values (7, 1, 5);
		delete from partner where id = 3;
	END
	# what happened at known times, in summer and in winter
	sql "insert into audit.event(id, at, op, \"schema\", \"table\", key, new)
		select audit.new_id(at), at, 'read', 'web', 'page', '{\"id\": 1}', '{\"n\": 1}'
		from unnest('{2020-01-31 23:30:00Z,2020-07-01 12:00:00Z}'::timestamptz[]) at"
}

teardown_file() {
	drop_database
}

# on_terminal COLUMNS COMMAND - what it prints on a terminal so wide, and its
# status
on_terminal() {
	local status=0

	command script -qec "stty cols $1 rows 24; $2" /dev/null \
		</dev/null >"$BATS_TEST_TMPDIR/screen" || status=$?
	tr -d '\r' <"$BATS_TEST_TMPDIR/screen"
	return "$status"
}

# follower_on_terminal COMMAND - what this prints there goes to the file live,
# until follower_end; it must not end before
follower_on_terminal() {
	command script -qefc "stty cols 80; $1" /dev/null \
		</dev/null >"$BATS_TEST_TMPDIR/live" 3>&- &
	follower=$!
}

follower_end() {
	kill "$follower"
	wait "$follower" || :
}

# plain - what colours a terminal, taken out
plain() {
	sed 's/\x1b\[[0-9;]*m//g'
}

# under HEAD... - the cells below these heads, of a table on stdin; a head or
# cell is where the screen shows it: some characters are two columns wide
under() {
	python3 -c '
import sys, unicodedata
def cells(line):
    for c in line.rstrip("\n"):
        yield c
        if unicodedata.east_asian_width(c) in "WF":
            yield ""
head, *rows = sys.stdin
heads = [h for h in head.split() if not h.startswith("(")]
starts = [head.index(h) for h in heads] + [1000]
for row in rows:
    row = list(cells(row))
    assert all(row[s - 1:s] in ([" "], []) for s in starts[1:]), row
    print("|".join("".join(row[starts[i]:starts[i + 1]]).strip()
        for i in map(heads.index, sys.argv[1:])))
' "$@"
}

# widest - of the lines on stdin
widest() {
	wc -L
}

# shows N WORD FILE - whether so many of its lines have this word
shows() {
	[ "$(grep -c "$2" "$3")" = "$1" ]
}

# Which form

@test "on a terminal events are a table, elsewhere JSON lines" {
	run -0 on_terminal 140 'audit-log -t partner'
	[[ $(plain <<<"${lines[0]}") == "AT (Europe/Berlin) "* ]]
	is "${#lines[@]}" 6
	run -0 audit-log -t partner
	[[ ${lines[0]} == '{"id":'* ]]
}

@test "-f json is JSON on a terminal, -f table a table in a file" {
	run -0 on_terminal 80 'audit-log -t partner -f json'
	is "$output" "$(audit-log -t partner)"
	run -0 audit-log -t partner -f table
	[[ ${lines[0]} == "AT (Europe/Berlin) "* ]]
	audit-log -t partner -f table -o "$BATS_TEST_TMPDIR/table"
	is "$(cat "$BATS_TEST_TMPDIR/table")" "$output"
	run -2 --separate-stderr audit-log -f html
	is "$output" ""
}

@test "a file of -o gets JSON lines also from a terminal" {
	run -0 on_terminal 80 "audit-log -t partner -o '$BATS_TEST_TMPDIR/log'"
	is "$output" ""
	is "$(cat "$BATS_TEST_TMPDIR/log")" "$(audit-log -t partner)"
}

@test "where nothing matches, nothing is printed" {
	run -0 on_terminal 80 'audit-log -t partner -a nobody'
	is "$output" ""
}

@test "--checkpoint prints JSON also on a terminal, and refuses -f table" {
	run -0 on_terminal 80 "audit-log -t partner --checkpoint '$BATS_TEST_TMPDIR/c'"
	is "$output" "$(audit-log -t partner)"
	run -2 --separate-stderr audit-log -f table --checkpoint "$BATS_TEST_TMPDIR/d"
	is "$output" ""
	[ ! -e "$BATS_TEST_TMPDIR/d" ]
}

# The table

@test "times are those of the user's zone, in summer and in winter" {
	is "$(audit-log -f table -t web.page | cut -c 1-19)" \
		$'AT (Europe/Berlin) \n2020-02-01 00:30:00\n2020-07-01 14:00:00'
	is "$(TZ=Asia/Tokyo audit-log -f table -t web.page | cut -c 1-19 | tail -n 1)" \
		'2020-07-01 21:00:00'
	run -0 on_terminal 80 'PGTZ=UTC audit-log -t web.page'
	[[ $(plain <<<"${lines[0]}") == "AT (UTC) "* ]]
}

@test "also where keys are looked up, which are read as UTC" {
	run -0 audit-log -f table -t partner -k 3 -l 1
	is "$(cut -c 1-13 <<<"${lines[1]}")" "$(sql "select to_char(max(at) at time zone
		'Europe/Berlin', 'YYYY-MM-DD HH24') from audit.event where \"table\" = 'partner'")"
}

@test "a row says what happened to which record, who did it and what changed" {
	is "$(audit-log -f table -t partner | under OP TABLE KEY LABEL WHO CHANGE)" \
"insert|partner|3|Gemini|alice|doc (3 bytes, sha256 ba7816bf…), name Gemini, active true, credit 12000.50, secret (masked)
update|partner|3|Gemini|alice|active true → false, credit 12000.50 → 0.00
update|partner|3|Gemini|alice|vat NULL → '', secret (masked)
update|partner|3|Gemini|(postgres)|doc (3 bytes, sha256 ba7816bf…) → NULL, vat '' → 'NULL'
delete|partner|3|Gemini|(postgres)|vat 'NULL', name Gemini, active false, credit 0.00, secret (masked)"
}

@test "a table has its schema unless that is public; a key all of its values" {
	is "$(audit-log -f table -t shop.line | under TABLE KEY CHANGE)" \
		"shop.line|7, 1|qty 5"
}

@test "other events show their details" {
	run -0 audit-log -f table --op rule_add
	is "$(under OP TABLE KEY WHO CHANGE <<<"$output" | head -n 1)" "rule_add||partner|(postgres)|\
ops [\"insert\", \"update\", \"delete\", \"truncate\"], mask [\"secret\"], label name, table public.partner, enabled true"
	audit-rule disable evil
	audit-rule enable evil
	is "$(audit-log -f table --op rule_disable | under KEY CHANGE)" "evil|enabled true → false"
}

@test "what was erased says so" {
	sql "insert into audit.event(id, at, op, \"schema\", \"table\", key, old, new, redacted)
		select audit.new_id(now()), now(), 'update', 'web', 'erased', '{\"id\": 1}',
		'{\"a\": 1, \"b\": null}', '{\"a\": 2, \"b\": null}', '{b,c}'"
	is "$(audit-log -f table -t web.erased | under CHANGE)" \
		"a 1 → 2, b (erased), c (erased)"
	run -0 audit-log -f table --id "$(audit-log -t web.erased | jq -r .id)"
	[[ $output == *$'\nb      (erased)  (erased)\n'* ]]
}

# Harmless

@test "control characters and what turns the direction are shown, not sent" {
	psql -qX -v ON_ERROR_STOP=1 <<-'END'
		set audit.actor = E'eve\x1b[2J';
		insert into evil values (1, E'a\x1b]0;title\x07b\u009bc\u202ed\u2066\u200be\ufefff',
			E'one\ntwo\r\tthree\\four\\n');
	END
	run -0 audit-log -f table -t evil -k 1
	[[ $output == *', name a\x1b]0;title\x07b\u009bc\u202ed\u2066\u200be\ufefff' ]]
	[[ $output == *'  eve\x1b[2J  '* ]]
	[[ $output == *'t one\ntwo\r\tthree\four\\n'* ]]
	is "${#lines[@]}" 2
	id=$(audit-log -t evil -k 1 | jq -r .id)
	for command in 'audit-log -t evil' "audit-log --id $id"; do
		run -0 on_terminal 80 "NO_COLOR=1 $command"
		run -1 grep -nP '[\x00-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]|\xef\xbb\xbf' \
			<<<"$output"
	done
}

@test "a value cannot be taken for another, nor for what stands around it" {
	sql "insert into evil values (2, '', 'b, name x'), (3, null, 'a → b'),
		(4, '0', '(masked)'), (5, 'x', 'it''s'), (6, 'x', ' x')"
	is "$(audit-log -f table -t evil -k 2 -k 3 -k 4 -k 5 -k 6 |
		under LABEL CHANGE)" \
"''|t 'b, name x', name ''
|t 'a → b'
0|t '(masked)', name 0
x|t it's, name x
x|t ' x', name x"
	is "$(psql -qX -c "set audit.actor = '(postgres)'" -c "delete from evil where id = 2"
		audit-log -f table -t evil -l 1 | under WHO)" "'(postgres)'"
}

@test "keys and actors cannot be taken for others either" {
	sql "create table pair(a text, b text, primary key (a, b))"
	audit-rule add pair
	psql -qX -c "set audit.actor = '(a\\b'" -c "insert into pair values ('x, y', '')"
	is "$(audit-log -f table -t pair | under KEY WHO)" "'x, y', ''|'(a\b'"
	is "$(audit-log -f table -t pair --by actor | under ACTOR)" "'(a\b'"
}

@test "of many columns the first 20 are shown" {
	for n in 20 21; do
		sql "create table wide$n as select $(seq 101 $((100 + n)) |
			sed 's/.*/& as c&/' | paste -sd,)"
		audit-rule add "wide$n"
		sql "insert into wide$n select * from wide$n"
	done
	is "$(audit-log -f table -t wide20 | under CHANGE | grep -o 'c1[0-9]* 1' | wc -l)" 20
	[[ $(audit-log -f table -t wide20) == *"c120 120" ]]
	[[ $(audit-log -f table -t wide21) == *"c120 120, …" ]]
}

@test "where the locale has only ASCII, so has the table" {
	sql "insert into evil values (7, 'Käse', '日本')" "update evil set t = 'x' where id = 7"
	run -0 env LC_ALL=C audit-log -f table -t evil -k 7
	[[ $output == *'K\u00e4se'*'t \u65e5\u672c -> x' ]]
	run -1 grep -P '[^\x00-\x7f]' <<<"$output"
}

@test "a database of another encoding has its events shown" {
	psql -qd postgres -c "drop database if exists terminal_latin" \
		-c "create database terminal_latin encoding LATIN1 locale 'C' template template0"
	PGDATABASE=terminal_latin audit-rule init
	PGDATABASE=terminal_latin sql "create table x(id int primary key, t text)"
	PGDATABASE=terminal_latin audit-rule add x
	PGCLIENTENCODING=UTF8 PGDATABASE=terminal_latin sql "insert into x values (1, 'ä')" \
		"update x set t = repeat('b', 100)"
	run -0 env PGDATABASE=terminal_latin audit-log -f table -t x -l 1
	[[ $output == *"t ä -> bbb"*"bbb..." ]]
	psql -qd postgres -c "drop database terminal_latin"
}

# Widths

@test "no line is wider than the terminal, and what is cut says so" {
	sql "insert into evil values (8, repeat('long label ', 20), repeat('word ', 100))"
	for width in 20 40 80 140; do
		run -0 on_terminal $width 'NO_COLOR=1 audit-log -t evil -k 8'
		is "$(widest <<<"$output")" $width
		[[ ${lines[1]} == *… ]]
	done
	is "$(COLUMNS=70 audit-log -f table -t evil -k 8 | widest)" 70
}

@test "without a terminal or COLUMNS the last column is as wide as it is" {
	run -0 audit-log -f table -t evil -k 8
	[[ ${lines[1]} == *"t word word word"*"…"*", name long label"* ]]
	[ "$(widest <<<"$output")" -gt 200 ]
}

@test "wide characters count as two columns" {
	sql "insert into evil values (9, 'ab', 'x'), (10, '漢字かな', '日本語'), (11, 'é한', 'y')"
	is "$(audit-log -f table -t evil -k 9 -k 10 -k 11 | under LABEL WHO CHANGE)" \
"ab|(postgres)|t x, name ab
漢字かな|(postgres)|t 日本語, name 漢字かな
é한|(postgres)|t y, name é한"
}

@test "blocks line up, below one head" {
	sql "create table many(id int primary key, t text)"
	audit-rule add many
	sql "insert into many select 1000 + i, repeat('x', i % 7) from generate_series(1, 1000) i"
	run -0 on_terminal 80 'NO_COLOR=1 audit-log -t many --op insert'
	is "${#lines[@]}" 1001
	is "$(under OP TABLE KEY WHO <<<"$output" | sed -n '$p;1p;500p')" \
$'insert|many|1001|(postgres)\ninsert|many|1500|(postgres)\ninsert|many|2000|(postgres)'
}

@test "where a later block needs more room, the head comes again" {
	sql "insert into many values (123456789)"
	run -0 on_terminal 80 'NO_COLOR=1 audit-log -t many --op insert'
	is "$(grep -c '^AT' <<<"$output")" 2
	is "$(sed -n '1002,$p' <<<"$output" | under KEY)" 123456789
}

# Colours

@test "colours are there on a terminal only, and not if NO_COLOR or TERM says so" {
	run -0 on_terminal 80 'audit-log -t partner'
	[[ $output == *$'\e['* ]]
	for command in 'NO_COLOR=1 audit-log' 'TERM=dumb audit-log' 'env -u TERM audit-log' \
		'NO_COLOR=1 audit-rule list'; do
		run -0 on_terminal 80 "$command"
		[[ $output == *postgres* || $output == *partner* ]]
		[[ $output != *$'\e'* ]]
	done
	run -0 audit-log -f table -t partner
	[[ $output != *$'\e'* ]]
}

@test "an empty NO_COLOR says nothing" {
	run -0 on_terminal 80 'NO_COLOR= audit-log -t partner'
	[[ $output == *$'\e['* ]]
}

# Pager

@test "a table on a terminal goes through PAGER, in colours, with LESS set" {
	run -0 on_terminal 80 "PAGER='sed s/^/p:/' audit-log -t partner"
	is "$(grep -c '^p:' <<<"$output")" 6
	[[ $output == *$'\e['* ]]
	run -0 on_terminal 80 "PAGER='cat >/dev/null; echo \$LESS' audit-rule list"
	is "$output" FRX
	run -0 on_terminal 80 "LESS=S PAGER='cat >/dev/null; echo \$LESS' audit-rule list"
	is "$output" S
}

@test "JSON, --follow, a pipe and an empty PAGER have no pager" {
	export PAGER='sed s/^/p:/'
	run -0 on_terminal 80 'audit-log -t partner -f json'
	is "$output" "$(audit-log -t partner)"
	run -0 audit-log -t partner -f table
	[[ $output != *p:* ]]
	run -0 on_terminal 80 'audit-log -t partner -f table | cat'
	[[ $output == "AT "* ]]
	run -0 on_terminal 80 'PAGER= audit-log -t partner'
	[[ $output != *p:* ]]
	follower_on_terminal 'exec audit-log -t partner --follow -l 1'
	await grep -q partner "$BATS_TEST_TMPDIR/live"
	follower_end
	run -1 grep p: "$BATS_TEST_TMPDIR/live"
}

@test "who quits the pager early ends the tool quietly" {
	sql "insert into many select i from generate_series(10001, 20000) i"
	run -0 on_terminal 80 "PAGER='head -n 1' audit-log -t many"
	is "${#lines[@]}" 1
	[[ $output == *"AT"* ]]
}

@test "the exit status is the tool's, also if the reader quits" {
	sql "select format('create table hole.t%s(a text)', i) from generate_series(1, 700) i" \
		>"$BATS_TEST_TMPDIR/tables"
	sql "create schema hole"
	psql -qX -v ON_ERROR_STOP=1 < <(sed 's/$/;/' "$BATS_TEST_TMPDIR/tables")
	run -1 on_terminal 80 "PAGER=cat audit-rule check --all"
	[[ $output == *hole.t700* ]]
	run -1 on_terminal 80 "PAGER='head -n 1' audit-rule check --all"
	is "${#lines[@]}" 1
	run -1 on_terminal 80 "PAGER=cat audit-rule show shop.line hole.t1"
	sql "drop schema hole cascade" >/dev/null
}

@test "a pager that fails is reported; one that is not there fails the tool" {
	run -0 on_terminal 80 "PAGER='cat; exit 5' audit-log -t partner"
	is "${lines[-1]}" "audit-log: PAGER=cat; exit 5: exit status 5"
	is "${#lines[@]}" 7
	run -3 on_terminal 80 "PAGER=/nonexistent audit-log -t partner"
	[[ ${lines[-1]} == "audit-log: PAGER=/nonexistent: exit status 127" ]]
	[[ $output != *"SIG"* ]]
}

@test "messages come after the pager" {
	run -0 on_terminal 80 "PAGER='cat; sleep 0.2; echo end' audit-log -v -t partner"
	is "${lines[-2]}" "end"
	is "${lines[-1]}" "audit-log: 5 events"
}

# One event

@test "--id shows each key of the event, and each column with both values" {
	id=$(audit-log -t partner --op update | jq -r .id | sed -n 2p)
	run -0 on_terminal 100 "NO_COLOR=1 audit-log --id $id"
	is "$(sed '/^$/,$d' <<<"$output" | awk '{ print $1 }' | paste -sd,)" \
		"$(audit-log --id "$id" | jq -r 'del(.old, .new) | keys_unsorted | join(",")')"
	[[ $output == *$'\nkey       {"id": 3}\n'* ]]
	[[ $output == *$'\nactor     alice\nrole      postgres\nas_role   NULL\n'* ]]
	[[ $output == *$'\n\nFIELD   OLD       NEW\n'* ]]
	[[ $output == *$'\nvat     NULL      \'\'\n'* ]]
	[[ $output == *$'\nsecret  (masked)  (masked)'* ]]
	utc=$(audit-log --id "$id" | jq -r .at)
	grep -qE "^at +....-..-.. ..:..:..\.[0-9]{6} Europe/Berlin = $utc\$" <<<"$output"
}

@test "--id wraps values and cuts nothing" {
	sql "insert into evil values (12, 'x', repeat('0123456789', 50) || E'\nnext\n' || repeat('日本', 60))"
	id=$(audit-log -t evil -k 12 | jq -r .id)
	run -0 on_terminal 60 "NO_COLOR=1 audit-log --id $id"
	is "$(sed '1,/^FIELD/d; /next/,$d' <<<"$output" | tr -cd 0-9)" \
		"$(printf '0123456789%.0s' {1..50})"
	is "$(grep -o '[日本]' <<<"$output" | wc -l)" 120
	[[ $output == *'\n'$'\n'*' next\n'$'\n'* ]]
	[ "$(widest <<<"$output")" -le 60 ]
}

@test "--id of no event, or of one that the other filters leave out" {
	run -1 on_terminal 80 'audit-log --id 00000000-0000'
	is "$output" "audit-log: --id 00000000-0000: no such event"
	id=$(audit-log -t partner -l 1 | jq -r .id)
	run -0 on_terminal 80 "audit-log --id $id -a nobody"
	is "$output" ""
}

# Numbers

@test "--count and --by are tables, with times of the user's zone" {
	is "$(on_terminal 80 'NO_COLOR=1 audit-log -t partner --count')" \
		$'COUNT\n    5'
	is "$(on_terminal 80 'NO_COLOR=1 audit-log -t partner -a nobody --count')" \
		$'COUNT\n    0'
	is "$(audit-log -f table -t partner --by op,actor | under OP ACTOR COUNT)" \
"update|alice|2
delete|NULL|1
insert|alice|1
update|NULL|1"
	is "$(audit-log -f table -t web.page --by month,op)" \
"MONTH (Europe/Berlin)  OP    COUNT
2020-02                read      1
2020-07                read      1"
	is "$(audit-log -t web.page --by month | head -n 1)" \
		'{"month":"2020-01","count":1}'
	is "$(audit-log -f json -t web.page --count)" '{"count":2}'
}

# As they commit

@test "--follow on a terminal goes on with its table" {
	sql "create table live(id int primary key, t text)"
	audit-rule add live
	follower_on_terminal "NO_COLOR=1 exec audit-log -t live --op insert \
		--follow --interval '50 ms' -s '1 hour'"
	for i in 1 2 3; do
		sql "insert into live values ($i, 'é日')"
		await shows "$i" 't é日' "$BATS_TEST_TMPDIR/live"
	done
	follower_end
	sed 's/\r//; /^$/d' "$BATS_TEST_TMPDIR/live" \
		>"$BATS_TEST_TMPDIR/seen"
	is "$(grep -c '^AT' "$BATS_TEST_TMPDIR/seen")" 1
	is "$(under OP TABLE KEY CHANGE <"$BATS_TEST_TMPDIR/seen")" \
		$'insert|live|1|t é日\ninsert|live|2|t é日\ninsert|live|3|t é日'
}

# Rules

@test "audit-rule list is a table" {
	run -0 on_terminal 80 'NO_COLOR=1 audit-rule list'
	is "$(under RULE TABLE OPS ENABLED OPTIONS <<<"$output" | grep '^partner')" \
		"partner|partner|all|yes|mask secret; label name"
	is "$(under RULE TABLE <<<"$output" | grep shop)" "shop.line|shop.line"
	is "$(audit-rule list -f table | wc -l)" "$(sql 'select count(*) + 1 from audit.rule')"
	run -0 on_terminal 80 'audit-rule list -f json'
	is "$output" "$(audit-rule list)"
}

@test "audit-rule show is a table of the rule and one of what it covers" {
	run -0 on_terminal 80 'NO_COLOR=1 audit-rule show partner shop.line'
	is "$(head -n 5 <<<"$output")" "rule    partner
table   public.partner
ops     insert, update, delete, truncate
enabled true
mask    secret"
	is "$(sed -n '/^TABLE/,/^$/p' <<<"$output" | sed '/^$/,$d' | under TABLE WHY TRIGGER)" \
		"public.partner|named|ok"
	is "$(grep -c '^TABLE' <<<"$output")" 2
	run -0 on_terminal 80 'audit-rule show partner -f json'
	is "$output" "$(audit-rule show partner)"
}

@test "audit-rule check is a table, with the same exit status" {
	run -0 on_terminal 80 'audit-rule check'
	is "$output" ""
	sql 'alter table partner disable trigger user'
	run -1 on_terminal 140 'NO_COLOR=1 audit-rule check'
	is "$(under SEVERITY HOLE TABLE RULE FIX <<<"$output" | sort -u)" \
		"hole|trigger_disabled|public.partner|partner|audit-rule apply --missing"
	run -1 on_terminal 140 'audit-rule check -f json'
	is "$output" "$(audit-rule check)"
	audit-rule apply --missing </dev/null
}

# How much

@test "a table of 200000 events takes no more than 16 MB" {
	! grep -q __asan_init "$BUILD/bin/audit-log" || skip "the sanitizer needs more"
	sql "insert into audit.event(id, at, op, \"schema\", \"table\", key, label, old, new)
		select audit.new_id(t), t, 'update', 'web', 'mass', jsonb_build_object('id', i),
			'label ' || i, jsonb_build_object('a', i, 'b', repeat('x', 200)),
			jsonb_build_object('a', i + 1, 'b', repeat('y', 200))
		from generate_series(1, 200000) i,
		lateral (select timestamptz '2019-05-01 00:00:00Z' + i * interval '1 ms') x(t)"
	run -0 /usr/bin/time -f %M -o "$BATS_TEST_TMPDIR/kb" \
		audit-log -f table -t web.mass -o "$BATS_TEST_TMPDIR/mass"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/mass")" -ge 200001 ]
	[ "$(cat "$BATS_TEST_TMPDIR/kb")" -le 16384 ]
}
