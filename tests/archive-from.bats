#!/usr/bin/env bats
# audit-log --from: events of files

load capture

setup_file() {
	export PGTZ=UTC
	trail_database
	make_role from_app login
	sql 'create schema s' \
		'create table s.part(id int primary key, name text, price numeric, data bytea)' \
		'create table s.link(a int, b text, primary key (a, b))' \
		'create table s.bare(v jsonb)' \
		'create table gone(id int primary key, v text)' \
		'grant usage on schema s to from_app' \
		'grant all on all tables in schema s to from_app'
	audit-rule add s.part --label name --name parts
	audit-rule add s.link s.bare gone --name 'rest'
	sql "insert into s.part select i, 'part ' || i, i * 1.10, '\\x00ff' from generate_series(1, 40) i"
	sql begin "set local audit.actor = 'O''Brien \"x\"'" "set local audit.reason = E'tab\\tback\\\\slash'" \
		"update s.part set price = price + 0.01 where id % 3 = 0" commit
	sql begin "set local audit.actor = 'alice'" "update s.part set id = 1003 where id = 3" \
		"delete from s.part where id = 4" commit
	sql "insert into s.link select i, E'k,\"' || i from generate_series(1, 5) i" \
		"update s.link set b = 'other' where a = 2"
	sql "insert into s.bare values ('{\"a\": 12345678901234567890.120, \"b\": \"ü\\n\"}'), (null)"
	as from_app sql "set application_name = 'app one'" "update s.part set name = 'renamed' where id = 7"
	sql "insert into gone values (1, 'x')" "alter table gone rename to gone2" \
		"update gone2 set v = 'y'" "truncate s.link" "drop table gone2"
	session=$(sql "select session from audit.open_session('carol', '10.1.2.3', 'agent')")
	export session
	sql "select audit.close_session(token) from audit.open_session('dave', '10.1.2.4', null)"
	await covered
	audit-seal >/dev/null
	sql "update s.part set price = 1 where id in (1, 2)"
	await covered
	audit-seal >/dev/null
	EVIDENCE=$BATS_FILE_TMPDIR/all.jsonl
	export EVIDENCE
	audit-seal export -o "$EVIDENCE"
	zstd -q "$EVIDENCE" -o "$EVIDENCE.zst"
}

teardown_file() {
	sql 'drop owned by from_app' 'drop role from_app'
	drop_database
}

# same ARGUMENT... - what matches is the same in the trail and in the file
same() {
	audit-log "$@" >"$BATS_TEST_TMPDIR/live"
	audit-log --from "$EVIDENCE.zst" "$@" >"$BATS_TEST_TMPDIR/given"
	[ -s "$BATS_TEST_TMPDIR/live" ]
	cmp "$BATS_TEST_TMPDIR/live" "$BATS_TEST_TMPDIR/given"
}

@test "a file gives the lines that the trail gives, byte by byte" {
	same
	same --exact
	audit-log >"$BATS_TEST_TMPDIR/live"
	cmp "$BATS_TEST_TMPDIR/live" <(audit-log --from "$EVIDENCE")
	cmp "$BATS_TEST_TMPDIR/live" <(audit-log --from - <"$EVIDENCE.zst")
	# shellcheck disable=SC2002 # a pipe cannot be read again from its start
	cmp "$BATS_TEST_TMPDIR/live" <(cat "$EVIDENCE.zst" | audit-log --from -)
	# shellcheck disable=SC2002
	cmp "$BATS_TEST_TMPDIR/live" <(cat "$EVIDENCE" | audit-log --from -)
	cmp "$BATS_TEST_TMPDIR/live" <(audit-log --from "$BATS_TEST_TMPDIR/live")
}

@test "without a filter no database is asked" {
	PGHOST=/nowhere run -0 --separate-stderr audit-log --from "$EVIDENCE.zst"
	is "${#lines[@]}" "$(audit-log | wc -l)"
	PGHOST=/nowhere run -0 audit-log --from "$EVIDENCE.zst" --count
	is "$output" "$(audit-log --count)"
	PGHOST=/nowhere run -0 audit-log --from "$EVIDENCE.zst" -l 3 --reverse
	is "$output" "$(audit-log -l 3 --reverse)"
	PGHOST=/nowhere run -0 audit-log --from "$EVIDENCE.zst" --id "$(
		audit-log -l 1 | jq -r .id | cut -c 1-23)"
	is "$output" "$(audit-log -l 1)"
}

