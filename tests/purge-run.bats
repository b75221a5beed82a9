#!/usr/bin/env bats
# audit-purge run: what may go is removed, a month or a batch at a time, and
# nothing else

load purge

setup_file() {
	purge_template
}

teardown_file() {
	drop_copy
	drop_database
}

setup() {
	copy
}

all='3 item 40, 3 other 40, 2 item 40, 2 other 40, 1 item 40, 1 other 40, 0 item 5'

@test "without -y and without a terminal it refuses" {
	keeps '*' '1 day'
	run -2 --separate-stderr audit-purge run </dev/null
	is "$output" ''
	[[ $stderr == *'say -y'* ]]
	is "$(left)" "$all"
}

@test "without a policy everything is kept" {
	run -0 --separate-stderr purge
	is "$(lines '[.events, .sessions, .held, .holds]')" '[0,0,0,[]]'
	is "$stderr" ''
	is "$(left)" "$all"
}

@test "-n prints what would go, and changes nothing" {
	keeps item '1 day'
	keeps other '1000 years' update
	keeps '*' '1 day'
	run -0 --separate-stderr audit-purge run -n
	is "$(lines '[.schema, .table, .op, .policy, .events, .held, .unsealed]')" \
		'["public","item","update",1,120,0,0]'
	is "$(lines .from)" "$(sql 'select audit.utc(min(at)) from audit.event')"
	is "$(lines .to)" "$(sql "select audit.utc(max(at)) from audit.event
		where \"table\" = 'item' and op = 'update'")"
	[ "$(lines .bytes)" -gt 5000 ]
	is "$(left)" "$all"
	is "$(purges)" ''
}

@test "-n -f table is for people" {
	run -0 --separate-stderr audit-purge run -n -f table --before '1 day' -t item
	is "${#lines[@]}" 2
	[[ ${lines[0]} == TABLE*OP*POLICY*FROM*TO*EVENTS*SIZE*HELD*UNSEALED* ]]
	[[ ${lines[1]} == public.item*update*120* ]]
}

@test "a cutoff is explicit and in the past" {
	local before

	for before in now 0 '0 days' -7d '' NULL null tomorrow infinity -infinity \
		'-1 second' '1 day -2 days' 12 2026 '2999-01-01'; do
		run -2 --separate-stderr purge --before "$before" -t item
		is "$output" ''
		[[ $stderr == *"--before $before: "* ]]
	done
	is "$(left)" "$all"
}

@test "what makes no sense is misuse" {
	local how

	for how in '--before yesterday' '-t item' '--op update' \
		'--before yesterday -t nosuch' '--before yesterday -t no*such' \
		'--before yesterday -t item --op rule_add' \
		'--before yesterday -t item --op login' \
		'--prepare -n' '--wait soon' '--wait -1s' \
		'--act 9a7d7870-0000-4000-8000-000000000000 --unsealed'; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr purge $how
		is "$output" ''
		[ -n "$stderr" ]
	done
	is "$(left)" "$all"
}

@test "a month goes as a whole, then its partition" {
	keeps '*' '1 day'
	run -0 --separate-stderr purge
	is "$stderr" ''
	is "$(lines 'select(.month) | [.partition, .how, .events]')" \
		"$(printf '["event_ago_%s","%s",%s]\n' 3 month 80 3 drop 0 \
			2 month 80 1 month 80 1 drop 0)"
	is "$(lines 'select(.month and .events > 0) | .policy')" \
		"$(printf '[1]\n%.0s' 1 2 3)"
	is "$(lines 'select(.run) | [.events, .held]')" '[240,0]'
	is "$(left)" '0 item 5'
	is "$(sql "select count(*) from audit.partition
		where part::text like '%ago%'")" 1
}

@test "of a month that has few events goes just what -n says" {
	local before

	before=$(sql "select ago(2) + interval '20 minutes 1 second'")
	audit-purge hold add -t item -k 7 --why x >/dev/null
	is "$(audit-purge run -n --before "$before" -t item | jq .events)" 54
	run -1 --separate-stderr purge --before "$before" -t item
	is "$(lines 'select(.run) | [.events, .held]')" '[54,6]'
	is "$(left)" '3 item 4, 3 other 40, 2 item 22, 2 other 40, 1 item 40, 1 other 40, 0 item 5'
	is "$(audit-purge run -n --before "$before" -t item | jq .events)" 0
	seal
	run -0 audit-seal verify
}

