#!/usr/bin/env bats
# who tries to have events go unseen, or more than he may: a purger by the
# functions themselves, and whoever can write what he likes

load purge

setup_file() {
	purge_template
	make_role purge_atk login
	audit-rule grant purge_atk purger >/dev/null
	sql 'grant create on schema public to purge_atk'
}

teardown_file() {
	drop_copy
	sql 'drop owned by purge_atk'
	drop_database
	sql_in postgres 'drop role purge_atk'
}

setup() {
	copy
}

# steps STATEMENT... - as a purger who holds the lock, :items those of item
steps() {
	{
		cat <<-'END'
			select pg_advisory_lock(audit.purge_key()) \g /dev/null
			select jsonb_agg(jsonb_build_object('rel', id, 'op', 'update',
			    'before', now() - interval '1 hour')) as items
			from audit.relation where "table" = 'item' \gset
		END
		printf '%s;\n' "$@"
	} | as purge_atk psql -qAtX -v ON_ERROR_STOP=1 -v VERBOSITY=terse
}

# unguarded STATEMENT... - as a superuser whom no trigger sees
unguarded() {
	sql "update pg_class set relhastriggers = false
		where relname ~ '^event_ago'" "$@" \
		"update pg_class set relhastriggers = true
		where relname ~ '^event_ago'"
}

findings() {
	jq -r 'select(.finding) | [.finding, .message] | join(" ")' <<<"$output"
}

@test "a purger's functions do not run with the owner's rights" {
	as purge_atk script <<-'END'
		create function evil(text) returns text language plpgsql as $$
		begin raise exception 'as %', current_user; end $$;
		create view v as select null::oid as tableoid, null::tid as ctid,
		    null::xid as xmin, gen_random_uuid() as id, now() as at, evil('x') as op,
		    null::bigint as record, 1::bigint as txid, null::jsonb as key,
		    null::text as label, null::jsonb as old, null::jsonb as new;
		grant select on v to public;
	END
	for call in "purge_going('public.v', :'items')" \
		"purge_batch(gen_random_uuid(), 'public.v', :'items')" \
		"purge_month(gen_random_uuid(), 'public.v', :'items')" \
		"purge_drop(gen_random_uuid(), 'public.v', :'items')" \
		"purge_rewrite('public.v')" \
		"erase_actor('{\"what\": \"actor\", \"actor\": \"x\", \"why\": \"y\"}', null, 'public.v')"; do
		run steps "select audit.$call"
		[[ $output != *'as postgres'* ]]
		[[ $output != *evil* ]]
	done
}

@test "a hold that an older snapshot does not show holds" {
	local call

	for call in "purge_batch(gen_random_uuid(), 'audit.event_ago_3', :'items')" \
		"purge_month(gen_random_uuid(), 'audit.event_ago_3', :'items')" \
		"purge_rest(gen_random_uuid(), :'items')" \
		"erase_record('{\"what\": \"record\", \"records\": [4294967296], \"keys\": [\"1\"], \"related\": false, \"why\": \"x\"}')"; do
		run -3 steps 'begin isolation level repeatable read' 'select 1' \
			"select audit.$call"
		[[ $output == *'read committed transactions only'* ]]
	done
	is "$(left)" '3 item 40, 3 other 40, 2 item 40, 2 other 40, 1 item 40, 1 other 40, 0 item 5'
}

@test "an event names the policy that decides, and no other one" {
	keeps '*' '1 day'
	keeps item '1000 years'
	run -3 steps "select audit.purge_batch(gen_random_uuid(),
		'audit.event_ago_3', jsonb_set(:'items', '{0,policy}', '1'))"
	[[ $output == *'policy 1 has changed since, or gone'* ]]
	run -3 steps "select audit.purge_batch(null, 'audit.event_ago_3', :'items')"
	[[ $output == *'no run'* ]]
	is "$(purges)" ''
}

