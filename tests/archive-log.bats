#!/usr/bin/env bats
# audit-log of an archive database, alone and beside a live one

load helper
load archive

setup_file() {
	two_trails
}

teardown_file() {
	drop_trails
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	# what each database says of itself, without any filter
	audit-log >a
	audit-log -d "$B" >b
	audit-log -d "$C" >c
	# and what both have to say together, put together by another program
	{ named crm <a; jq -c 'select(.trail == "crm")' c; } |
		jq -sc 'unique_by(.id)[]' >both
}

archive() {
	audit-log -d "$C" "$@"
}

both() {
	audit-log --archive "dbname=$C" "$@"
}

# same FILE JQ-FILTER COMMAND... - what it prints is what jq makes of that file
same() {
	jq -c "$2" "$1" >wanted
	"${@:3}" | jq -c . >got
	[ -s wanted ]
	diff wanted got
}

# has_lines N FILE - it has so many
has_lines() {
	[ "$(wc -l <"$2")" = "$1" ]
}

# ALONE

@test "an archive's events are those of its trails, in the order of their ids" {
	{ named crm <a; named shop <b; } | jq -sc 'sort_by(.id)[]' |
		grep -v -e '"actor":"zoe"' >wanted
	jq -c 'select(.trail != "archive")' c >got
	# what was sealed after it was read is not there yet
	grep -Fxf got wanted >there
	diff there got
	[ "$(jq -r .trail got | sort -u | paste -sd' ')" = 'crm shop' ]
	[ "$(wc -l <got)" -gt 40 ]
}

@test "the trail is the last key of a line" {
	is "$(archive | head -n 1 | jq -r 'keys_unsorted[-1]')" trail
	is "$(both -l 1 | jq -r 'keys_unsorted[-1]')" trail
	is "$(audit-log -l 1 | jq -r 'keys_unsorted[-1]')" redacted
}

@test "--trail picks trails by name, pattern and id" {
	same c 'select(.trail == "shop")' archive --trail shop
	same c 'select(.trail == "shop")' archive --trail 's*'
	same c 'select(.trail == "crm")' archive \
		--trail "$(sql 'select left(id::text, 13) from audit.trail')"
	same c 'select(.trail != "archive")' archive --trail crm --trail shop
}

@test "a trail that is not there is misuse, and so is --trail of one that is none" {
	run -2 --separate-stderr archive --trail nope
	[ "$output" = '' ]
	[[ $stderr == *'no such trail: nope'*'crm, shop'* ]]
	run -2 --separate-stderr audit-log --trail crm
	[[ $stderr == *'no archive database'* ]]
	run -2 --separate-stderr audit-log --from a --trail crm
	[[ $stderr == *'--from with --trail'* ]]
}

@test "filters mean in an archive what they mean in a trail" {
	same c 'select(.actor == "bob")' archive -a bob
	same c 'select(.op == "delete")' archive --op delete
	same c 'select(.rules // [] | index("items"))' archive --rule items
	same c 'select(.new.price? // null | . != null)' archive --field price \
		--op insert,update
	same c 'select([.old, .new] | map(.name? // "") | index("item 5"))' \
		archive --value 'item 5'
	same c 'select(.reason == "why" and .trail == "shop")' \
		archive --trail shop -a bob
}

@test "-t means the tables of that name in all trails, under all their names" {
	same c 'select(.table == "item")' archive -t item
	same c 'select(.table == "old" or .table == "renamed")' archive -t renamed
	same c 'select(.table == "old")' archive -t old
	same c 'select(.table == "only_b")' archive -t only_b
	same c 'select((.table // "") | startswith("only_"))' archive -t 'only_*'
	same c 'select(.table == "item" and .trail == "shop")' \
		archive -t item --trail shop
	run -2 --separate-stderr archive -t only_b --trail crm
	[[ $stderr == *'no such table'* ]]
}

