#!/usr/bin/env bats
# audit-purge hold: what no policy and no erasure may touch

load audit-purge

setup_file() {
	purge_database
	audited shop.sale --related
}

teardown_file() {
	purge_end
}

setup() {
	no_holds
	sql 'truncate shop.sale, shop.customer, line'
	begin_trail
	cd "$BATS_TEST_TMPDIR" || return
}

# held [CONDITION] - the events since the test began that are held, and by which
held() {
	sql "select op || ' ' || \"table\" || ' ' || coalesce(array_to_string(audit.holds_of(e), ','), '')
		from audit.event e
		where id >= '$SINCE' and op in ('insert', 'update', 'delete') and audit.holds_of(e) <> '{}'
		order by id"
}

@test "a hold is added, printed and released, and each is an event" {
	run -0 --separate-stderr purge hold add -t shop.customer -k 42 -a alice \
		-s 2026-01-01 -u '2026-02-01 00:00+01' --why $'case "12"\n\\'
	is "$stderr" ''
	is "$(jq -c 'del(.at)' <<<"$output")" \
		'{"hold":1,"table":"shop.customer","key":{"id":"42"},"related":false,"actor":"alice","session":null,"since":"2026-01-01T00:00:00.000000Z","until":"2026-01-31T23:00:00.000000Z","why":"case \"12\"\n\\","role":"purge_one"}'
	line=$output
	is "$(purge hold)" "$line"
	is "$(purge hold list)" "$line"
	run -0 --separate-stderr other hold release 1 --why closed
	is "$output" "$line"
	is "$(purge hold)" ''
	is "$(acts "op, role, key, coalesce(old, new) ->> 'why', new ->> 'why' = 'closed'")" \
		'hold|purge_one|{"hold": 1}|case "12"
\|f
release|purge_two|{"hold": 1}|case "12"
\|t'
}

@test "the very same hold again is the one that there is" {
	purge hold add -t shop.customer --why x >/dev/null
	run -0 --separate-stderr other hold add -v -t shop.customer --why x
	is "$output" "$(purge hold)"
	is "$stderr" 'audit-purge: it is held already'
	purge hold add -t shop.customer --why y >/dev/null
	is "$(purge hold | jq -r .hold | xargs)" '1 2'
	is "$(acts op | wc -l)" 2
}

@test "a hold on a record covers its events, under a former key too" {
	sql "insert into shop.customer values (1, 'a'), (2, 'b')" \
		"update shop.customer set name = 'c'" \
		"update shop.customer set id = 3 where id = 1" \
		"delete from shop.customer where id = 3"
	purge hold add -t shop.customer -k 1 --why x >/dev/null
	is "$(held)" 'insert customer 1
update customer 1
update customer 1'
	purge hold add -t shop.customer -k 3 --why x >/dev/null
	is "$(held | tail -n 2)" 'update customer 1,2
delete customer 2'
}

@test "with --related, what belongs to it as well; without a key, all of the table" {
	sql "insert into shop.customer values (1, 'a'), (2, 'b')" \
		"insert into shop.sale values (7, 1, ''), (8, 2, '')" \
		"insert into line values (1, 1, '')"
	purge hold add -t shop.customer -k 1 --related --why x >/dev/null
	is "$(held)" 'insert customer 1
insert sale 1'
	purge hold add -t shop.sale --why x >/dev/null
	is "$(held | sort)" 'insert customer 1
insert sale 1,2
insert sale 2'
}

@test "all that a hold says must be so; what is unknown is not covered, never null" {
	sql "set audit.actor = 'alice'" "insert into shop.customer values (1, 'a')"
	sql "insert into shop.customer values (2, 'b')"
	sql "set audit.actor = 'alice'" "insert into line values (1, 1, '')"
	purge hold add -t shop.customer -a alice --why x >/dev/null
	is "$(held)" 'insert customer 1'
	purge hold add -a alice -s '1 hour' --why x >/dev/null
	is "$(held)" 'insert customer 1,2
insert line 2'
	purge hold add -a alice -u '1 hour' --why x >/dev/null
	is "$(held | wc -l)" 2
	is "$(sql "select count(*) from audit.event e, audit.hold h where audit.hold_covers(h, e) is null")" 0
}

@test "a session is held by its whole id" {
	sql "insert into audit.session(id, token, actor, role, opened, new_device)
		values ('s-1', '\\x00', 'alice', 'r', now(), false)"
	run -0 --separate-stderr purge hold add --session s-1 --why x
	is "$(jq -r .session <<<"$output")" s-1
	run -2 --separate-stderr purge hold add --session s- --why x
	is "$output" ''
	[[ $stderr == *'no such session: s-'* ]]
	sql 'truncate audit.session'
}