@test "verify names the role that removed, also in another's run" {
	steps "select audit.purge_batch('11111111-1111-4111-8111-111111111111',
		'audit.event_ago_3', :'items', max => 10)" >/dev/null
	sql "begin" "select pg_advisory_xact_lock(audit.purge_key())" \
		"select audit.purge_batch('11111111-1111-4111-8111-111111111111',
		    'audit.event_ago_3', jsonb_agg(jsonb_build_object('rel', id,
			'op', 'update', 'before', now() - interval '1 hour')))
		from audit.relation where \"table\" = 'item'" commit >/dev/null
	run -0 --separate-stderr audit-seal verify
	is "$(lines 'select(.note == "purged") | [.role, .events]')" \
		"$(printf '["purge_atk",5]\n["postgres",35]')"
}

@test "a purge explains nothing but itself" {
	seal # a copy is another database
	sql "set session_replication_role = replica" \
		"do \$\$ begin execute (select format('drop trigger %I on other', tgname)
		from pg_trigger where tgrelid = 'other'::regclass
		and tgname ~ '^!audit_[0-9]'); end \$\$"
	purge --before '1 day' -t item -t other >/dev/null
	audit-purge hold add -t item --why x >/dev/null
	keeps item '1 day'
	seal
	run -1 --separate-stderr audit-seal verify
	is "$(findings | cut -d ' ' -f 1,3-5)" "$(printf 'window %s of public.other' \
		"$(jq -r 'select(.finding).message | split(" ")[1]' <<<"$output")")"
}

@test "a purge of what was to come claims nothing" {
	sql "insert into audit.event(id, at, op, key, new)
		select audit.new_id(t), t, 'purge', '{}', jsonb_build_object('run',
		    gen_random_uuid(), 'how', 'month', 'before', audit.utc(t + i),
		    'month', to_char(ago(3), 'YYYY-MM'), 'upto', 0, 'kept', '[]'::jsonb)
		from clock_timestamp() t, unnest('{null,1 year}'::interval[]) i"
	unguarded "delete from audit.event_ago_3"
	run -1 --separate-stderr audit-seal verify
	is "$(findings | cut -d ' ' -f 1 | sort | uniq -c | tr -s ' ')" ' 80 early'
}

@test "an act of erasure explains only what it says" {
	local id

	audit-purge erase -y -t item -k 1 --fields v --why x >/dev/null
	id=$(sql "select new -> 'ids' ->> 0 from audit.event where op = 'erase'")
	seal
	run -0 --separate-stderr audit-seal verify
	sql "create table was as select e::audit.event as w
		from audit.event_ago_3 e where id = '$id'"
	for names in "(w).redacted || '{@reason}'" x.redacted "(w).redacted"; do
		unguarded "update audit.event_ago_3 e
			set (redacted, parts, new) = (select $names, x.parts, x.new
			    from audit.without(w, '{}', '{id}', '{}') x)
			from was where e.id = (w).id"
		run -1 --separate-stderr audit-seal verify
		[[ $(findings) == "redacted "*"$id"* ]]
	done
}

