#!/usr/bin/env bats
# audit-seal: what audit-purge removed is no finding, what others did is

load tamper

setup_file() {
	signed_trail
	script <<-'END'
		create table known(name text primary key, id uuid);
		create table t(id int primary key, name text);
		create table u(id int primary key);
		create function ev(text) returns uuid language sql stable as
		    'select id from public.known where name = $1';
	END
	make_switch
	audit-rule add t --label name
	audit-rule add u
	months
	seal
	sql "insert into t select i, 'n' || i from generate_series(1, 20) i"
	known young "insert into t values (100, 'young')"
	seal
	audit-purge run -qy --before "$(sql "select m + interval '3 s'
		from date_trunc('month', now() at time zone 'UTC') m") UTC" \
		-t t >"$DIR/run"
	sql "insert into known select how || row_number() over (
			partition by how order by id), id
		from (select new ->> 'how' as how, id from audit.event
			where op = 'purge') x" \
		"insert into known select 'kept', id from audit.event
			where op = 'purge' and new -> 'kept' <> '[]'"
	known now "insert into t values (101, 'now')"
	seal
	known fresh "insert into t values (102, 'fresh')"
	RUN=$(jq -r 'select(has("events") and has("run")).run' "$DIR/run")
	export RUN
}

# months - events of two tables in three months, at the beginning of each; t1,
# u1 ... are in the first one
months() {
	script <<-'END'
		do $$ begin
		  perform triggers_off();
		  perform audit.make_partition('event_ago_' || i,
		    audit.month_bound(m - i * interval '1 month',
		      m - (i - 1) * interval '1 month'))
		  from date_trunc('month', now() at time zone 'UTC') m,
		    generate_series(1, 2) i;
		  insert into audit.event(id, at, op, "schema", "table", record,
		    key, new)
		  select audit.new_id(x.at), x.at, 'insert', 'public', x.name,
		    audit.record(r.id, i::text), jsonb_build_object('id', i),
		    jsonb_build_object('id', i)
		  from date_trunc('month', now() at time zone 'UTC') m,
		    generate_series(1, 2100) i cross join lateral (select
		      case when i % 3 < 2 and i > 2000 then 'u' else 't' end,
		      (m - (i % 3) * interval '1 month'
		        + i * interval '1 ms') at time zone 'UTC') x(name, at)
		    join audit.relation r on r.relid = x.name::regclass;
		  perform triggers_on();
		end $$;
		insert into known
		select format('%s%s', x."table", row_number() over (
		  partition by x."table", date_trunc('month', x.at)
		  order by id)) || case when x.at >= date_trunc('month',
		    now() at time zone 'UTC') at time zone 'UTC' then 'n'
		    when x.at < (date_trunc('month', now() at time zone 'UTC')
		      - interval '1 month') at time zone 'UTC' then 'f'
		    else '' end, x.id
		from audit.event x where x.op = 'insert';
	END
}

teardown_file() {
	drop_copy
	drop_database
}

setup() {
	given --pubkey "$DIR/pub" --anchor "$DIR/anchors"
}

# acts - the notes about what was purged
acts() {
	jq -r 'select(.note == "purged") | "\(.run) \(.policy) \(.events)"' \
		<<<"$output"
}

# forge BEFORE NAME... - an act by hand, which claims that these events went
forge() {
	local before=$1

	shift
	sql begin "select triggers_off()" "create temp table gone on commit drop as
		select array(select id from known where name = any('{$(
		IFS=,
		echo "$*"
	)}') order by id) as ids" \
		"select audit.note('purge', null, null, null, null, null,
		jsonb_build_object('run', gen_random_uuid(), 'policy', null,
		    'how', 'batch', 'before', '$before', 'events', 1,
		    'claims', p.claims))
		from gone, audit.leaf_places(ids, 100) p" \
		"delete from audit.event where id = any((select ids from gone)::uuid[])" \
		"select triggers_on()" commit >/dev/null
}

@test "what was purged is said, by act and policy, and is no finding" {
	is "$(jq -r 'select(has("how")) | .how' "$DIR/run" | sort | xargs)" \
		"batch drop month month"
	copy
	sound
	is "$(acts)" "$RUN null 2033"
	is "$(jq 'select(has("verified")) | .purged' <<<"$output")" 2033
	grep -q "2033 events purged by act $RUN, without a policy" <<<"$output"
	run -0 audit-seal verify -f table
	grep -q '; 2033 were purged' <<<"${lines[-1]}"
}

@test "an act counts before it is sealed, too" {
	copy
	audit-purge policy set -t u --keep '1 day' >/dev/null
	audit-purge run -qy >/dev/null
	sound
	is "$(acts | wc -l)" 2
	acts | grep -q ' \[1\] 67$'
	reseal
	sound
	is "$(jq 'select(has("verified")) | .purged' <<<"$output")" 2100
}

@test "events that no act covers are missed" {
	tamper "delete from audit.event where id in (ev('u1n'), ev('young'))"
	finds "removed 0 u1n" "removed 1 young"
}

@test "who takes the act away takes what it covers with it" {
	tamper "delete from audit.event where id = ev('batch1')"
	run -1 audit-seal verify
	found | grep -q '^removed 2 batch1$'
	is "$(found | wc -l)" 667
}