@test "acts of the trail stay as they were when their month goes" {
	local was now

	was=$(sql "select e, xmax from audit.event e where op <> 'purge'
		and record is null order by id")
	purge --before '1 day' -t item -t other >/dev/null
	now=$(sql "select e, xmax from audit.event e where op <> 'purge'
		and record is null order by id")
	is "$now" "$was"
	is "$(sql 'select count(*) from audit.event_ago_2')" 1
}

@test "the event of a month says what went" {
	local root

	purge --before '1 day' -t item -t other >/dev/null
	is "$(purges 'select(.how == "month") | [.partition, .month, .events,
			.unsealed, .upto, .policy, .archive, .act]' | head -n 1)" \
		"[\"event_ago_3\",\"$(sql "select to_char(ago(3), 'YYYY-MM')")\",80,0,0,null,null,null]"
	is "$(purges 'select(.partition == "event_ago_2") | .kept')" \
		"$(sql "select to_json(array_agg(id)) from audit.event_ago_2")"
	root=$(sql "select encode(sha256(decode(m ->> 'root', 'hex')), 'hex')
		from audit.seal, json_array_elements(line::json -> 'months') m
		where m ->> 'month' = to_char(ago(3), 'YYYY-MM')")
	is "$(purges 'select(.how == "month") | .root' | head -n 1)" "$root"
	is "$(sql "select count(distinct key) from audit.event where op = 'purge'
		and key ->> 'run' = new ->> 'run' and role = session_user")" 1
}

@test "what is mixed goes in batches, and claims just its leaves" {
	sql "create table was as select id from audit.event where \"table\" = 'item'
		and op = 'update'"
	# what one of them has not got is in another seal
	sql "select events(ago(2) + interval '30 seconds', 'item', 20)" >/dev/null
	seal
	sql "insert into was select id from audit.event where \"table\" = 'item'
		and op = 'update' except select id from was"
	# more than a few are to stay
	sql "select events(ago(m), 'other', 1001) from generate_series(2, 3) m" >/dev/null
	seal
	run -0 --separate-stderr purge --before '1 day' -t item
	is "$(lines 'select(.month and .events > 0) | [.partition, .how, .events]')" \
		"$(printf '["event_ago_%s","%s",%s]\n' 3 batch 40 2 batch 60 1 month 40)"
	is "$(sql "select count(*) from audit.event where \"table\" = 'item' and op = 'update'")" 0
	# each place that is claimed is one that went, and each that went is claimed
	script <<-'END' >"$BATS_TEST_TMPDIR/claims"
		create table claimed as
		select e.id as event, c.n as claim, p as pos, substr(l.leaves, p * 48 + 1, 16) as id, substr(l.leaves, p * 48 + 17, 32) as hash
		from audit.event e, jsonb_array_elements(e.new -> 'claims') with ordinality c(c, n),
		  unnest(string_to_array(c ->> 3, ',')) r,
		  generate_series(split_part(r, '-', 1)::int, coalesce(nullif(split_part(r, '-', 2), ''), r)::int) p,
		  audit.leaf l
		where e.op = 'purge' and (l.month, l.seal, l.n) = (c ->> 0, (c ->> 1)::bigint, (c ->> 2)::int);
		select count(*), count(distinct id) from claimed;
		select count(*) from claimed c left join was w on uuid_send(w.id) = c.id where w.id is null;
		select e.new ->> 'root' = encode(sha256(string_agg(c.hash, '' order by c.claim, c.pos)), 'hex')
		from audit.event e join claimed c on c.event = e.id group by e.id, e.new;
	END
	is "$(cat "$BATS_TEST_TMPDIR/claims")" "$(printf '100|100\n0\nt\nt')"
}

@test "only operations that are named go" {
	sql "select events(ago(3), 'item', 3, 'delete')" >/dev/null
	seal
	purge --before '1 day' -t item --op delete,insert >/dev/null
	is "$(left)" "$all"
	is "$(sql "select count(*) from audit.event where op = 'delete'")" 0
}

@test "this month goes in batches only" {
	run -0 --separate-stderr purge --before '1 microsecond' -t item
	is "$(lines 'select(.partition == "event_" + (now | strftime("%Y_%m"))) | [.how, .events]')" \
		'["batch",5]'
	is "$(sql "select count(*) from audit.event where op = 'purge'
		and new ->> 'how' = 'month' and new ->> 'month' = to_char(now() at time zone 'UTC', 'YYYY-MM')")" 0
	is "$(left)" '3 other 40, 2 other 40, 1 other 40'
}

@test "what found no month goes in batches" {
	sql "select events(ago(40), 'item', 30)" >/dev/null
	seal
	run -0 --separate-stderr purge --before '1 day' -t item
	is "$(lines 'select(.partition == "event_rest") | [.month, .how, .events]')" \
		'["rest","batch",30]'
	is "$(sql 'select count(*) from audit.event_rest')" 0
}

@test "what no seal covers stays, and is said" {
	sql "select events(ago(3) + interval '1 second', 'item', 7)" >/dev/null
	run -1 --separate-stderr purge --before '1 day' -t item -t other
	[[ $stderr == *'7 events that may go are not sealed yet: run audit-seal'* ]]
	is "$(left)" '3 item 7, 0 item 5'
	run -0 --separate-stderr purge --before '1 day' -t item -t other --unsealed
	is "$(left)" '0 item 5'
	is "$(purges 'select(.unsealed > 0) | [.events, .unsealed, .claims]')" \
		'[7,7,[]]'
}

@test "a trail that was never sealed loses nothing" {
	sql "alter table audit.seal disable trigger all" \
		"delete from audit.seal"
	run -1 --separate-stderr purge --before '1 day' -t item
	[[ $stderr == *'120 events that may go are not sealed yet'* ]]
	is "$(left)" "$all"
}

@test "a trail that was restored has to be sealed first" {
	sql "alter table audit.seal disable trigger all" \
		"update audit.seal set line = regexp_replace(line, '\"system\":\"[0-9]*\"', '\"system\":\"1\"')"
	run -1 --separate-stderr purge --before '1 day' -t item
	[[ $stderr == *'Run audit-seal first'* ]]
	is "$(left)" "$all"
}

@test "what is held survives a policy" {
	sql "select audit.put_hold('item', r.id, audit.record(r.id, '3'), '{\"id\": 3}',
		false, null, null, null, null, 'court') from audit.relation r
		where r.\"table\" = 'item'" >/dev/null
	keeps '*' '1 day'
	run -0 --separate-stderr purge
	is "$stderr" ''
	is "$(lines 'select(.run) | [.events, .held, .holds]')" '[228,12,[1]]'
	is "$(left)" '3 item 4, 2 item 4, 1 item 4, 0 item 5'
	run -0 --separate-stderr audit-purge run -n
	is "$(lines '[.table, .events, .held]')" '["item",0,12]'
}