@test "-k finds a record in each trail, also by several columns" {
	same c 'select(.table == "item" and .key.id == 5)' archive -t item -k 5
	same c 'select(.table == "Odd \"T")' archive -t '"Odd ""T"' \
		-k '{"c": "x,y", "a b": 1}'
	same c 'select(.table == "item" and .key.id < 3)' archive -t item -k - \
		< <(printf '1\n2\n')
}

@test "-l, --reverse and --id" {
	is "$(archive -l 7)" "$(tail -n 7 c)"
	is "$(archive --reverse)" "$(tac c)"
	is "$(archive --reverse -l 3)" "$(tac c | head -n 3)"
	line=$(sed -n 20p c)
	is "$(archive --id "$(jq -r .id <<<"$line")")" "$line"
}

@test "events are counted, by trail too" {
	is "$(archive --count)" "{\"count\":$(wc -l <c)}"
	jq -rs 'group_by(.trail, .op)[] | [.[0].trail, .[0].op, length] | @tsv' \
		c | sort >wanted
	archive --by trail,op | jq -r '[.trail, .op, .count] | @tsv' | sort >got
	diff wanted got
}

@test "a table has a column for the trail, where there are several" {
	archive -f table -l 1 >several
	grep -q ' TRAIL ' several
	grep -q ' shop ' several
	archive -f table -l 1 --trail shop >one
	run ! grep TRAIL one
	archive -f table --id "$(tail -n 1 c | jq -r .id)" >whole
	grep -Eq '^trail +shop$' whole
	audit-log -f table --id "$(tail -n 1 a | jq -r .id)" >live
	run ! grep trail live
}

# BESIDE A LIVE DATABASE

@test "both together are one stream, each event once" {
	both >got
	diff both <(jq -c . got)
	is "$(jq -r .id got | sort | uniq -d)" ''
	is "$(jq -r .trail got | sort -u)" crm
}

@test "what is gone from the trail comes from the archive" {
	cp a before
	gone "actor = 'alice' or op = 'delete'"
	run ! grep alice <(audit-log)
	named crm <before >wanted
	diff wanted <(both | jq -c .)
	diff <(jq -c 'select(.table == "item" and .key.id == 1)' wanted) \
		<(both -t item -k 1 | jq -c .)
}

@test "filters are heeded by both" {
	same both 'select(.actor == "alice")' both -a alice
	same both 'select(.actor == "zoe")' both -a zoe
	same both 'select(.table == "item")' both -t item
	same both 'select(.table == "old" or .table == "renamed")' both -t renamed
	same both 'select(.op == "insert" or .op == "delete")' both --op insert,delete
	same both 'select(.table == "Odd \"T")' both -t '"Odd ""T"' \
		-k '{"c": "x,y", "a b": 1}'
	same both 'select([.old, .new] | map(.name? // "") | index("item 5"))' \
		both --value 'item 5'
}

@test "the newest, and from behind" {
	is "$(both -l 9 | jq -c .)" "$(tail -n 9 both)"
	is "$(both -l 1000 | jq -c .)" "$(cat both)"
	is "$(both --reverse | jq -c .)" "$(tac both)"
	is "$(both --reverse -l 20 | jq -c .)" "$(tac both | head -n 20)"
	is "$(both -l 4 -t item -a alice | jq -c .)" \
		"$(jq -c 'select(.table == "item" and .actor == "alice")' both | tail -n 4)"
}

@test "counts of both are exact" {
	is "$(both --count)" "{\"count\":$(wc -l <both)}"
	is "$(both --count -a alice)" \
		"{\"count\":$(jq -c 'select(.actor == "alice")' both | wc -l)}"
	is "$(both --count -a nobody)" '{"count":0}'
	jq -rs 'group_by(.table, .op)[] | [.[0].table, .[0].op, length] | @tsv' \
		both | sort >wanted
	both --by table,op | jq -r '[.table, .op, .count] | @tsv' | sort >got
	diff wanted got
	is "$(both --by trail)" "{\"trail\":\"crm\",\"count\":$(wc -l <both)}"
	both --by op,trail -f table >shown
	grep -Eq '^insert +crm +[0-9]+$' shown
}

