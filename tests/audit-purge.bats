#!/usr/bin/env bats
# audit-purge policy and approve: how long events are kept, who has a say, and
# what a purger may do

# a test is a subshell
# shellcheck disable=SC2030,SC2031

load audit-purge

setup_file() {
	purge_database
}

teardown_file() {
	purge_end
}

setup() {
	no_policies
	no_holds
	no_acts
	begin_trail
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	[ -z "${session-}" ] || kill "$session" 2>/dev/null || :
}

# keeps - tables, operations and intervals of the policies, in their order
keeps() {
	audit-purge policy list | jq -r '"\(.table) \(.ops // [] | join(",")) \(.keep)"'
}

# cutoff TABLE OP - by which policy it may go, and how long it is kept; null for
# no table
cutoff() {
	sql "select c.policy || ' ' || justify_hours(date_trunc('hour', now() - c.before))
		from audit.retention_cutoffs(now()) c
		left join audit.relation r on r.id = c.rel
		where r.\"table\" is not distinct from $(
			[ "$1" = null ] && echo null || echo "'$1'") and c.op = '$2'"
}

# policies

@test "a policy is set, printed and taken away, and each is an event" {
	run -0 --separate-stderr purge policy set -t shop.customer --op update,insert --keep '180 days'
	is "$stderr" ""
	is "$(jq -c 'del(.at)' <<<"$output")" \
		'{"policy":1,"table":"shop.customer","ops":["insert","update"],"keep":"180 days","role":"purge_one"}'
	line=$output
	is "$(purge policy)" "$line"
	is "$(purge policy list)" "$line"
	run -0 --separate-stderr other policy set -t shop.customer --op insert,update --keep '1 year'
	is "$(jq -c '[.policy, .keep, .role]' <<<"$output")" '[2,"1 year","purge_two"]'
	run -0 --separate-stderr purge policy unset -t shop.customer --op insert,update
	is "$(jq -c '[.policy, .keep]' <<<"$output")" '[2,"1 year"]'
	is "$(purge policy)" ''
	is "$(acts "op, role, key, old ->> 'keep', new ->> 'keep'")" \
		'policy|purge_one|{"policy": 1}||180 days
policy|purge_two|{"policy": 2}|180 days|1 year
policy|purge_one|{"policy": 2}|1 year|'
}

@test "the very same again does nothing, and says so with -v" {
	purge policy set -t line --keep '30 days'
	line=$(purge policy)
	run -0 --separate-stderr other policy set -v -t line --keep '30 days'
	is "$output" "$line"
	is "$stderr" 'audit-purge: it was so already'
	# as long, but not the same
	other policy set -t line --keep '1 month' >/dev/null
	is "$(keeps)" 'public.line  1 mon'
	run -0 --separate-stderr purge policy unset -v --op insert
	is "$output" ''
	is "$stderr" 'audit-purge: there was no such policy'
	is "$(acts "new ->> 'keep'")" '30 days
1 mon'
}

@test "what is no time to keep anything is refused: nothing is set" {
	for keep in 30 ' 30 ' 1e3 '@ 30' '-30 ago' 1-2 0 '0 days' '-1 day' \
		'1 day ago' '1 month -29 days' '1 day -23 hours' now today \
		infinity -infinity null NULL '' ' ' '1001 years' '99999999999 years' \
		'2026-01-01' "1 day'; drop table line" $'1 day\n\x01'; do
		run -2 --separate-stderr purge policy set --keep "$keep"
		is "$output" ""
		[[ $stderr == "audit-purge: policy: keep: "* ]]
	done
	refused 22023 'select audit.put_retention(null, null, null)'
	is "$(purge policy)" ''
	for keep in '1 second' 30d P1Y '1000 years' '1 year 6 months'; do
		purge policy set --keep "$keep" >/dev/null
	done
	is "$(keeps)" 'null  1 year 6 mons'
}

@test "called wrongly it sets nothing and prints nothing" {
	local arguments
	while read -r arguments; do
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr purge policy $arguments
		is "$output" ""
		[[ $stderr == "audit-purge: "* ]]
	done <<-'END'
		set
		set -t line
		--keep 1y
		list --keep 1y
		-t line
		nonsense
		unset --keep 1y
		set --keep 1y -f json
		set --keep 1y --require-approval
		set --require-approval --act 1
		set --keep 1y --act 1
		set -t unaudited --keep 1y
		set -t nosuch --keep 1y
		set -t pg_class --keep 1y
		set -t audit.event --keep 1y
		set -t a.b.c.d --keep 1y
		set -t line -t nosuch --keep 1y
		set --op rule_add --keep 1y
		set --op insert,nonsense --keep 1y
		set --op purge --keep 1y
		set --op , --keep 1y
		set -t line --op login --keep 1y
		set -t "x --keep 1y
		unset -t nosuch
	END
	run -2 --separate-stderr purge policy set -t '' --keep 1y
	run -2 --separate-stderr purge policy set --op '' --keep 1y
	run -2 --separate-stderr purge policy set -t '*.*.*' --keep 1y
	is "$(purge policy)$(acts op)" ''
}