@test "run --before says what is held, and the rest goes" {
	sql "select audit.put_hold('item', r.id, null, null, false, null, null,
		ago(2), null, 'audit') from audit.relation r
		where r.\"table\" = 'item'" >/dev/null
	run -1 --separate-stderr purge --before '1 day' -t item -t other
	[[ $stderr == *'80 events that may go are held, by hold 1' ]]
	is "$(left)" '2 item 40, 1 item 40, 0 item 5'
}

@test "another one at work: exit 3 at once" {
	open_session
	say "select pg_advisory_lock(audit.purge_key())"
	run -3 --separate-stderr purge --before '1 day' -t item
	close_session
	is "$output" ''
	[[ $stderr == *'another audit-purge is at work' ]]
	is "$(left)" "$all"
}

@test "no function removes anything for who has not the lock" {
	local items='[{"rel": 1, "op": "update", "before": "2001-01-01"}]'

	refused UA023 "select audit.purge_batch(gen_random_uuid(), 'audit.event_ago_3', '$items')"
	refused UA023 "select audit.purge_month(gen_random_uuid(), 'audit.event_ago_3', '$items')"
	refused UA023 "select audit.purge_drop(gen_random_uuid(), 'audit.event_ago_3', '$items')"
	refused UA023 "select audit.purge_rest(gen_random_uuid(), '$items')"
	refused UA023 "select audit.purge_rewrite('audit.event_ago_3')"
}