@test "--trail shows other trails of the archive, too" {
	{ cat both; jq -c 'select(.trail != "crm")' c; } |
		jq -sc 'sort_by(.id)[]' >all
	same all . both --trail '*'
	same all 'select(.trail == "crm" or .trail == "shop")' \
		both --trail crm --trail shop
	same c 'select(.trail == "shop")' both --trail shop
	is "$(both --count --trail '*')" "{\"count\":$(wc -l <all)}"
	same all 'select(.actor == "alice")' both --trail '*' -a alice
}

@test "a name that only one of them knows is none of the other's" {
	same c 'select(.table == "only_b")' both --trail '*' -t only_b
	sql 'create table fresh(id int primary key)'
	audit-rule add fresh
	sql 'insert into fresh values (1)'
	is "$(both -t fresh -k 1 | jq -c '[.table, .trail]')" '["fresh","crm"]'
	run -2 --separate-stderr both -t nowhere
	[[ $stderr == *'-t nowhere: no such table'* ]]
	run -2 --separate-stderr both --rule nowhere
	[[ $stderr == *'--rule nowhere: no such rule'* ]]
}

@test "--id finds an event in either" {
	gone=$(jq -r 'select(.actor == "alice") | .id' both | head -n 1)
	is "$(both --id "$gone" | jq -c .)" "$(grep -F "$gone" both)"
	both -f table --id "$gone" >shown
	grep -Eq '^trail +crm$' shown
	here=$(jq -r 'select(.actor == "zoe") | .id' both | head -n 1)
	is "$(both --id "$here" | jq -c .)" "$(grep -F "$here" both)"
	run -1 --separate-stderr both --id 00000000-0000
	[[ $stderr == *'no such event'* ]]
}

@test "what was erased from the trail is not shown as the archive has it" {
	sql "insert into item values (20, 'secret name', 1)"
	ship_both
	both --value 'secret name' | grep -q 'secret name'
	audit-purge erase -y -t item -k 20 --why test >/dev/null 2>&1
	run ! grep 'secret name' <(both)
	run ! grep 'secret name' <(both --value 'secret name')
	run ! grep 'secret name' <(both --grep '^secret' --reverse -l 3)
	is "$(both --value 'secret name' --count)" '{"count":0}'
	is "$(both -t item -k 20 | jq -c '[.new, .redacted]')" \
		'[{"id":20},["@label","name","price"]]'
	archive --value 'secret name' | grep -q 'secret name'
}

@test "whose failure it is is said, and no connection string" {
	run -3 --separate-stderr audit-log --archive 'dbname=nowhere password=xyz'
	[ "$output" = '' ]
	[[ $stderr == 'audit-log: archive: '* ]]
	[[ $stderr != *xyz* ]]
	run -3 --separate-stderr audit-log -d nowhere --archive "dbname=$C"
	[[ $stderr == 'audit-log: live database: '* ]]
}

@test "what does not go together is misuse" {
	run -2 --separate-stderr both --follow
	[[ $stderr == *'--follow with --archive'* ]]
	run -2 --separate-stderr both --checkpoint file
	[[ $stderr == *'--checkpoint with --archive'* ]]
	run -3 --separate-stderr audit-log --archive "dbname=$B"
	[[ $stderr == *'no archive database'* ]]
	run -2 --separate-stderr both -d "$C"
	[[ $stderr == *'an archive itself'* ]]
}