@test "each filter takes from a file what it takes from the trail" {
	local at txid

	at=$(audit-log -t s.part -a alice -l 1 | jq -r .at)
	txid=$(audit-log -t s.part -a alice -l 1 | jq -r .txid)
	same -t s.part
	same -t s.link -t s.bare
	same -t 's.*'
	same -t gone
	same -t gone2
	same -t part
	same -t s.part -k 7
	same -t s.part -k 3
	same -t s.part -k 1003
	same -t s.part -k 3 -k 4
	same -t s.link -k '{"a": 2, "b": "other"}'
	same -t gone -t s.link --op insert,truncate
	same -s "$at"
	same -u "$at"
	same -s "$at" -t s.part --op update
	same -a alice
	same -a "O'Brien \"x\"" -a alice
	same -a carol
	same --op login,logout
	same --op delete
	same --role from_app
	same --session "$session"
	same --txid "$txid"
	same --field price
	same --field price --value 3.31
	same --value 'part 9'
	same --rule parts
	same --app 'app one'
	same --grep '^part 1'
	same --addr 10.0.0.0/8
	same -l 5 -t s.part
	same -l 5 --reverse
	same --reverse --op insert -t s.part
}

@test "counts and tables are those of the trail, too" {
	same --count -t s.part
	same --by op
	same --by table,op,actor
	same --by key -t s.link
	same --by hour,op
	same --by day -l 7
	same --by rules,reason,label,addr
	same --count --op gap
	same -f table
	same -f table -t s.part --op update
	same -f table --by op,actor
	same -f table --by minute -t s.part
	same -f table --by rules,addr
	same -f table --count
	same -f table -l 4 --reverse
	same -f table --id "$(audit-log -l 1 -a alice | jq -r .id)"
}

@test "keys and sessions come from standard input, too" {
	printf '7\n9\n' | audit-log -t s.part -k - >"$BATS_TEST_TMPDIR/live"
	printf '7\n9\n' | audit-log -t s.part -k - --from "$EVIDENCE" \
		>"$BATS_TEST_TMPDIR/given"
	cmp "$BATS_TEST_TMPDIR/live" "$BATS_TEST_TMPDIR/given"
	run -2 --separate-stderr audit-log --from - -t s.part -k -
	is "$output" ""
	run -2 audit-log --from - --from -
}

@test "several files are one trail, and what is in two of them is there once" {
	local dir=$BATS_TEST_TMPDIR

	audit-log >"$dir/live"
	awk 'NR % 2' "$dir/live" >"$dir/odd"
	awk 'NR % 3 != 1' "$EVIDENCE" | zstd -q >"$dir/some.zst"
	run -0 --separate-stderr audit-log --from "$dir/odd" --from "$EVIDENCE" \
		--from "$dir/some.zst" --from "$EVIDENCE.zst"
	is "$output" "$(<"$dir/live")"
	cat "$EVIDENCE.zst" >"$dir/twice.zst"
	head -n 20 "$dir/live" >"$dir/head"
	tail -n +15 "$dir/live" | zstd -q >"$dir/tail.zst"
	cmp "$dir/live" <(audit-log --from "$dir/tail.zst" --from "$dir/head")
	# as a shell's * gives them
	cmp "$dir/live" <(audit-log --from "$dir/tail.zst" "$dir/head")
	run -2 audit-log "$dir/head"
}

@test "files of an archive go through the pipe" {
	audit-log --from "$EVIDENCE.zst" -t s.part | audit-diff -f json \
		>"$BATS_TEST_TMPDIR/given"
	cmp "$BATS_TEST_TMPDIR/given" <(audit-log -t s.part | audit-diff -f json)
}

@test "bad lines are named, and the good ones printed" {
	local dir=$BATS_TEST_TMPDIR

	audit-log -l 5 >"$dir/five"
	{
		head -n 2 "$dir/five"
		echo '{"id": "nothing"}'
		echo 'no json'
		printf '{"id":"\xff"}\n'
		echo '{"other": 1}'
		tail -n 3 "$dir/five"
	} >"$dir/bad"
	run -1 --separate-stderr audit-log --from "$dir/bad"
	is "$output" "$(<"$dir/five")"
	is "${#stderr_lines[@]}" 4
	is "${stderr_lines[0]}" "audit-log: $dir/bad: line 3: no \"at\" field"
	# what only the server finds out, among good ones
	sed '3s/"txid":"[0-9]*"/"txid":"x"/' "$dir/five" >"$dir/bad"
	run -1 --separate-stderr audit-log --from "$dir/bad" --value nothing
	is "${#stderr_lines[@]}" 1
	[[ $stderr == *"bad: line 3: invalid input syntax"* ]]
	run -1 --separate-stderr audit-log --from "$dir/bad" --by op
	[ "$(jq -s 'map(.count) | add' <<<"$output")" = 4 ]
	# out of order
	tac "$dir/five" >"$dir/bad"
	run -1 --separate-stderr audit-log --from "$dir/bad"
	is "$output" "$(tail -n 1 "$dir/five")"
	[[ $stderr == *"line 2: not in the order of the trail"* ]]
}

