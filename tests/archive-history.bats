#!/usr/bin/env bats
# audit-history of an archive database, alone and beside a live one

load helper
load archive

setup_file() {
	two_trails
	audit-history item 1 >"$BATS_FILE_TMPDIR/item-1"
	audit-history part 1 >"$BATS_FILE_TMPDIR/part-1"
	audit-history item 1 --related >"$BATS_FILE_TMPDIR/related-1"
	audit-history item 5 >"$BATS_FILE_TMPDIR/item-5"
	audit-history renamed 1 >"$BATS_FILE_TMPDIR/renamed-1"
	gone "actor in ('alice', 'bob') or \"table\" = 'old'"
}

teardown_file() {
	drop_trails
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

archive() {
	audit-history -d "$C" "$@"
}

both() {
	audit-history --archive "dbname=$C" "$@"
}

# as_before FILE COMMAND... - it prints the lines that there were before the
# trail lost events, each with its trail behind the event
as_before() {
	jq -c 'del(.rev, .row, .unknown) + {trail: "crm"} +
		{rev, row, unknown}' "$1" >"$BATS_TEST_TMPDIR/wanted"
	"${@:2}" | jq -c . >"$BATS_TEST_TMPDIR/got"
	[ -s "$BATS_TEST_TMPDIR/wanted" ]
	diff "$BATS_TEST_TMPDIR/wanted" "$BATS_TEST_TMPDIR/got"
}

@test "a record whose events are gone has its whole history beside the archive" {
	is "$(audit-history item 1 | jq -c .op | paste -sd,)" 'null,"update"'
	as_before item-1 both item 1
	as_before item-5 both item 5
	as_before part-1 both part 1
	as_before renamed-1 both renamed 1
}

@test "nothing is twice" {
	both item 1 | jq -r .id >ids
	is "$(sort ids | uniq -d)" ''
	is "$(wc -l <ids)" 3
	is "$(both item 8 | jq -c '[.op, .rev, .trail]')" '["insert",1,"crm"]'
}

@test "its state at a time reaches back to what only the archive has" {
	at=$(sed -n 1p item-1 | jq -r .at)
	is "$(both item 1 --at "$at" | jq -c .row)" \
		'{"id":1,"name":"item 1","price":1.1}'
	is "$(both item 1 --rev 2 | jq -c .row.price)" 2.1
	run -1 both item 5 --at now
	run -1 --separate-stderr both item 1 --at 2000-01-01
	[[ $stderr == *'no such record then'* ]]
}

@test "a purge of the live trail is no remark where the archive has it all" {
	sql 'insert into audit.relation_purged select id, now() from audit.relation' \
		2>/dev/null
	audit-history item 1 2>err >/dev/null
	grep -q 'may have been purged' err
	both item 1 2>err >/dev/null
	is "$(cat err)" ''
	at=$(sed -n 2p item-1 | jq -r .at)
	run -1 audit-history item 1 --at "$at"
	is "$(both item 1 --at "$at" | jq -c .row.price)" 2.1
	sql 'delete from audit.relation_purged'
}

@test "--id names an event that only the archive has" {
	id=$(sed -n 2p item-1 | jq -r .id)
	run -1 audit-history --id "$id"
	is "$(both --id "$id" | jq -c '[.rev, .row.price, .trail]')" \
		'[2,2.1,"crm"]'
	is "$(both --id "$id" --before | jq -c '[.rev, .row.price]')" '[1,1.1]'
	run -1 --separate-stderr both --id 00000000-0000
	[[ $stderr == *'no such event'* ]]
}

@test "--sql brings back what only the archive knows" {
	both item 5 --rev 1 --sql >undo.sql
	psql -qX -v ON_ERROR_STOP=1 <undo.sql
	is "$(sql 'select * from item where id = 5')" '5|item 5|5.50'
	sql 'delete from item where id = 5'
	run -2 --separate-stderr archive item 5 --trail crm --rev 1 --sql
	[[ $stderr == *'not in an archive database'* ]]
}

@test "--related has what belonged to it" {
	as_before related-1 both item 1 --related
	jq -c 'select(.op != null and .actor != "zoe") | [.id, .op, .table, .rev]' \
		related-1 >wanted
	archive item 1 --related --trail crm |
		jq -c 'select(.op != null) | [.id, .op, .table, .rev]' >got
	diff wanted got
}

@test "what was erased from the trail stays unknown" {
	sql "insert into item values (30, 'secret name', 1)" \
		"update item set price = 2 where id = 30"
	ship_both
	audit-purge erase -y -t item -k 30 --why test >/dev/null 2>&1
	run ! grep 'secret name' <(both item 30)
	is "$(both item 30 | jq -c .op | paste -sd,)" '"insert","update"'
	archive item 30 | grep -q 'secret name'
}

@test "an archive alone shows a record of each trail" {
	is "$(archive item 2 | jq -r '[.trail, .op, .rev] | join(" ")')" \
		"$(printf '%s\n' 'crm insert 1' 'crm update 2' 'shop insert 1' \
			'shop update 2')"
	is "$(archive item 1 --trail shop | jq -c '[.trail, .row.price]')" \
		"$(printf '%s\n' '["shop",1.1]' '["shop",2.1]')"
	is "$(archive '"Odd ""T"' '{"a b": 1, "c": "x,y"}' --trail crm |
		jq -c '[.op, .row.v]')" '["insert","v"]'
	is "$(archive renamed 1 --trail crm | jq -c .table | paste -sd,)" \
		'"old","renamed"'
	run -1 --separate-stderr archive item 77
	[[ $stderr == *'item 77: no such record'* ]]
}

@test "a table has a column for the trail" {
	archive -f table item 1 >several
	grep -q ' TRAIL ' several
	grep -Eq '^ +1 .* shop ' several
	archive -f table item 1 --trail shop >one
	run ! grep TRAIL one
}

@test "what an archive cannot tell is refused" {
	run -2 --separate-stderr archive item --at now --trail crm
	[[ $stderr == *'a whole table'* ]]
	run -2 --separate-stderr both item --at now
	[[ $stderr == *'--archive is for one record'* ]]
	run -2 --separate-stderr both item 1 --trail crm
	[[ $stderr == *'--archive with --trail'* ]]
	run -3 --separate-stderr audit-history --archive "dbname=$B" item 1
	[[ $stderr == *'no archive database'* ]]
	run -3 --separate-stderr audit-history --archive 'dbname=none password=xyz' item 1
	[[ $stderr == 'audit-history: archive: '* ]]
	[[ $stderr != *xyz* ]]
}
