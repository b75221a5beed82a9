#!/usr/bin/env bats
# shellcheck disable=SC2034 # the helpers use what is set
# session-policy - how long sessions last, how many an actor has, and what is
# noted of their use

load session

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	session_schema
}

teardown() {
	connection_end
}

# noted - the version of the row that says when the session was used last
noted() {
	sql "select xmin, ctid from audit.session_activity where id = '$ID'"
}

limits() {
	sql "select * from audit.session_limits($1)"
}

@test "a session that is idle for the limit has ended, to the microsecond, and not before" {
	policy '{"idle": "30 min"}'
	log_in ann
	is "$(sql "select d - e.idle, audit.session_due(t, t, e.idle, null, t + d)
		from (values (interval '30 min', timestamptz '2026-11-22')) e(idle, t),
		unnest(array[e.idle - interval '1 us', e.idle, e.idle + interval '1 us']) d")" \
		'-00:00:00.000001|
00:00:00|idle
00:00:00.000001|idle'
	# not to the second: a busy machine takes one
	idle '29 min 30 s'
	usable
	idle '30 min'
	refused UA013 "$(use)"
	is "$(sql "select audit.session_alive('$TOKEN')")" f
	is "$(sql 'select alive from audit.session_list')" f
	# a refusal changes nothing
	is "$(state)" open
	policy '{"idle": "1 h"}'
	usable
}

@test "the limits are the same in every time zone, be they days or months" {
	local zone

	for zone in UTC Europe/Berlin America/New_York Pacific/Chatham Asia/Tokyo; do
		is "$(sql "set timezone = '$zone'" "select
			audit.session_due(t, t, '1 day', null, t + interval '86399 s'),
			audit.session_due(t, t, '1 day', null, t + interval '86400 s'),
			audit.session_due(t, t, null, '1 mon', t + interval '720 h'),
			audit.session_due(t, t, null, '1 mon', t + interval '719 h')
			from unnest('{2026-03-28 12:00Z,2026-10-24 20:00Z,2026-03-08 00:00Z}'::timestamptz[]) t")" \
			'|idle|expired|
|idle|expired|
|idle|expired|'
	done
}

@test "what came first, the idle time or the age, is the reason" {
	is "$(sql "select coalesce(audit.session_due(t, t + s, i, a, t + interval '3 h'), '-') from (values (timestamptz '2026-11-22')) v(t),
		(values (interval '0', interval '1 h', interval '2 h'), ('1 h', '1 h', '2 h'),
			('90 min', '1 h', '2 h'), ('150 min', '1 h', '2 h'), ('150 min', '1 h', null),
			('150 min', null, '2 h'), ('0', null, null)) x(s, i, a)")" 'idle
idle
expired
expired
-
expired
-'
}

@test "a session that is older than its limit has ended, however much it was used" {
	policy '{"max_age": "8 h", "idle": "30 min"}'
	log_in ann
	sql "update audit.session set opened = opened - interval '7 h 59 min'"
	usable
	sql "update audit.session set opened = opened - interval '1 min'"
	refused UA014 "$(use)"
	sql 'select audit.expire_sessions()' >/dev/null
	is "$(state)" expired
	is "$(sql 'select closed = last_activity, closed < now() from audit.session_list')" 't|t'
}

@test "a change of policy counts at once for sessions that are open" {
	log_in ann "groups => '{sales}'"
	idle '20 min'
	usable
	idle '20 min'
	policy '{"idle": "10 min"}'
	refused UA013 "$(use)"
	policy '{"idle": "1 h"}' sales
	usable
	sql "update audit.session set opened = opened - interval '2 h'"
	policy '{"max_age": "1 h"}' other
	usable
	policy '{"max_age": "1 h"}' sales
	refused UA014 "$(use)"
	sql "select audit.remove_session_policy('sales')" >/dev/null
	usable
}

@test "of the policies of a member's groups the strictest holds, before that for all" {
	policy '{"idle": "1 h", "max_age": "8 h", "max_per_actor": 5, "on_limit": "replace"}'
	policy '{"idle": "2 h", "max_per_actor": 10}' sales
	policy '{"idle": "3 h", "max_per_actor": 2, "on_limit": "replace"}' managers
	policy '{"on_limit": "refuse"}' guests
	is "$(limits null)" '01:00:00|08:00:00|5|replace'
	is "$(limits "'{}'")" '01:00:00|08:00:00|5|replace'
	is "$(limits "'{nobody}'")" '01:00:00|08:00:00|5|replace'
	is "$(limits "'{sales}'")" '02:00:00|08:00:00|10|replace'
	is "$(limits "'{sales,managers}'")" '02:00:00|08:00:00|2|replace'
	is "$(limits "'{managers,guests,sales}'")" '02:00:00|08:00:00|2|refuse'
	sql "select audit.remove_session_policy(null)" >/dev/null
	is "$(limits null)" '|||refuse'
	is "$(limits "'{managers}'")" '03:00:00||2|replace'
}