@test "a trail that was never shipped is not looked for in the archive" {
	PGDATABASE=${A}_b psql -qd postgres -c "create database ${A}_d"
	audit-rule init -d "${A}_d"
	run -2 --separate-stderr audit-log -d "${A}_d" --archive "dbname=$C"
	[[ $stderr == *"does not have this database's trail"* ]]
	is "$(audit-log -d "${A}_d" --archive "dbname=$C" --trail '*' --count)" \
		"{\"count\":$(($(archive | wc -l) + 1))}"
	psql -qd postgres -c "drop database ${A}_d (force)"
}

@test "a reader is told that it takes an auditor" {
	sql 'create role archive_log_reader login'
	audit-rule grant archive_log_reader reader
	run -3 --separate-stderr as archive_log_reader both
	[[ $stderr == *'audit-rule grant ROLE auditor'* ]]
	audit-rule revoke archive_log_reader reader
	audit-rule grant archive_log_reader auditor
	run -3 --separate-stderr as archive_log_reader both
	[[ $stderr == *'archive: '*'auditor, in the archive'* ]]
	sql 'drop owned by archive_log_reader' 'drop role archive_log_reader'
}

# AS SEALS ARRIVE

@test "--follow prints what arrives, each event once, in the order of the seals" {
	# the tool itself, not a subshell that has it as a child
	audit-log -d "$C" --follow --interval '50 ms' >followed 2>err 3>&- &
	follower=$!
	audit-log -d "$C" --follow --interval '50 ms' --trail shop --op insert \
		>inserts 3>&- &
	other=$!
	# it has begun when what is there is behind it
	await gives 2 "select count(*) from pg_stat_activity
		where application_name = 'audit-log' and query ~ 'arrived'"
	for i in 1 2; do
		sql "insert into item values (10$i, 'new', $i)"
		PGDATABASE=$B sql "insert into item values (20$i, 'new', $i)"
		ship_both
	done
	archive >after
	await has_lines "$(grep -cFvxf c after)" followed
	await has_lines 2 inserts
	kill "$follower" "$other"
	is "$(jq -r .id followed | sort | uniq -d)" ''
	is "$(jq -c 'select(.op == "insert") | [.trail, .key.id]' followed |
		sort | paste -sd' ')" \
		'["crm",101] ["crm",102] ["shop",201] ["shop",202]'
	grep -Fxf after followed | diff - followed
	is "$(jq -c .key.id inserts | paste -sd' ')" '201 202'
	is "$(jq -r 'select(.trail == "crm") | .id' followed)" \
		"$(jq -r 'select(.trail == "crm") | .id' followed | sort)"
}

@test "--follow of an archive begins with what arrives" {
	run -2 --separate-stderr archive --follow -s yesterday
	[[ $stderr == *'from now on'* ]]
	run -2 --separate-stderr archive --follow -l 3
	[[ $stderr == *'from now on'* ]]
	run -2 --separate-stderr archive --checkpoint file
	[[ $stderr == *'--checkpoint of an archive database'* ]]
}

@test "audit-session says where an archive has what it asks for" {
	run -3 --separate-stderr audit-session list -d "$C"
	[ "$output" = '' ]
	[[ $stderr == *'audit-log --op login,logout,'* ]]
	run -3 --separate-stderr audit-session show -d "$C" 01a20297
	[[ $stderr == *'--session ID'* ]]
	sql "select from audit.open_session('carol', '10.1.2.3', 'agent')"
	ship_both
	is "$(archive --op login,logout | jq -c '[.op, .actor, .trail]')" \
		'["login","carol","crm"]'
	session=$(archive --op login | jq -r .session)
	is "$(archive --session "$session" --count)" '{"count":1}'
}

@test "audit-diff --names says that an archive has none" {
	archive -t item -a bob --trail crm >events
	audit-diff --names -f json <events >wanted
	[ -s wanted ]
	audit-diff --names -d "$C" -f json <events >got 2>err
	grep -q 'no names; -d is for' err
	diff <(jq -c 'del(.old_name, .new_name)' wanted) \
		<(jq -c 'del(.old_name, .new_name)' got)
}