@test "tables and keys are found as audit-log finds them, without seeing an event" {
	sql 'create table old(a int, b text, primary key (a, b))'
	audited old
	sql "insert into old values (1, 'x')" 'alter table old rename to new' \
		"insert into new values (1, 'y')"
	purge hold add -t old -k '{"b":"x","a":1}' --why x >/dev/null
	purge hold add -t new -k '{"a":1,"b":"y"}' --why x >/dev/null
	is "$(purge hold | jq -rc '[.table, .key]')" '["public.new",{"a":"1","b":"x"}]
["public.new",{"a":"1","b":"y"}]'
	sql 'drop table new'
	run -0 --separate-stderr purge hold add -t new -k '{"a":"1","b":"x"}' --why y
	is "$(held | xargs)" 'insert old 1,3 insert new 2'
	# an event later on is held as well
	purge hold add -t line -k '{"sale":1,"n":9}' --why x >/dev/null
	sql "insert into line values (1, 9, '')"
	is "$(held | tail -n 1)" 'insert line 4'
}

@test "keys come from standard input, one a line; bad ones are named" {
	run -1 --separate-stderr purge hold add -t shop.customer -k - --why x < <(
		printf '%s\n' 1 '' nonsense 2)
	is "$(jq -r .key.id <<<"$output" | xargs)" '1 2'
	[[ $stderr == 'audit-purge: line 3: nonsense: '* ]]
	run -0 --separate-stderr purge hold add -t shop.customer -k - --why x </dev/null
	is "$output" ''
}

@test "called wrongly it holds nothing and prints nothing" {
	while read -r arguments; do
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr purge hold $arguments
		is "$output" ""
		[[ $stderr == "audit-purge: "* ]]
	done <<-'END'
		add -a alice
		add --why x
		add -k 1 --why x
		add -t shop.customer --related --why x
		add -t shop.customer -k x --why x
		add -t shop.customer -k 1.5 --why x
		add -t line -k 1 --why x
		add -t line -k {"sale":1} --why x
		add -t shop.* --why x
		add -t nosuch --why x
		add -t unaudited --why x
		add -t shop.customer -t line --why x
		add -s nonsense --why x
		add -s infinity --why x
		add -s 2026-02-01 -u 2026-01-01 --why x
		add -s 12 --why x
		add 1 -a alice --why x
		add -a alice --why x -f json
		list 1
		list -a alice
		list --why x
		nonsense
		release
		release x
		release 0
		release -1
		release 1 -a alice
		release 99999999999
	END
	run -2 --separate-stderr purge hold add -a '' --why x
	run -2 --separate-stderr purge hold add -a alice --why ' '
	run -2 --separate-stderr purge hold add -t '' --why x
	is "$(purge hold)$(acts op)" ''
}

@test "of several all are released, or none" {
	purge hold add -a alice --why x >/dev/null
	purge hold add -a bob --why x >/dev/null
	run -1 --separate-stderr purge hold release 1 7 2 8
	is "$output" ""
	is "$stderr" 'audit-purge: no such hold: 7, 8 (UA024)'
	run -0 --separate-stderr purge hold release 2 1 1
	is "$(jq -r .actor <<<"$output" | xargs)" 'alice bob'
	is "$(acts op | xargs)" 'hold hold release release'
}

@test "in SQL nobody holds what makes no sense" {
	for hold in "null, 1, null, null, false, null, null, null, null, ' '" \
		"null, null, null, null, false, null, null, null, null, 'x'" \
		"null, 999, null, null, false, null, null, null, null, 'x'" \
		"null, null, 5, '{}', false, null, null, null, null, 'x'" \
		"null, r, r::bigint << 32, null, false, null, null, null, null, 'x'" \
		"null, r, 5, '{}', false, null, null, null, null, 'x'" \
		"null, r, null, null, true, null, null, null, null, 'x'" \
		"null, null, null, null, false, 'a', null, '2026-01-01', '2026-01-01', 'x'"; do
		run -1 as purge_one sql "select audit.put_hold($hold)
			from (select min(id) from audit.relation) x(r)"
		[[ $output == *ERROR* ]]
	done
	is "$(purge hold)" ''
}

@test "on a terminal holds are a table" {
	purge hold add -t shop.customer -k 42 --related -a $'al\x1b[31mice' -s 2026-01-01 --why 'case 12' >/dev/null
	run -0 on_terminal 80 'audit-purge hold'
	[[ ${lines[0]} == 'HOLD WHAT '*'AT (UTC)'* ]]
	[[ $output == *' shop.customer 42 and related,'* ]]
	[[ $output != *$'\x1b[31m'* ]]
	run -0 purge hold -f table
	[[ ${lines[1]} == '   1  shop.customer 42 and related, actor al\x1b[31mice, since 2026-01-01 00:00  case 12  purge_one  '* ]]
}