@test "a policy is set bit by bit, and each change is an event" {
	is "$(sql "select done, line from audit.put_session_policy(null, '{\"idle\": \"30m\"}')")" \
		't|{"group" : null, "idle" : "00:30:00", "max_age" : null, "max_per_actor" : null, "on_limit" : null}'
	is "$(sql "select done from audit.put_session_policy(null, '{\"idle\": \"1800 s\"}')")" f
	is "$(sql "select done from audit.put_session_policy(null, '{}')")" f
	is "$(sql "select done, line ->> 'idle', line ->> 'max_per_actor' from audit.put_session_policy(null, '{\"max_per_actor\": 1}')")" 't|00:30:00|1'
	is "$(sql "select done from audit.put_session_policy('a,\"b', '{\"on_limit\": \"replace\"}')")" t
	is "$(sql "select done from audit.put_session_policy('none', '{\"idle\": null}')")" f
	is "$(sql "select count(*) from audit.session_policies")" 2
	is "$(sql "select done from audit.put_session_policy(null, '{\"max_per_actor\": null, \"idle\": null}')")" t
	is "$(sql "select done from audit.remove_session_policy('a,\"b')")" t
	is "$(sql "select done, line is null from audit.remove_session_policy('a,\"b')")" 'f|t'
	is "$(sql "select count(*) from audit.session_policy")" 0
	is "$(session_log 'op, key, old, new')" \
		'session_policy|{"group": null}||{"idle": "00:30:00", "max_age": null, "on_limit": null, "max_per_actor": null}
session_policy|{"group": null}|{"idle": "00:30:00", "max_age": null, "on_limit": null, "max_per_actor": null}|{"idle": "00:30:00", "max_age": null, "on_limit": null, "max_per_actor": 1}
session_policy|{"group": "a,\"b"}||{"idle": null, "max_age": null, "on_limit": "replace", "max_per_actor": null}
session_policy|{"group": null}|{"idle": "00:30:00", "max_age": null, "on_limit": null, "max_per_actor": 1}|
session_policy|{"group": "a,\"b"}|{"idle": null, "max_age": null, "on_limit": "replace", "max_per_actor": null}|'
}

@test "a policy that makes no sense is refused, and nothing of it is kept" {
	local bad

	policy '{"idle": "1 h"}'
	begin_trail
	for bad in '{"idle": "-1 h"}' '{"idle": "0"}' '{"idle": "1 ms"}' '{"idle": "1 day -23:59:59.5"}' \
		'{"idle": "200 years"}' '{"idle": "99999999999 years"}' '{"idle": "soon"}' '{"idle": ""}' \
		'{"idle": "infinity"}' '{"idle": "-infinity"}' '{"max_age": "-1 mon"}' '{"max_age": "1 mon -30 days"}' \
		'{"max_per_actor": 0}' '{"max_per_actor": -1}' '{"max_per_actor": 1000001}' \
		'{"max_per_actor": 99999999999}' '{"max_per_actor": 1.5}' '{"max_per_actor": "x"}' \
		'{"on_limit": "ask"}' '{"on_limit": ""}' '{"idel": "1 h"}' '{"group": "x"}' \
		'{"idle": "2 h", "on_limit": "ask"}' '[]' '1' '"x"'; do
		run -1 sql "select audit.put_session_policy(null, '$bad')"
		is "$(sql "select idle, max_age, max_per_actor, on_limit from audit.session_policy")" '01:00:00|||'
	done
	refused 22023 "select audit.put_session_policy('', '{\"idle\": \"1 h\"}')"
	is "$(session_log)" ''
}