@test "an act that was altered covers nothing" {
	tamper "update audit.event set new = jsonb_set(new, '{events}', '1')
		where id = ev('batch1')"
	finds "altered 2 batch1" "removed - batch1"
	says "666 events are not there any more"
}

@test "claims that were enlarged cover nothing" {
	tamper "update audit.event e set new = jsonb_set(e.new, '{claims}',
			e.new -> 'claims' || p.claims)
		from audit.leaf_places(array[ev('young')], 100) p
		where e.id = ev('batch1')" \
		"delete from audit.event where id = ev('young')"
	finds "altered 2 batch1" "early 1 young" "removed - batch1"
	says "667 events are not there any more"
	tamper "update audit.event set new = jsonb_set(new, '{kept}', '[]')
		where id = ev('kept')" \
		"delete from audit.event where id = ev('u1')"
	run -1 audit-seal verify "${HOW[@]}"
	# with u1, of the month of which the others were kept
	is "$(found | grep -c '^claimed 0 u')" 32
	says "668 events are not there any more"
}

@test "what an act claims and is there is found" {
	copy
	sql "create table young as select * from audit.event
		where id = ev('young')"
	forge 2030-01-01T00:00:00.000000Z young
	put "insert into audit.event select * from young"
	finds "claimed 1 young"
}

@test "an act lets go only what is older than it says" {
	copy
	forge 2020-01-01T00:00:00.000000Z young
	finds "early 1 young"
	copy
	forge 2030-01-01T00:00:00.000000Z young
	finds "early 1 young"
}

@test "an act written by hand shows, as an event and in what verify says" {
	copy
	forge "$(sql 'select audit.utc(clock_timestamp())')" young
	reseal
	sound
	is "$(acts | wc -l)" 2
	is "$(audit-log -s '1 hour' | jq -c 'select(.op == "purge")
		| .new.claims // empty' | wc -l)" 2
}

@test "acts of nonsense cover nothing and harm nothing" {
	tamper "select audit.note('purge', null, null, null, null, null, x)
		from unnest(array['[]', '{}', '1', '{\"claims\": {}}',
		    '{\"claims\": [1, [], [1, 2, 3, 4], [\"2026-10\", -1, 0, \"0\"],
			[\"x\", 1, 1, \"1\"], [\"2026-10\", 7, 0, \"9-1,,-,a\"],
			[\"2026-10\", 7, 0, \"5-99999999999999999999\"]]}',
		    '{\"how\": \"month\", \"month\": \"2026-10\", \"upto\": -1,
			\"kept\": []}', '{\"how\": \"month\", \"month\": 1}',
		    '{\"run\": \"\\\"\", \"policy\": \"x\", \"before\": 3}']::jsonb[]) x"
	sound
}

@test "evidence has the acts, and is verified offline" {
	copy
	audit-seal export -o "$BATS_TEST_TMPDIR/all"
	is "$(grep -c '^{"act":' "$BATS_TEST_TMPDIR/all")" 4
	given --offline "$BATS_TEST_TMPDIR/all" --pubkey "$DIR/pub"
	run -0 --separate-stderr audit-seal verify "${HOW[@]}"
	is "$(acts)" "$RUN null 2033"
	python3 "$ROOT/tests/seal.py" evidence "$BATS_TEST_TMPDIR/all"
	# an act that is left out, one that is another, one that comes late
	sed -i '/^{"act":.*"how": "batch"/d' "$BATS_TEST_TMPDIR/all"
	run -1 audit-seal verify "${HOW[@]}"
	is "$(found | wc -l)" 666
	run -1 python3 "$ROOT/tests/seal.py" evidence "$BATS_TEST_TMPDIR/all"
	audit-seal export | sed '/^{"act":/s/"0-/"00-/' >"$BATS_TEST_TMPDIR/all"
	finds "removed - batch1"
	audit-seal export >"$BATS_TEST_TMPDIR/one"
	cat "$BATS_TEST_TMPDIR/one" <(grep '^{"act":' "$BATS_TEST_TMPDIR/one") \
		>"$BATS_TEST_TMPDIR/two"
	given --offline "$BATS_TEST_TMPDIR/two"
	run -1 audit-seal verify "${HOW[@]}"
	grep -q 'an act that comes too late' <<<"$output"
}

@test "an act that no seal covers yet proves nothing offline" {
	copy
	forge 2030-01-01T00:00:00.000000Z young
	audit-seal export -o "$BATS_TEST_TMPDIR/all"
	given --offline "$BATS_TEST_TMPDIR/all"
	run -1 audit-seal verify "${HOW[@]}"
	says "1 events are not there any more"
}

@test "policies and holds change only by acts" {
	copy
	audit-purge policy set -t t --keep '10 years' >/dev/null
	audit-purge hold add -t u --why trial >/dev/null
	reseal
	audit-purge policy set -t t --keep '11 years' >/dev/null
	audit-purge hold release 1 >/dev/null
	sound
	reseal
	sound
	put "update audit.retention set keep = '1 day'"
	finds "window - -"
	says "retention"
	put "update audit.retention set keep = '11 years'" \
		"insert into audit.retention select 99, null, null, null, 'x', null,
			'1 day', 'postgres', now()"
	reseal
	run -1 audit-seal verify
	says "retention 99"
}