@test "the most specific policy decides, and alone" {
	purge policy set --keep '365 days' >/dev/null
	purge policy set -t 'shop.*' --keep '30 days' >/dev/null
	purge policy set -t 'shop.c*' --keep '40 days' >/dev/null
	purge policy set -t 'c*' --op update --keep '50 days' >/dev/null
	purge policy set -t 'shop.c*' --op update --keep '60 days' >/dev/null
	purge policy set -t shop.sale --keep '70 days' >/dev/null
	purge policy set --op login,insert --keep '80 days' >/dev/null
	is "$(keeps)" 'shop.sale  70 days
shop.c* update 60 days
shop.c*  40 days
shop.*  30 days
c* update 50 days
null insert,login 80 days
null  365 days'
	is "$(cutoff customer update)" '5 60 days'
	is "$(cutoff customer insert)" '3 40 days'
	is "$(cutoff sale update)" '6 70 days'
	is "$(cutoff line insert)" '7 80 days'
	is "$(cutoff line gap)" '1 365 days'
	is "$(cutoff null login)" '7 80 days'
	is "$(cutoff null logout)" '1 365 days'
	is "$(cutoff customer login)$(cutoff null insert)" ''
	is "$(sql "select count(*) from audit.retention_cutoffs(now()) where op = any('{rule_add,purge,init}')")" 0
}

@test "of two that are alike fewer operations count, then the longer one" {
	purge policy set -t 's*.customer' --op update,insert --keep '1 day' >/dev/null
	purge policy set -t '*p.customer' --op update --keep '2 days' >/dev/null
	is "$(cutoff customer update)" '2 2 days'
	is "$(cutoff customer insert)" '1 1 day'
	purge policy set -t '*s.customer' --op insert,update --keep '9 days' >/dev/null
	purge policy set -t 'sh*ustomer' --op insert --keep '5 days' >/dev/null
	is "$(cutoff customer insert)" '1 1 day'
	purge policy set -t '*p.customer' --op insert --keep '3 days' >/dev/null
	purge policy set -t 's*.customer' --op insert --keep '2 days' >/dev/null
	is "$(cutoff customer insert)" '5 3 days'
}

@test "a policy follows its table; a pattern means former names and new tables" {
	sql 'create table first(id int primary key)' 'create table second(id int primary key)'
	audited first
	audited second
	purge policy set -t first --keep '1 day' >/dev/null
	purge policy set -t 'sec*' --keep '2 days' >/dev/null
	run -0 --separate-stderr purge policy set -t 'thi*' --keep '3 days'
	is "$stderr" 'audit-purge: no table that had a rule is named so yet'
	run -0 --separate-stderr purge policy set -q -t 'nobody*' --keep '3 days'
	is "$stderr" ''
	sql 'alter table first rename to premier' 'alter table second rename to autre' \
		'create table third(id int primary key)'
	audited third
	audit-rule apply --missing </dev/null >/dev/null
	is "$(keeps | grep premier)" 'public.premier  1 day'
	is "$(cutoff premier insert)" '1 1 day'
	is "$(cutoff autre insert)" '2 2 days'
	is "$(cutoff third insert)" '3 3 days'
	# by its former name, also when it is gone
	run -0 --separate-stderr purge policy set -t first --op insert --keep '4 days'
	is "$(cutoff premier insert)" '5 4 days'
	sql 'drop table premier'
	purge policy set -t premier --op delete --keep '5 days' >/dev/null
	purge policy set -t public.first --op update --keep '6 days' >/dev/null
	is "$(cutoff premier delete) $(cutoff premier update) $(cutoff premier truncate)" \
		'6 5 days 7 6 days 1 1 day'
	# another table has the name now
	sql 'create table first(id int)'
	purge policy set -t first --op gap --keep '7 days' >/dev/null
	is "$(cutoff premier gap)" '8 7 days'
	audited first
	purge policy set -t first --op gap --keep '8 days' >/dev/null
	is "$(cutoff premier gap) $(cutoff first gap)" '8 7 days 9 8 days'
	sql 'drop table first, autre, third'
	no_orphans
}

