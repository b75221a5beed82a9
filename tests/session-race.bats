#!/usr/bin/env bats
# session-race - many open, use, close and block sessions at once

load session

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	session_schema
	LOG=$(wc -l <"$SERVER_DIR/log")
}

# bench CLIENTS FILE OPTION... - pgbench, whose clients must all get to the end
bench() {
	PGOPTIONS="-c client_min_messages=error ${SETTINGS-}" pgbench -n -M extended -c "$1" -j 2 -f "$2" "${@:3}" \
		>"$BATS_TEST_TMPDIR/told" 2>&1 || {
		cat "$BATS_TEST_TMPDIR/told"
		return 1
	}
}

# complaints - what the server said since the test began
complaints() {
	tail -n "+$((LOG + 1))" "$SERVER_DIR/log" |
		grep -E 'deadlock|ERROR|FATAL|PANIC' | grep -v "does not exist, skipping"
}

# true_to_log - what the state of sessions and their events do not agree in
true_to_log() {
	sql "select s.id, s.reason, count(*) filter (where e.op = 'login') as logins,
			count(*) filter (where e.op = 'logout') as logouts,
			count(*) filter (where e.op = 'session_unblock') as revived
		from audit.session s left join audit.event e
			on e.session = s.id and e.op in ('login', 'logout')
			or e.op = 'session_unblock' and e.key ->> 'session' = s.id
		group by s.id having count(*) filter (where e.op = 'login') <> 1
			or count(*) filter (where e.op = 'logout')
				<> count(*) filter (where e.op = 'session_unblock') + (s.closed is not null)::int"
	# the last logout says what the table does
	sql "select s.id, s.reason, l.reason, l.closed from audit.session s, lateral (
			select e.new ->> 'reason' as reason, e.new ->> 'closed' as closed from audit.event e
			where e.session = s.id and e.op = 'logout' order by e.id desc limit 1) l
		where s.closed is not null and (s.reason, audit.utc(s.closed)) is distinct from (l.reason, l.closed)"
	sql "select e.session, 'is no session' from audit.event e
		where e.op = 'login' and e.id >= '$SINCE' and not exists (
			select from audit.session s where s.id = e.session)"
}

@test "of many logins at once one is in, where the oldest wins" {
	policy '{"max_per_actor": 1, "on_limit": "refuse"}'
	echo "select * from audit.open_session('ann');" >"$BATS_TEST_TMPDIR/open"
	bench 50 "$BATS_TEST_TMPDIR/open" -t 4
	is "$(complaints)" ''
	is "$(sql "select count(*), count(*) filter (where closed is null) from audit.session")" '1|1'
	is "$(session_log "'x'" "op = 'login_failed'" | wc -l)" 199
	is "$(true_to_log)" ''
}

@test "of many logins at once one is in, where the newest wins" {
	policy '{"max_per_actor": 1, "on_limit": "replace"}'
	echo "select * from audit.open_session('ann');" >"$BATS_TEST_TMPDIR/open"
	bench 50 "$BATS_TEST_TMPDIR/open" -t 4
	is "$(complaints)" ''
	is "$(sql "select count(*), count(*) filter (where closed is null),
		min(id) filter (where closed is null) = max(id) from audit.session")" '200|1|t'
	is "$(true_to_log)" ''
	policy '{"max_per_actor": 3}'
	bench 50 "$BATS_TEST_TMPDIR/open" -t 2
	is "$(sql "select count(*) filter (where closed is null) from audit.session")" 3
	is "$(true_to_log)" ''
}

@test "in REPEATABLE READ and SERIALIZABLE no more are in, and only 40001 is an error" {
	local level mode

	for level in 'repeatable\ read' serializable; do
		for mode in refuse replace; do
			sql 'truncate audit.session, audit.session_activity, audit.session_actor'
			begin_trail
			policy "{\"max_per_actor\": 1, \"on_limit\": \"$mode\"}"
			echo "select * from audit.open_session('ann');" >"$BATS_TEST_TMPDIR/open"
			SETTINGS="-c default_transaction_isolation=$level" \
				bench 20 "$BATS_TEST_TMPDIR/open" -t 5 --max-tries=1
			is "$(complaints | grep -vE 'could not serialize')" ''
			is "$(sql "select count(*) filter (where closed is null) from audit.session")" 1
			is "$(true_to_log)" ''
		done
	done
}