@test "items that make no sense are refused" {
	local item

	for item in '{"rel": 1, "op": "rule_add", "before": "2001-01-01"}' \
		'{"rel": null, "op": "update", "before": "2001-01-01"}' \
		'{"rel": 1, "op": "login", "before": "2001-01-01"}' \
		'{"rel": 1, "op": "update", "before": null}' \
		'{"rel": 1, "op": "update", "before": "infinity"}' \
		'{"rel": 1, "op": "update", "before": "2999-01-01"}'; do
		refused 22023 "select pg_advisory_lock(audit.purge_key())" \
			"select audit.purge_batch(gen_random_uuid(), 'audit.event_ago_3', '[$item]')"
	done
	refused UA020 "select pg_advisory_lock(audit.purge_key())" \
		"select audit.purge_month(gen_random_uuid(), 'audit.event_ago_3',
			'[{\"rel\": 1, \"op\": \"update\", \"policy\": 7, \"before\": \"2001-01-01\"}]')"
	# a policy that keeps for longer now
	keeps item '1 day'
	item=$(sql "select jsonb_agg(to_jsonb(c)) from audit.retention_cutoffs(now()) c")
	keeps item '1 year'
	refused UA020 "select pg_advisory_lock(audit.purge_key())" \
		"select audit.purge_batch(gen_random_uuid(), 'audit.event_ago_3', '$item')"
	is "$(left)" "$all"
}

@test "the guard lets through what has a ticket, and that only once" {
	refused 42501 "set audit.purge = 'x'" "delete from audit.event"
	refused 42501 "set audit.purge = 'x'" "truncate audit.event_ago_3"
	local items

	items="[{\"rel\": $(sql "select id from audit.relation where \"table\" = 'item'"),
		\"op\": \"update\", \"before\": \"$(sql 'select ago(0)')\"}]"
	refused 42501 "select pg_advisory_lock(audit.purge_key())" begin \
		"select audit.purge_batch(gen_random_uuid(), 'audit.event_ago_3', '$items')" \
		"delete from audit.event_ago_3"
	is "$(left)" "$all"
}

@test "a reader of a month keeps only that month, and for so long" {
	open_session
	say "begin" "select count(*) from audit.event_ago_3" >/dev/null
	run -3 --separate-stderr purge --before '1 day' -t item -t other --wait 0
	[[ $stderr == *'left for the next run: it is in use by pid '* ]]
	is "$(left)" '3 item 40, 3 other 40, 0 item 5'
	say commit
	close_session
	run -0 --separate-stderr purge --before '1 day' -t item -t other
	is "$(left)" '0 item 5'
}

@test "an empty month that is in use goes the next time" {
	open_session
	say "begin" "select count(*) from audit.event where id < '00000000-0000-7000-8000-000000000000'" >/dev/null
	sql "insert into item values (77, 'x')"
	run -0 --separate-stderr purge --before '1 day' -t item -t other --wait 0
	is "$(lines 'select(.how == "drop") | .month')" ''
	say commit
	close_session
	run -0 --separate-stderr purge --before '1 day' -t item
	is "$(lines 'select(.how == "drop") | .partition')" \
		"$(printf 'event_ago_3\nevent_ago_1')"
}

@test "SIGTERM ends it between two steps" {
	open_session
	say "begin" "lock table audit.hold in exclusive mode"
	audit-purge run -y --before '1 day' -t item >"$BATS_TEST_TMPDIR/out" \
		2>"$BATS_TEST_TMPDIR/err" 3>&- &
	await busy
	kill -TERM $!
	local status=0
	wait $! || status=$?
	is "$status" 3
	say commit
	close_session
	grep -q 'stopped: run it again to go on' "$BATS_TEST_TMPDIR/err"
	is "$(left)" "$all"
}

busy() {
	[ "$(sql "select exists (select from pg_locks l where not l.granted
		and l.relation = 'audit.hold'::regclass)")" = t ]
}