@test "names may be anything; a partition's policy is that of its table" {
	local name=$'"Odd ""s"."t*\'\\"'
	sql 'create schema "Odd ""s"' "create table $name(id int primary key)" \
		'create table parted(id int primary key) partition by list (id)' \
		'create table part1 partition of parted for values in (1)'
	audited "$name" parted
	run -0 --separate-stderr purge policy set -t "$name" --keep '1 day'
	is "$(jq -r .table <<<"$output")" "$name"
	purge policy set -t '"Odd ""s".*' --keep '2 days' >/dev/null
	is "$(sql "select count(distinct policy) from audit.retention_cutoffs(now())")" 1
	run -2 --separate-stderr purge policy set -t part1 --keep '1 day'
	[[ $stderr == *'part1 is a partition: its events are those of public.parted'* ]]
	sql 'drop schema "Odd ""s" cascade' 'drop table parted'
	no_orphans
}

@test "what the session has set does not change what a policy means" {
	local -x PGOPTIONS="-c intervalstyle=sql_standard -c timezone=Asia/Kathmandu
		-c datestyle=german -c search_path=evil,pg_catalog
		-c quote_all_identifiers=on -c transform_null_equals=on"
	sql 'create schema evil' \
		"create function evil.now() returns timestamptz language sql as 'select null::timestamptz'"
	purge policy set -t shop.customer --keep '1 month 2 days' >/dev/null
	is "$(purge policy | jq -r '.table + " " + .keep')" 'shop.customer 1 mon 2 days'
	is "$(acts "new ->> 'keep'")" '1 mon 2 days'
	# months are counted in UTC
	is "$(sql "select distinct before at time zone 'UTC' from
		audit.retention_cutoffs('2026-03-30 20:00:00+00')" | tr . - | cut -c1-8)" '26-02-20'
	sql 'drop schema evil cascade'
}

@test "a session that is read-only by default is told to write" {
	local -x PGOPTIONS='-c default_transaction_read_only=on'
	local act

	run -0 purge policy set --keep '1 year'
	run -0 purge hold add -a alice --why x
	run -0 purge hold release "$(jq .hold <<<"$output")"
	run -0 purge policy unset
	act=$(purge run --prepare | jq -r .act)
	run -0 other approve "$act"
	run -0 purge run -y --act "$act"
	run -0 purge erase -y -a nobody --why x
}

@test "on a terminal policies are a table, and -f says which" {
	purge policy set -t line --op insert,update --keep '180 days' >/dev/null
	purge policy set --require-approval >/dev/null
	run -0 --separate-stderr purge policy -f table
	is "$(awk '{ $1 = $1; print }' <<<"$output" | sed 's/20..-.*//')" \
		'POLICY TABLE OPS KEEP BY AT (UTC)
1 public.line insert, update 180 days purge_one '
	is "$stderr" 'audit-purge: another role has to approve of each act'
	run -0 on_terminal 80 'audit-purge policy'
	[[ $output == *'POLICY TABLE '* ]]
	is "$(awk 'length > 80' <<<"$output")" ''
	run -0 on_terminal 80 'audit-purge policy -f json'
	[[ ${lines[0]} == '{"policy":1,'* ]]
}

# approval

@test "an act that one role has prepared another one approves of, once" {
	id=$(prepared)
	run -0 --separate-stderr purge approve
	is "$(jq -c '[.act == "'"$id"'", .what, .by, .approved, .shown, .does]' <<<"$output")" \
		'[true,"run","purge_one",null,{"n":0},{"removes":[]}]'
	run -1 --separate-stderr purge approve "$id"
	is "$output" ""
	is "$stderr" "audit-purge: act $id was prepared by purge_one: another role has to approve it (UA020)"
	run -0 --separate-stderr other approve "${id:0:8}"
	is "$(jq -r .approved_by <<<"$output")" purge_two
	run -0 --separate-stderr other approve -v "$id"
	is "$stderr" 'audit-purge: it was approved before'
	is "$(acts "op, role, key ->> 'act', new ->> 'what'")" \
		"prepare|purge_one|$id|run
approve|purge_two|$id|run"
	is "$(as purge_one sql "select audit.check_approval('$id', 'run')")" '{"items": []}'
	sql "select audit.end_act('$id')"
	is "$(purge approve)" ''
	is "$(sql "select act is null, done is not null from audit.prepared")" 't|t'
	run -1 --separate-stderr other approve "$id"
	[[ $stderr == *'has been carried out already (UA020)' ]]
}