@test "the limit refuses the newest or replaces the oldest, and counts only who is there" {
	policy '{"max_per_actor": 2, "on_limit": "refuse", "idle": "30 min"}'
	log_in ann
	first=$ID first_token=$TOKEN
	log_in ann
	second=$ID
	log_in ann
	is "$REFUSED" limit
	log_in bob
	is "$REFUSED" ''
	policy '{"on_limit": "replace"}'
	log_in ann
	is "$(state "$first") $(state "$second") $(state)" 'replaced open open'
	refused UA011 "$(use "$first_token")"
	policy '{"max_per_actor": 1}'
	log_in ann
	is "$(state "$second") $(state)" 'replaced open'
	is "$(sql "select count(*) from audit.session where actor = 'ann' and closed is null")" 1
	# an idle one is not there, and ends as that
	policy '{"on_limit": "refuse"}'
	idle '40 min'
	last=$ID
	log_in ann
	is "$REFUSED" ''
	is "$(state "$last") $(state)" 'idle open'
	# its groups have another limit
	log_in ann "groups => '{many}'"
	is "$REFUSED" limit
	policy '{"max_per_actor": 3}' many
	log_in ann "groups => '{many}'"
	is "$REFUSED" ''
	is "$(sql "select actor, new ->> 'reason' from audit.event where op = 'logout' and id >= '$SINCE' order by id")" \
		'ann|replaced
ann|replaced
ann|replaced
ann|idle'
}

@test "use is noted when a sixtieth of the idle limit is over, or a minute, and else nothing is written" {
	local before

	log_in ann
	before=$(noted)
	usable
	usable
	idle '50 s'
	before=$(noted)
	usable
	is "$(noted)" "$before"
	idle '10 s'
	before=$(noted)
	usable
	[ "$(noted)" != "$before" ]
	policy '{"idle": "30 min"}'
	idle '25 s'
	before=$(noted)
	usable
	is "$(noted)" "$before"
	idle '5 s'
	before=$(noted)
	usable
	[ "$(noted)" != "$before" ]
	policy '{"idle": "1 year"}'
	idle '61 s'
	before=$(noted)
	usable
	[ "$(noted)" != "$before" ]
	# a transaction that notes nothing has no number
	is "$(sql "begin; $(use); select txid_current_if_assigned(); commit" | tail -n 1)" ''
}

@test "who uses a session of a short idle limit again and again stays in it" {
	policy '{"idle": "10 s"}'
	log_in ann
	for _ in 1 2 3 4 5 6; do
		idle '4 s'
		usable
	done
	idle '10 s'
	refused UA013 "$(use)"
}

@test "use waits for nobody, whatever others hold" {
	policy '{"idle": "2 h"}'
	log_in ann
	idle '1 h'
	open_session
	say begin "select * from audit.session_activity for update" >/dev/null
	timeout 5 psql -qAtX -v ON_ERROR_STOP=1 -c 'set lock_timeout = 1' -c "$(use)"
	say "select * from audit.session for update" \
		"select * from audit.session_policy for update" \
		"select * from audit.session_actor for update" >/dev/null
	for level in 'read committed' 'repeatable read' serializable; do
		timeout 5 psql -qAtX -v ON_ERROR_STOP=1 -c 'set lock_timeout = 1' \
			-c "begin isolation level $level; $(use); insert into item values (1); rollback"
	done
	say rollback
	# one that notes its use, and lasts
	say begin "$(use)" >/dev/null
	before=$(noted)
	timeout 5 psql -qAtX -v ON_ERROR_STOP=1 -c 'set lock_timeout = 1' -c "$(use)"
	is "$(noted)" "$before"
	say commit
	[ "$(noted)" != "$before" ]
	close_session
	session=
}

@test "in REPEATABLE READ, too, use that somebody else has noted meanwhile is no error" {
	local level

	log_in ann
	for level in 'repeatable read' serializable; do
		idle '10 min'
		psql -qAtX -v ON_ERROR_STOP=1 -f - <<-END
			begin isolation level $level;
			select count(*) from item;
			\\! psql -qAtX -c "$(use)"
			$(use);
			select count(*) from item;
			commit;
		END
	done
}

@test "while a long transaction is in a session, it is not idle for others either" {
	policy '{"idle": "1 h"}'
	log_in ann
	idle '59 min'
	open_session
	say begin "$(use)" >/dev/null
	# its note is not seen before its end
	policy '{"idle": "30 min"}'
	usable
	is "$(sql "select audit.session_alive('$TOKEN')")" t
	is "$(sql "select count(*) from audit.expire_sessions(true)")" 0
	is "$(sql "select count(*) from audit.expire_sessions()")" 0
	say rollback
	refused UA013 "$(use)"
	is "$(sql "select session, reason from audit.expire_sessions(true)")" "$ID|idle"
	is "$(sql "select session, reason from audit.expire_sessions()")" "$ID|idle"
	close_session
	session=
}