@test "what is cut off, or not what was written, is never taken for all" {
	local dir=$BATS_TEST_TMPDIR size

	size=$(stat -c %s "$EVIDENCE.zst")
	head -c $((size - 1)) "$EVIDENCE.zst" >"$dir/cut.zst"
	run -3 --separate-stderr audit-log --from "$dir/cut.zst"
	is "$stderr" "audit-log: $dir/cut.zst: it is cut off"
	head -c $((size / 2)) "$EVIDENCE.zst" >"$dir/cut.zst"
	run -3 --separate-stderr audit-log --from "$dir/cut.zst"
	run -3 --separate-stderr audit-log --from - <"$dir/cut.zst"
	run -3 --separate-stderr audit-log --from "$dir/cut.zst" --op insert
	# a bit in the middle, and the checksum at the end
	for at in $((size / 2)) $((size - 2)); do
		python3 - "$EVIDENCE.zst" "$dir/bad.zst" "$at" <<-'END'
			import sys
			b = bytearray(open(sys.argv[1], 'rb').read())
			b[int(sys.argv[3])] ^= 1
			open(sys.argv[2], 'wb').write(b)
		END
		run -3 --separate-stderr audit-log --from "$dir/bad.zst"
		[ -n "$stderr" ]
	done
	cat "$EVIDENCE.zst" "$EVIDENCE" >"$dir/bad.zst"
	run -3 --separate-stderr audit-log --from "$dir/bad.zst"
}

@test "evidence is verified packed as well as plain" {
	run -0 --separate-stderr audit-seal verify --offline "$EVIDENCE"
	is "$(audit-seal verify --offline "$EVIDENCE.zst")" "$output"
	is "$(audit-seal verify --offline - <"$EVIDENCE.zst")" "$output"
	head -c 2000 "$EVIDENCE.zst" >"$BATS_TEST_TMPDIR/cut.zst"
	run -3 --separate-stderr audit-seal verify --offline "$BATS_TEST_TMPDIR/cut.zst"
	is "$stderr" "audit-seal: $BATS_TEST_TMPDIR/cut.zst: it is cut off"
}

@test "a file that is none, and what cannot go together, is misuse" {
	local bad

	run -2 --separate-stderr audit-log --from "$BATS_TEST_TMPDIR/nothing"
	is "$output" ""
	run -2 --separate-stderr audit-log --from "$EVIDENCE" --from nothing
	is "$output" ""
	for bad in --follow '--checkpoint c'; do
		# shellcheck disable=SC2086 # two words
		run -2 --separate-stderr audit-log --from "$EVIDENCE" $bad
		[[ $stderr == *--from* ]]
	done
	run -3 --separate-stderr audit-log --from "$BATS_TEST_TMPDIR"
	is "$output" ""
	: >"$BATS_TEST_TMPDIR/empty"
	run -0 audit-log --from "$BATS_TEST_TMPDIR/empty"
	is "$output" ""
}

@test "a word that neither the trail nor the file knows is refused" {
	run -2 --separate-stderr audit-log --from "$EVIDENCE" --field nothing
	is "$output" ""
	is "$stderr" "audit-log: --field nothing: no such column"
	run -2 --separate-stderr audit-log --from "$EVIDENCE" -t nothing
	is "$output" ""
	run -1 audit-log --from "$EVIDENCE" --id 00
	run -2 audit-log --from "$EVIDENCE" --id 0
	run -2 audit-log --from "$EVIDENCE" --id x
	run -2 audit-log --from "$EVIDENCE" --addr x
}

@test "a table is asked for in the trail that the file is of" {
	other_database
	audit-rule init
	sql 'create schema s' 'create table s.part(id int primary key)'
	audit-rule add s.part
	run -2 --separate-stderr audit-log --from "$EVIDENCE" -t s.part
	is "$output" ""
	[[ $stderr == *"another trail"* ]]
	drop_other_database
	PGDATABASE=${PGDATABASE%_two}
	# lines without numbers of records
	audit-log >"$BATS_TEST_TMPDIR/lines"
	run -1 --separate-stderr audit-log --from "$BATS_TEST_TMPDIR/lines" -t s.part
	[[ $stderr == *"no evidence"* ]]
}

@test "a reader may ask about a file that he has" {
	make_role from_reader login
	sql 'grant usage on schema s to from_reader' 'grant select on s.part to from_reader'
	audit-rule grant from_reader reader >/dev/null
	run -0 --separate-stderr as from_reader audit-log --from "$EVIDENCE" --op delete
	is "$output" "$(audit-log --op delete)"
	run -0 --separate-stderr as from_reader audit-log --from "$EVIDENCE" -t s.link --by op
	is "$output" "$(audit-log -t s.link --by op)"
	audit-rule revoke from_reader reader >/dev/null
	sql 'drop owned by from_reader' 'drop role from_reader'
}