@test "a user at a terminal sees what would go, and is asked" {
	command script -qec "audit-purge run --before '1 day' -t item" /dev/null \
		<<<no >"$BATS_TEST_TMPDIR/no" || is "$?" 1
	grep -q 'TABLE .*UNSEALED' "$BATS_TEST_TMPDIR/no"
	grep -q 'public.item .* 120 ' "$BATS_TEST_TMPDIR/no"
	grep -q 'Remove 120 events for ever' "$BATS_TEST_TMPDIR/no"
	is "$(left)" "$all"
	command script -qec "audit-purge run --before '1 day' -t item" /dev/null \
		<<<yes >"$BATS_TEST_TMPDIR/yes"
	is "$(left)" '3 other 40, 2 other 40, 1 other 40, 0 item 5'
}

@test "a month that is mostly emptied gets smaller" {
	sql "select events(ago(3), 'item', 6000)" \
		"select events(ago(3), 'other', 1500)" >/dev/null
	seal
	local before after
	before=$(sql "select pg_relation_size('audit.event_ago_3')")
	purge --before "$(sql 'select ago(2)')" -t item >/dev/null
	after=$(sql "select pg_relation_size('audit.event_ago_3')")
	[ "$after" -lt $((before / 2)) ]
	is "$(sql "select count(*) from audit.event_ago_3")" 1540
	is "$(sql "select bool_and(has_table_privilege(part, 'trigger')) and count(*) = 2 from audit.partition
		join pg_trigger on tgrelid = part where part::text = 'audit.event_ago_3' and tgname like '!audit%'")" t
}

@test "a policy of sessions lets go those that no event refers to" {
	script <<-'END'
		select audit.open_session('ann');
		select audit.open_session('bob');
		select audit.open_session('eve');
		select audit.close_session(token) from audit.open_session('old');
		select audit.block_actor('eve', 'x');
		update audit.session set opened = ago(3) where actor <> 'ann';
		update audit.session_actor set opened = ago(3) where actor <> 'ann';
		update audit.session_known set first = ago(3), last = ago(3) where actor <> 'ann';
		update audit.session set closed = ago(2), reason = 'logout', seen = ago(2), active = '0' where actor <> 'ann';
		alter table audit.event disable trigger all;
		alter table audit.event_rest disable trigger all;
		do $$ declare p regclass; begin for p in select part from audit.partition loop
		  execute format('alter table %s disable trigger all', p); end loop; end $$;
		-- as if all but bob's had been removed with their month
		delete from audit.event where session in (select id from audit.session where actor in ('eve', 'old'));
	END
	audit-purge policy set --op login,logout --keep '20 days' >/dev/null
	run -0 --separate-stderr purge
	is "$(lines 'select(.run) | .sessions')" 2
	is "$(sql 'select string_agg(actor, $$ $$ order by actor) from audit.session')" 'ann bob'
	is "$(sql 'select string_agg(actor, $$ $$ order by actor) from audit.session_actor')" 'ann bob eve'
	is "$(purges 'select(.how == "sessions") | [.sessions, .actors, .events, .policy]')" \
		'[2,1,0,[1]]'
}

@test "a table that is gone, and all its events, is forgotten" {
	sql "drop table other"
	audit-rule remove other >/dev/null
	audit-rule check >/dev/null || true
	sql "update audit.relation set dropped = now() where \"table\" = 'other'"
	purge --before '1 day' -t item >/dev/null
	is "$(sql "select count(*) from audit.relation where \"table\" = 'other'")" 1
	purge --before '1 day' -t other >/dev/null
	is "$(sql "select string_agg(\"table\", ' ') from audit.relation")" item
	is "$(sql "select string_agg(distinct \"table\", ' ') from audit.relation_name")" item
	is "$(purges 'select(.how == "sessions") | .relations | length')" 1
}

@test "a purger needs to see no event" {
	make_role purge_purger login
	audit-rule grant purge_purger purger >/dev/null
	run -1 --separate-stderr as purge_purger psql -qc "select * from audit.event"
	run -0 --separate-stderr as purge_purger audit-purge run -y --before '1 day' -t item
	is "$(lines 'select(.run) | .events')" 120
	is "$(sql "select distinct role from audit.event where op = 'purge'")" purge_purger
	sql "drop owned by purge_purger" "drop role purge_purger"
}