@test "the server's statistics do not tell what was erased" {
	local left="select attname from pg_stats where schemaname = 'audit'
		and tablename ~ '^(event|session)' and concat(most_common_vals,
		histogram_bounds, most_common_elems) ~ "

	sql "insert into audit.event(id, at, op, actor, addr, record, parents, new)
		select audit.new_id(t), t, 'update', case when i < 50 then 'mallory' else 'x' end,
		    '10.9.8.7', case when i < 50 then audit.record(r.id, '77') end,
		    array[audit.record(r.id, '77')], '{\"id\": 77}'
		from audit.relation r, generate_series(1, 99) i,
		    lateral (select ago(1) + i * interval '1 second') x(t)
		where r.\"table\" = 'item'"
	sql "update audit.event_ago_1 set key = '{\"id\": 77}'
		where record = (select audit.record(id, '77') from audit.relation
		    where \"table\" = 'item')" && return 1
	unguarded "update audit.event_ago_1 e set key = '{\"id\": 77}'
		where e.record = (select audit.record(id, '77') from audit.relation
		    where \"table\" = 'item')"
	audit-session open -a mallory --user-agent mallory --addr 10.9.8.7 |
		jq -r .token | audit-session close >/dev/null
	sql 'analyze audit.event' 'analyze audit.event_ago_1' \
		'analyze audit.session, audit.session_known, audit.session_actor'
	[ -n "$(sql "$left 'mallory'")" ]
	audit-purge erase -y -a mallory --why x >/dev/null
	is "$(sql "$left 'mallory'")" ''
	# of what belongs to it, too
	sql "delete from audit.plan"
	[ -n "$(sql "$left (select audit.record(id, '77')::text
		from audit.relation where \"table\" = 'item')")" ]
	audit-purge erase -y -t item -k 77 --with key --related --why x >/dev/null
	is "$(sql "$left (select audit.record(id, '77')::text
		from audit.relation where \"table\" = 'item')")" ''
}

@test "what a seal keeps of a hold does not tell whom it was about" {
	audit-purge hold add -a mallory --why 'about mallory' >/dev/null
	seal
	audit-purge hold release 1 >/dev/null
	is "$(sql 'select state from audit.seal_state' | grep -c mallory)" 0
	is "$(sql 'select state from audit.seal_state' | grep '^"hold"' | cut -f 3 |
		jq -r 'fromjson | keys | join(",")')" \
		at,id,rel,related,role,since,table,until
}

@test "what was approved with an archive goes into one" {
	local act file

	as purge_atk sql "select audit.require_approval(true)" >/dev/null
	for call in month batch; do
		act=$(sql "select audit.prepare_act('run', jsonb_build_object('items',
			jsonb_agg(jsonb_build_object('rel', id, 'op', 'update', 'before',
			    now() - interval '1 hour')), 'archive', '/x'), '{}')
			from audit.relation where \"table\" = 'item'")
		as purge_atk sql "select audit.approve_act('$act')" >/dev/null
		for file in null "'{}'" "'{\"seal\": 0}'"; do
			run as purge_atk sql 'select pg_advisory_lock(audit.purge_key())' \
				"select audit.purge_$call(gen_random_uuid(), 'audit.event_ago_3',
				    p.act -> 'items', act => p.id, archive => $file)
				from audit.prepared p where id = '$act'"
			[[ $output == *'it was approved with an archive'* ]]
		done
	done
	is "$(purges)" ''
}

@test "verify says that evidence is partial, and what is not in it" {
	local dir=$BATS_TEST_TMPDIR/archive

	mkdir "$dir"
	purge --before '1 day' -t item --archive "$dir" >/dev/null
	zstd -dqc "$dir"/*-"$(sql "select to_char(ago(3), 'YYYY-MM')")"-*.zst \
		>"$dir/all"
	run -0 --separate-stderr audit-seal verify --offline "$dir/all"
	[[ $(lines 'select(.note == "partial").message') == *' 40 of the events '* ]]
	sed '0,/"op":"update"/{/"op":"update"/d}' "$dir/all" >"$dir/less"
	run -0 --separate-stderr audit-seal verify --offline "$dir/less"
	[[ $(lines 'select(.note == "partial").message') == *' 41 of the events '* ]]
	audit-seal export -o "$dir/export"
	sed '1s/{/{"partial":true,/' "$dir/export" >"$dir/forged"
	run --separate-stderr audit-seal verify --offline "$dir/forged"
	is "$(lines 'select(.note == "partial").note')" partial
}

@test "what is no list of fields does not mean all of them" {
	local list

	for list in '"v"' '[]' '[null]' '{"v": 1}' '[["v"]]' 1; do
		for key in fields with; do
			run -3 steps "select audit.erase_record(jsonb_build_object('what',
				    'record', 'records', array[audit.record(id, '1')],
				    'keys', '[\"[\\\"1\\\"]\"]'::jsonb, 'related', false, 'why', 'x',
				    '$key', '$list'::jsonb))
				from audit.relation where \"table\" = 'item'"
			[[ $output == *'no list of names'* ]]
		done
	done
	is "$(sql 'select count(*) from audit.event where redacted is not null')" 0
}