@test "what an act will do is read from the act, with the names of tables" {
	act="select audit.prepare_act('run', (
		select jsonb_build_object('unsealed', true, 'items', jsonb_agg(jsonb_build_object(
			'rel', r.id, 'op', o, 'before', '2026-01-01Z', 'policy', null)))
		from audit.relation r, unnest('{update,insert}'::text[]) o
		where r.\"table\" in ('line', 'customer')), '{\"n\": \"nothing\"}')"
	as purge_one sql "$act" >/dev/null
	is "$(other approve | jq -c '.does | .removes |= map([.table, .ops])')" \
		'{"removes":[["public.line",["insert","update"]],["shop.customer",["insert","update"]]],"unsealed":true}'
	no_acts
	id=$(purge erase -t line -k '{"sale":1,"n":2}' --why 'x' --prepare | jq -r .act)
	is "$(other approve "$id" | jq -c '[.does.tables, .does.keys, .does.why]')" \
		'[["public.line"],["[\"1\", \"2\"]"],"x"]'
}

@test "what run prepares is approved and carried out by the beginning of its id" {
	purge policy set -t line --keep '1 day' >/dev/null
	purge policy set --require-approval >/dev/null
	run -1 --separate-stderr purge run -y
	id=$(purge run --prepare | jq -r .act)
	run -1 --separate-stderr purge run -y --act "${id:0:9}"
	[[ $stderr == *"act $id has not been approved (UA020)" ]]
	other approve "${id:0:9}" >/dev/null
	purge run -y --act "${id:0:9}" >/dev/null
	is "$(purge approve)" ''
}

@test "a role that was taken on is no other role" {
	sql 'grant purge_one to purge_two'
	id=$(prepared)
	run -1 as purge_two sql 'set role purge_one' "select audit.approve_act('$id')"
	[[ $output == *'another role has to approve'* ]]
	id=$(as purge_two sql 'set role purge_one' "select audit.prepare_act('run', '{}', '{}')")
	run -1 as purge_one sql "select audit.approve_act('$id')"
	[[ $output == *'prepared by purge_one: another role'* ]]
	run -1 as purge_two sql "select audit.approve_act('$id')"
	[[ $output == *'prepared by purge_one: another role'* ]]
	sql 'revoke purge_one from purge_two'
	is "$(acts op "op = 'approve'")" ''
}

@test "an act that is none, or another one, is no approval" {
	id=$(prepared)
	two=$(prepared erase)
	for act in "$id:run:has not been approved" "$two:run:is another one: erase" \
		'00000000-0000-0000-0000-000000000000:run:does not exist'; do
		run -1 as purge_one sql "select audit.check_approval('${act%%:*}', '$(cut -d: -f2 <<<"$act")')"
		[[ $output == *"${act##*run:}"* ]]
	done
	is "$(as purge_one sql "select audit.check_approval(null, 'run')")" ''
	sql "update audit.prepared set id = overlay(id::text placing 'abcd' from 1 for 4)::uuid"
	run -2 --separate-stderr other approve abcd
	is "$stderr" 'audit-purge: abcd: more than one act begins so'
	run -1 --separate-stderr other approve "zz'"
	is "$stderr" "audit-purge: zz': no such act"
	run -1 --separate-stderr other approve abcd%
	run -2 --separate-stderr other approve ''
	run -2 --separate-stderr other approve abcd abcd
	is "$(acts op "op = 'approve'")" ''
}

@test "that acts are approved one role alone cannot switch off" {
	is "$(purge policy set --require-approval)" '{"require_approval":true}'
	is "$(purge policy)" '{"require_approval":true}'
	run -0 --separate-stderr purge policy set --require-approval -v
	is "$stderr" 'audit-purge: it was so already'
	run -1 as purge_one sql "select audit.check_approval(null, 'run')"
	[[ $output == *'this needs the approval of another role'* ]]
	run -1 --separate-stderr purge policy unset --require-approval
	id=$(jq -r .act <<<"$output")
	[[ $stderr == *"audit-purge approve $id; then"* ]]
	# once more is the same
	run -1 --separate-stderr purge policy unset --require-approval
	is "$(jq -r .act <<<"$output")" "$id"
	run -1 --separate-stderr purge policy unset --require-approval --act "$id"
	run -1 --separate-stderr purge approve "$id"
	one=$(prepared)
	other approve "$one" >/dev/null
	run -1 --separate-stderr purge policy unset --require-approval --act "$one"
	other approve "$id" >/dev/null
	is "$(purge policy)" '{"require_approval":true}'
	is "$(purge policy unset --require-approval --act "${id:0:13}")" '{"require_approval":false}'
	is "$(purge policy)" ''
	run -1 --separate-stderr purge policy unset --require-approval --act "$id"
	[[ $stderr == *'has been carried out already'* ]]
	is "$(acts "old, new" "op = 'policy'")" \
		'{"require_approval": false}|{"require_approval": true}
{"require_approval": true}|{"act": "'"$id"'", "require_approval": false}'
}