@test "who may use no session keeps none from being idle" {
	make_role trail_clerk login
	policy '{"idle": "30 min"}'
	log_in ann
	key=$(sql "select audit.session_key('$ID')")
	idle '40 min'
	PGUSER=trail_clerk open_session
	say "select pg_advisory_lock_shared($key), pg_advisory_lock($key)" >/dev/null
	refused UA013 "$(use)"
	is "$(sql "select audit.session_alive('$TOKEN')")" f
	is "$(sql "select reason from audit.expire_sessions()")" idle
	log_in ann
	say "select pg_advisory_lock($(sql "select audit.session_key('$ID')"))" >/dev/null
	timeout 5 psql -qAtX -c "begin; set local lock_timeout = 1; $(use); insert into item values (1); commit"
	is "$(events session)" "$ID"
	close_session
	session=
}

@test "times are exact, and gaps longer than the idle limit are left out" {
	policy '{"idle": "30 min"}'
	log_in ann
	age '3 h'
	sql "update audit.session_activity set seen = clock_timestamp() - interval '10 min'"
	# a use after ten minutes counts (in minutes: a busy machine takes a second)
	usable
	is "$(sql "select round(active_seconds / 60) from audit.session_list")" 10
	# one after longer than the limit, which was another one then, does not
	policy '{"idle": "1 day"}'
	idle '20 h'
	usable
	is "$(sql "select round(active_seconds / 60) from audit.session_list")" 1210
	policy '{"idle": "1 h"}'
	idle '20 min'
	sql "select audit.close_session('$TOKEN')" >/dev/null
	is "$(sql "select round(active_seconds / 60), round(duration_seconds / 60), reason,
		duration_seconds = extract(epoch from closed - opened), last_activity = closed, idle_seconds
		from audit.session_list")" '1230|180|logout|t|t|'
	is "$(sql "select (new ->> 'duration_seconds')::numeric = l.duration_seconds,
		(new ->> 'active_seconds')::numeric = l.active_seconds, new ->> 'closed' = audit.utc(l.closed)
		from audit.event e, audit.session_list l where op = 'logout' and e.id >= '$SINCE'")" 't|t|t'
	# without a limit, gaps of more than half an hour
	sql "select audit.remove_session_policy(null)" >/dev/null
	log_in bob
	idle '29 min'
	usable
	idle '31 min'
	usable
	is "$(sql "select round(active_seconds / 60) from audit.session_list where session = '$ID'")" 29
}

@test "an end that nobody announced is the last activity, said once" {
	policy '{"idle": "30 min", "max_age": "8 h"}'
	log_in ann
	idler=$ID
	age '2 h'
	log_in bob
	old=$ID
	age '9 h'
	sql "update audit.session_activity a set seen = opened + interval '8 h 50 min'
		from audit.session s where s.id = a.id and s.id = '$old'"
	log_in cay
	is "$(sql "select session, actor, reason from audit.expire_sessions(true)")" "$idler|ann|idle
$old|bob|expired"
	is "$(sql "select count(*) from audit.session where closed is not null")" 0
	is "$(sql "select x.session, x.actor, x.reason, x.closed = a.seen from audit.expire_sessions() x
		join audit.session_activity a on a.id = x.session")" "$idler|ann|idle|t
$old|bob|expired|t"
	is "$(sql "select count(*) from audit.expire_sessions()")" 0
	is "$(sql "select session, new ->> 'reason', new ->> 'closed' = audit.utc(s.closed),
			(new ->> 'duration_seconds')::numeric = extract(epoch from s.closed - s.opened)
		from audit.event e join audit.session s on s.id = e.session
		where op = 'logout' and e.id >= '$SINCE' order by e.id")" "$idler|idle|t|t
$old|expired|t|t"
	is "$(sql "select session, round(duration_seconds) from audit.session_list where closed is not null")" "$idler|0
$old|31800"
	# a logout after the end is none
	is "$(state)" open
	is "$(sql "select actor, reason from audit.session_list where alive")" 'cay|'
}

@test "who logs out of what had ended leaves its end as it was" {
	policy '{"idle": "30 min"}'
	log_in ann
	age '40 min'
	sql "select audit.close_session('$TOKEN')" >/dev/null
	is "$(sql "select reason, closed = last_activity from audit.session_list")" 'idle|t'
}

@test "expire passes over who is being ended, and waits for nobody" {
	policy '{"idle": "30 min"}'
	log_in ann
	idle '40 min'
	log_in bob
	idle '40 min'
	open_session
	say begin "select audit.block_actor('ann')" >/dev/null
	is "$(timeout 5 psql -qAtX -c 'set lock_timeout = 1' -c 'select actor from audit.expire_sessions()')" bob
	say commit
	close_session
	session=
	# it had ended unsaid, too
	is "$(sql "select actor, reason from audit.session_list")" 'ann|idle
bob|idle'
}