@test "who is no purger removes nothing" {
	make_role purge_nobody login
	run -3 --separate-stderr as purge_nobody audit-purge run -y --before '1 day' -t item
	[[ $stderr == *'audit-rule grant ROLE purger'* ]]
	is "$(left)" "$all"
	sql "drop role purge_nobody"
}

@test "what is approved is what is done, once" {
	local act

	make_role purge_one login
	make_role purge_two login
	audit-rule grant purge_one purger >/dev/null
	audit-rule grant purge_two purger >/dev/null
	as purge_one audit-purge policy set --require-approval >/dev/null
	run -1 --separate-stderr as purge_one audit-purge run -y --before '1 day' -t item
	[[ $stderr == *'approval'* ]]
	act=$(as purge_one audit-purge run --prepare --before '1 day' -t item | jq -r .act)
	run -1 --separate-stderr as purge_one audit-purge run -y --act "$act"
	[[ $stderr == *'has not been approved'* ]]
	as purge_two audit-purge approve "$act" >/dev/null
	# not more than that
	refused UA020 "select pg_advisory_lock(audit.purge_key())" \
		"select audit.purge_month(gen_random_uuid(), 'audit.event_ago_3',
			'[{\"rel\": 2, \"op\": \"update\", \"before\": \"2001-01-01\"}]', '$act')"
	run -0 --separate-stderr as purge_one audit-purge run -y --act "$act"
	is "$(lines 'select(.run) | .events')" 120
	is "$(purges 'select(.events > 0) | .act' | sort -u)" "$act"
	run -1 --separate-stderr as purge_one audit-purge run -y --act "$act"
	[[ $stderr == *'carried out already'* ]]
	is "$(left)" '3 other 40, 2 other 40, 1 other 40, 0 item 5'
	sql "drop owned by purge_one, purge_two" "drop role purge_one, purge_two"
}

@test "what is held goes to no archive" {
	local dir=$BATS_TEST_TMPDIR/dir

	mkdir "$dir"
	keeps item '1 day'
	audit-purge hold add -t item --why x >/dev/null
	run -0 --separate-stderr purge --archive "$dir"
	is "$(lines .held)" 120
	is "$(ls -A "$dir")" ''
}

@test "how a record was when events were purged is not guessed" {
	sql "update audit.relation_columns set since = audit.first_id(ago(3))"
	purge --before "$(sql 'select ago(1)')" -t item >/dev/null
	run -1 --separate-stderr audit-history item 3 --at "$(sql "select ago(2) + '1 day'")"
	is "$output" ''
	is "$stderr" 'audit-history: item 3: events of that time may have been purged'
	run -1 --separate-stderr audit-history item --at "$(sql "select ago(2) + '1 day'")"
	is "$output" ''
	is "$stderr" 'audit-history: item: events of that time may have been purged'
	run -0 audit-history item 3 --at "$(sql "select ago(1) + '1 day'")"
	run -0 audit-history other 3 --at "$(sql "select ago(2) + '1 day'")"
	# nor passed over in silence
	run -0 --separate-stderr audit-history item 3
	is "$stderr" 'audit-history: item 3: changes of the time before may have been purged'
	run -0 --separate-stderr audit-history -q item 3
	is "$stderr" ''
	sql "insert into item values (77, 'new')"
	run -0 --separate-stderr audit-history item 77
	is "$stderr" ''
}

@test "a month names no policy that does not reach into it" {
	keeps item '1 day'
	keeps other '900 days'
	run -0 --separate-stderr purge
	is "$(lines 'select(.how == "month").policy' | sort -u)" '[1]'
}

@test "names and settings of the session change nothing" {
	sql 'create table "a''b\c""d"(id int primary key, v text)'
	audit-rule add '"a''b\c""d"' >/dev/null
	sql 'insert into "a''b\c""d" values (1)'
	seal
	PGOPTIONS='-c search_path=public -c DateStyle=SQL,DMY -c quote_all_identifiers=on
		-c standard_conforming_strings=off -c client_min_messages=warning -c intervalstyle=iso_8601' \
		run -0 --separate-stderr purge --before '1 microsecond' -t '"a''b\c""d"'
	is "$(lines 'select(.run) | .events')" 1
}