@test "who rotates his token, or opens for others, does not wait for ever" {
	policy '{"max_per_actor": 1, "on_limit": "replace"}'
	cat >"$BATS_TEST_TMPDIR/rotate" <<-'END'
	\set who random(1, 3)
	begin;
	select token from audit.open_session('a' || :who) \gset
	end;
	begin;
	select audit.close_session(:token);
	select token from audit.open_session('a' || :who) \gset
	end;
	END
	cat >"$BATS_TEST_TMPDIR/block" <<-'END'
	select count(*) from audit.block_sessions(array(select id from audit.session where closed is null order by random()));
	select count(*) from audit.unblock_sessions(array(select id from audit.session order by id desc limit 5));
	END
	bench 16 "$BATS_TEST_TMPDIR/rotate@4" -f "$BATS_TEST_TMPDIR/block@1" -T 4
	is "$(complaints)" ''
	is "$(true_to_log)" ''
	is "$(sql "select actor, count(*) from audit.session where closed is null group by 1 having count(*) > 1")" ''
}

@test "whatever happens at once, sessions and their events agree" {
	local dir=$BATS_TEST_TMPDIR

	sql "create table tokens(token text)" "create table work(id int primary key, n int)" \
		"insert into work select i, 0 from generate_series(1, 100) i"
	audited s.work --name work
	policy '{"idle": "1 s", "max_age": "1 h"}'
	cat >"$dir/open" <<-'END'
	\set who random(1, 5)
	select coalesce(token, '') as token from audit.open_session('a' || :who, '10.0.0.1', 'x/1') \gset
	insert into s.tokens values (:token);
	END
	cat >"$dir/use" <<-'END'
	begin;
	do $$ begin
		perform audit.use_session((select t.token from s.tokens t join audit.session x
			on x.token = audit.token_digest(t.token) where x.closed is null order by random() limit 1));
		update s.work set n = n + 1 where id = (select 1 + floor(random() * 100)::int);
	exception when others then
		if sqlstate not like 'UA%' then raise; end if;
	end $$;
	end;
	END
	cat >"$dir/close" <<-'END'
	do $$ begin
		perform audit.close_session((select token from s.tokens order by random() limit 1));
	exception when sqlstate 'UA010' then null; end $$;
	END
	cat >"$dir/block" <<-'END'
	select count(*) from audit.block_sessions(array(select id from audit.session where closed is null order by random() limit 4), 'x', true);
	select count(*) from audit.unblock_sessions(array(select id from audit.session order by random() limit 20));
	select count(*) from audit.block_actor('a1');
	select count(*) from audit.unblock_actor('a1');
	END
	cat >"$dir/expire" <<-'END'
	select count(*) from audit.expire_sessions();
	END
	cat >"$dir/policy" <<-'END'
	\set n random(1, 4)
	select audit.put_session_policy(null, jsonb_build_object('max_per_actor', :n::int, 'on_limit', case when random() < 0.5 then 'refuse' else 'replace' end));
	select audit.put_session_policy(null, '{"idle": "1 s"}');
	select audit.remove_session_policy('g');
	END
	bench 8 "$dir/open@4" -f "$dir/use@12" -f "$dir/close@2" -f "$dir/block@1" -f "$dir/expire@2" -f "$dir/policy@1" -T "${SECONDS_AT_ONCE-8}"
	is "$(complaints)" ''
	is "$(true_to_log)" ''
	is "$(sql "select count(distinct reason) >= 4 from audit.session")" t
	# no change outside its session's life
	is "$(sql "select count(*) from audit.event e join audit.session s on s.id = e.session
		where e.op = 'update' and e.at < s.opened")" 0
	is "$(sql "select count(*) > 0 from audit.event e where e.op = 'update' and e.session is not null and e.id >= '$SINCE'")" t
}