@test "on a terminal acts say how old they are" {
	id=$(prepared)
	sql "update audit.prepared set at = at - interval '3 days'"
	run -0 on_terminal 100 'audit-purge approve'
	[[ ${lines[1]} == "${id:0:8}  run"*" 3d "*'{"removes": []}'* ]]
	is "$(purge approve | jq '.age_seconds >= 259200')" true
}

# one at a time

@test "while a purge is at work a hold can be added, and nothing else be changed" {
	purge hold add -a alice --why 'x' >/dev/null
	open_session
	say 'select pg_advisory_lock(audit.purge_key())' >/dev/null
	for act in 'policy set --keep 1y' 'policy unset' 'hold release 1' \
		'policy set --require-approval'; do
		# shellcheck disable=SC2086 # words
		run -3 --separate-stderr purge $act
		is "$output" ""
		[[ $stderr == *'another audit-purge is at work (UA023)' ]]
	done
	purge hold add -a bob --why x >/dev/null
	is "$(purge hold | wc -l)" 2
	# but it waits while events are removed, to be seen by the next
	say begin 'select audit.lock_holds()' >/dev/null
	PGOPTIONS='-c lock_timeout=50ms' run -3 --separate-stderr purge hold add -a carl --why x
	[[ $stderr == *'lock timeout'* ]]
	say commit
	close_session
	purge hold add -a carl --why x >/dev/null
	is "$(purge policy)$(purge hold | jq -r .actor | xargs)" 'alice bob carl'
}

# roles

@test "a purger sees no event and no secret, and writes nothing but through audit-purge" {
	for statement in 'table audit.event' 'table audit.visible' 'table audit.session' \
		'select secret from audit.trail' 'table audit.rule' 'table audit.seal_state' \
		'select audit.purge_ticket()' \
		"insert into audit.retention(keep) values ('1 day')" \
		"insert into audit.hold(actor, why) values ('a', 'b')" \
		'delete from audit.hold' 'update audit.purge_setting set require_approval = false' \
		'update audit.prepared set approved = now()' 'truncate audit.retention' \
		"select audit.put_seal(null)" "select audit.put_rule(null)" \
		"select audit.note('policy', null, null, null, null, null, null)" \
		"select audit.grant_kind('purge_one', 'auditor')"; do
		run -1 as purge_one sql "$statement"
		[[ $output == *'permission denied'* || $output == *'does not exist'* ]]
	done
}

@test "who is no purger is told what to grant, and nothing is done" {
	for act in 'policy set --keep 1y' hold 'hold add -a x --why y' 'hold release 1' \
		approve 'policy set --require-approval'; do
		# shellcheck disable=SC2086 # words
		run -3 --separate-stderr as purge_admin audit-purge $act
		is "$output" ""
		[[ $stderr == *'audit-rule grant ROLE purger'* ]]
	done
	is "$(acts op)" ''
}

@test "an auditor sees policies, holds and acts, and changes none" {
	purge policy set --keep 1y >/dev/null
	purge hold add -a alice --why x >/dev/null
	prepared >/dev/null
	is "$(as purge_auditor audit-purge policy)" "$(purge policy)"
	is "$(as purge_auditor audit-purge hold)" "$(purge hold)"
	is "$(as purge_auditor audit-purge approve | jq -r .act)" "$(purge approve | jq -r .act)"
	run -0 as purge_auditor audit-purge report -a alice
	run -0 as purge_auditor audit-purge report -t shop.customer -k 1
	run -3 as purge_auditor audit-purge policy unset
	run -3 as purge_auditor audit-purge hold release 1
	is "$(keeps)" 'null  1 year'
}

@test "what others have on its tables is found, and not given by default" {
	run -0 audit-rule check
	is "$output" ''
	sql 'grant insert on audit.retention to purge_admin' \
		'grant execute on function audit.end_act to public'
	run -1 audit-rule check
	is "$(jq -r '.hole + " " + .table' <<<"$output" | sort)" \
		'foreign_grant audit.end_act(uuid)
foreign_grant audit.retention'
	jq -r '.fix + ";"' <<<"$output" | psql -qX
	run -0 audit-rule check
	other_database
	sql 'alter default privileges grant all on tables to public' \
		'alter default privileges grant all on sequences to public'
	audit-rule init
	run -0 audit-rule check
	is "$output" ''
	drop_other_database
}
