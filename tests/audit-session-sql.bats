#!/usr/bin/env bats
# What audit-session asks the database for beside the sessions themselves

load capture

setup_file() {
	trail_database
	sql 'create table t(id int)'
	audited t
}

teardown_file() {
	drop_database
}

# open ACTOR - a session of his: its id and its token, separated by |
open() {
	sql "select session, token from audit.open_session('$1', '10.0.0.7', 'curl/8', '{a,b}', '{\"x\": 1}')"
}

@test "a transaction is told whose session it is in" {
	IFS='|' read -r id token < <(open alice)
	is "$(sql 'begin' "select audit.use_session('$token')" \
		'select session, actor, groups, addr, user_agent, details, opened = last_activity
		from audit.current_session()' 'commit' | tail -n 1)" \
		"$id|alice|{a,b}|10.0.0.7|curl/8|{\"x\": 1}|t"
}

@test "one in no session is told nothing, whatever SET says" {
	IFS='|' read -r id _ < <(open alice)
	is "$(sql 'select count(*) from audit.current_session()')" 0
	is "$(sql 'begin' "set local audit.ticket = '$id.abc'" \
		'select count(*) from audit.current_session()' 'commit')" 0
}

@test "events are counted alike for a few sessions and for many" {
	for i in {1..3}; do
		IFS='|' read -r id token < <(open "counted$i")
		sql 'begin' "select audit.use_session('$token')" \
			"insert into t select generate_series(1, $i)" 'commit'
	done
	sql 'vacuum analyze audit.event'
	sql "select session, count(*) from audit.event where session is not null
		group by 1 order by 1" >"$BATS_TEST_TMPDIR/wanted"
	# one at a time, and all of them
	sql "select s.id, e.events from audit.session s, audit.session_events(array[s.id], audit.first_id(s.opened)) e
		where e.session = s.id order by 1" | diff "$BATS_TEST_TMPDIR/wanted" -
	sql "select e.* from audit.session_events(array(select id || x from audit.session, (values ('')) v(x)
		union all select 'x' || n from generate_series(1, 100000) n), audit.first_id('-infinity')) e order by 1" | diff "$BATS_TEST_TMPDIR/wanted" -
	is "$(sql "select count(*) from audit.session_events('{}', null)")" 0
}

@test "a new device is new each time, even if two looks at the clock differ" {
	is "$(sql "select count(*) from generate_series(1, 3000) n,
			audit.is_new('slow', array['device ' || n]) fresh where not fresh")" 0
	is "$(sql "select count(*) from generate_series(1, 3000) n,
			audit.is_new('slow', array['device ' || n]) fresh where fresh")" 0
}
