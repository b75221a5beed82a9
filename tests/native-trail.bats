#!/usr/bin/env bats
# native-trail - whatever audit.event looks like, both engines write the same
# events to it, or none

load native

setup_file() {
	two_trails
	export MONTH
	MONTH=event_$(date -u +%Y_%m)
}

teardown_file() {
	drop_two_trails
}

setup() {
	two_schemas
	play <<-'END'
		create table item(id int primary key, name text);
	END
	audited s.item
	HANDED=$(handed)
}

teardown() {
	mend_trails
}

# mend_trails - as they were, and nothing lost
mend_trails() {
	play <<-END
		alter table audit.event disable row level security,
		    no force row level security;
		drop policy if exists mine on audit.event;
		drop policy if exists mine on audit.$MONTH;
		alter table audit.$MONTH disable row level security,
		    no force row level security;
		drop trigger if exists mine on audit.event;
		drop trigger if exists mine on audit.$MONTH;
		drop rule if exists mine on audit.event;
		drop rule if exists mine on audit.$MONTH;
		alter table audit.event drop constraint if exists mine;
		alter table audit.$MONTH drop constraint if exists mine;
		alter table audit.event drop column if exists mine;
		drop index if exists audit.mine;
		alter table audit.event alter reason drop not null,
		    alter app drop default, alter app set default
			nullif(current_setting('application_name'), '');
		drop table if exists public.seen cascade;
		drop function if exists public.see() cascade;
		do \$\$ begin perform audit.make_partitions(12); end \$\$;
	END
}

# warmed STATEMENT... - in one connection, between an insert that it begins with
# and one of each operation
warmed() {
	{
		echo "insert into item values (1, 'a');"
		printf '%s\n;' "$@"
		cat <<-'END'
			insert into item values (2, 'b');
			update item set name = 'c';
			delete from item where id = 1;
		END
	} | play
}

# aside STATEMENT - in another connection, for warmed
aside() {
	printf '\\! psql -qAtX -v ON_ERROR_STOP=1 -c "%s"\n' "${1//[$'\n\t']/ }"
}

@test "as init made it: nothing is handed over, in each of its indexes" {
	warmed
	same 5
	is "$(handed)" "$HANDED"
	for way in 'enable_seqscan = off' 'enable_indexscan = off;
		set enable_bitmapscan = off; set enable_indexonlyscan = off'; do
		for where in "record = audit.record((select id from audit.relation
			    where relid = 's.item'::regclass), '1')" \
			"txid > (select max(txid) from audit.event) - 1"; do
			is "$(sql_in "$NATIVE" "set $way; select count(*) > 0
				from audit.event where $where")" t
		done
	done
}

@test "every index has every event that is its" {
	play <<-'END'
		create table child(id int primary key, item int references item);
	END
	audited s.item --related
	play <<-'END'
		select token from audit.open_session('ann') \gset
		begin;
		select audit.use_session(:'token');
		insert into item select i from generate_series(1, 300) i;
		insert into child select i, i from generate_series(1, 300) i;
		update item set id = id + 1000 where id not in (select item from child);
		update child set item = null, id = -id where id % 3 = 0;
		delete from child where id % 2 = 0;
		commit;
	END
	sql_in "$NATIVE" 'create extension if not exists amcheck schema public' \
		"select public.bt_index_check(i.indexrelid, true)
		from pg_index i join pg_class c on c.oid = i.indexrelid
		where i.indrelid = 'audit.$MONTH'::regclass
		and c.relam = (select oid from pg_am where amname = 'btree')" \
		>/dev/null
	for way in 'enable_seqscan = off' 'enable_bitmapscan = off;
		set enable_indexscan = off; set enable_indexonlyscan = off'; do
		sql_in "$NATIVE" "set $way" "select 'parents', parents[1], count(*)
			from audit.event, audit.relation r
			where r.relid = 's.item'::regclass
			and parents && array[audit.record(r.id, '7')]
			group by parents[1]" \
			"select 'session', count(*) from audit.event where session =
			(select max(session) from audit.event
			where session is not null)" \
			"select 'to', count(*) from audit.event where record_to =
			(select max(record_to) from audit.event)" \
			"select 'tx', count(*) from audit.event where txid =
			(select max(txid) from audit.event)" \
			>"$BATS_TEST_TMPDIR/${way:7:5}"
	done
	is "$(wc -l <"$BATS_TEST_TMPDIR/bitma")" 4
	diff "$BATS_TEST_TMPDIR"/{bitma,seqsc}
}

@test "the month is missing: the rest takes them, and they come to be a month" {
	both sql "create table public.kept as select * from audit.$MONTH" \
		"alter table audit.event detach partition audit.$MONTH" \
		"drop table audit.$MONTH"
	warmed
	same 5
	is "$(both sql "select count(*) from audit.event_rest where op in
		('insert', 'update', 'delete') and id >= '$SINCE'")" '5
5'
	both sql 'select audit.make_partitions(12)' >/dev/null
	both sql 'truncate item'
	warmed "$(aside 'select audit.make_partitions(13)')"
	same 12
	both sql "select set_config('audit.purge', audit.purge_ticket(), false)" \
		"insert into audit.event select k.* from public.kept k
		where not exists (select from audit.event e where e.id = k.id)" \
		"drop table public.kept" >/dev/null
}

@test "the month is detached, and attached, while a connection knows it" {
	warmed "$(aside "alter table audit.event detach partition audit.$MONTH")"
	both sql "alter table audit.event detach partition audit.event_rest" \
		"alter table audit.event attach partition audit.$MONTH
		$(sql_in "$PORTABLE" "select audit.month_bound(
		    date_trunc('month', now() at time zone 'UTC')::timestamp,
		    date_trunc('month', now() at time zone 'UTC')::timestamp
			+ interval '1 month')")" \
		"insert into audit.event select * from audit.event_rest" \
		"drop table audit.event_rest" \
		"select audit.make_partition('event_rest', 'default')" >/dev/null
	same 5
}

@test "a month that is made while a connection knows only the rest" {
	both sql "create table public.kept as select * from audit.$MONTH" \
		"alter table audit.event detach partition audit.$MONTH" \
		"drop table audit.$MONTH"
	warmed "$(aside 'select audit.make_partitions(12) > 0')"
	both sql "insert into audit.event select k.* from public.kept k" \
		"drop table public.kept"
	same 5
	is "$(both sql "select count(*) from audit.event_rest")" '0
0'
}

@test "no partition at all: the write fails, in both" {
	both sql "alter table audit.event detach partition audit.$MONTH" \
		"alter table audit.event detach partition audit.event_rest"
	play <<-'END'
		\set VERBOSITY sqlstate
		\set ON_ERROR_STOP 0
		insert into item values (1, 'a');
		\set ON_ERROR_STOP 1
		select count(*) from item;
	END
	both sql "alter table audit.event attach partition audit.event_rest default" \
		"alter table audit.event attach partition audit.$MONTH
		$(sql_in "$PORTABLE" "select audit.month_bound(
		    date_trunc('month', now() at time zone 'UTC')::timestamp,
		    date_trunc('month', now() at time zone 'UTC')::timestamp
			+ interval '1 month')")"
	warmed
	same 5
}

@test "one more index, of any kind: on an expression, unique, partial, being made" {
	local index

	for index in 'index mine on audit.event(op)' \
		'index mine on audit.event(lower(actor))' \
		"index mine on audit.event(app) where op = 'insert'" \
		'index mine on audit.event(at) include (op, rules)' \
		'index mine on audit.event using hash(txid)' \
		'index mine on audit.event using gin(new jsonb_path_ops)' \
		'index mine on audit.event using brin(at)' \
		"unique index mine on audit.$MONTH(salt)" \
		"unique index mine on audit.$MONTH((id::text))" \
		"index mine on audit.$MONTH(label) where label is not null and app is null"; do
		begin_trail
		warmed 'truncate item' "$(aside "create $index")"
		same 5
		warmed 'truncate item'
		both sql 'truncate item'
		is "$(sql_in "$NATIVE" "select count(*) from audit.event
			where id >= '$SINCE'")" "$(sql_in "$NATIVE" "set enable_seqscan = off;
			select count(*) from audit.event where id >= '$SINCE'")"
		both sql 'drop index audit.mine'
	done
	sql_in "$NATIVE" 'create extension if not exists amcheck schema public'
	both sql "create index concurrently mine on audit.$MONTH(op, at)"
	begin_trail
	warmed 'truncate item'
	same 5
	sql_in "$NATIVE" "select public.bt_index_check('audit.mine', true)" >/dev/null
}

@test "CREATE INDEX CONCURRENTLY and REINDEX beside writers leave no hole in it" {
	local writer

	(for i in $(seq 25); do
		echo "insert into s.item select i from generate_series($i * 1000, $i * 1000 + 30) i;"
	done | PGDATABASE=$NATIVE psql -qX) &
	writer=$!
	sql_in "$NATIVE" 'create extension if not exists amcheck schema public' \
		"create index concurrently mine on audit.$MONTH(op, record)" \
		"reindex index concurrently audit.mine"
	wait "$writer"
	sql_in "$NATIVE" "insert into s.item values (-1)" \
		"select public.bt_index_check('audit.mine', true)" >/dev/null
	is "$(sql_in "$NATIVE" "select count(*) from audit.event
		where id >= '$SINCE' and op = 'insert'")" 776
}

@test "a check constraint, on all or on the month" {
	both sql "alter table audit.event add constraint mine
		check (op <> 'delete') not valid"
	play <<-'END'
		insert into item values (1, 'a'), (2, 'b');
		update item set name = 'c';
		\set VERBOSITY sqlstate
		\set ON_ERROR_STOP 0
		delete from item;
		\set ON_ERROR_STOP 1
		select count(*) from item;
	END
	same 4
	both sql 'alter table audit.event drop constraint mine'
	begin_trail
	both sql 'delete from item'
	warmed "$(aside "alter table audit.$MONTH
		add constraint mine check (actor is null) not valid")" "set audit.actor = 'ann'" \
		'\set VERBOSITY sqlstate' '\set ON_ERROR_STOP 0'
	same 3
}

@test "a column that must not be null" {
	both sql "create table public.kept as select * from audit.event" \
		"alter table audit.event detach partition audit.$MONTH" \
		"drop table audit.$MONTH" "select audit.make_partitions(12)" \
		"alter table audit.event alter reason set not null" >/dev/null
	play <<-'END'
		\set VERBOSITY sqlstate
		\set ON_ERROR_STOP 0
		insert into item values (1, 'a');
		set audit.reason = 'why';
		insert into item values (2, 'a');
	END
	both sql "alter table audit.event alter reason drop not null" \
		"insert into audit.event select k.* from public.kept k" \
		"drop table public.kept"
	same 1
}

@test "a trigger of somebody's, for rows and for statements, on all or a month" {
	play <<-'END'
		create table public.seen(op text, what text);
		create function public.see() returns trigger language plpgsql as $$
		begin
			if tg_level = 'ROW' then
				insert into public.seen values (new.op, tg_when || tg_level);
				return new;
			end if;
			insert into public.seen values (null, tg_when || tg_level);
			return null;
		end $$;
	END
	for trigger in "after insert on audit.event for each row" \
		"before insert on audit.$MONTH for each row" \
		"after insert on audit.event for each statement" \
		"before insert on audit.event for each statement"; do
		begin_trail
		warmed "$(aside "create trigger mine $trigger execute function public.see()")" \
			'truncate item'
		same 5
		both sql "drop trigger mine on ${trigger#* on }" 2>/dev/null ||
			both sql "drop trigger mine on $(grep -o 'audit[^ ]*' <<<"$trigger")"
		both sql 'truncate item'
		is "$(both sql 'select count(*) > 1, min(op), min(what) from public.seen' |
			sort -u | wc -l)" 1
		both sql 'truncate public.seen'
	done
}

@test "a rule, row security, another default" {
	begin_trail
	warmed "$(aside "create rule mine as on insert to audit.event do also
		select 1")" 'truncate item'
	same 5
	both sql 'drop rule mine on audit.event' 'truncate item' \
		'alter table audit.event enable row level security,
			force row level security'
	begin_trail
	warmed 'truncate item'
	same 5
	both sql 'truncate item' 'alter table audit.event
		disable row level security, no force row level security'
	begin_trail
	both sql "alter table audit.$MONTH alter app set default 'mine'"
	warmed 'truncate item'
	same 5
	both sql "alter table audit.$MONTH alter app drop default"
}

@test "columns in another order, one more, one dropped" {
	both sql 'alter table audit.event add column mine text'
	begin_trail
	warmed 'truncate item'
	same 5
	both sql 'alter table audit.event drop column mine' 'truncate item'
	begin_trail
	warmed 'truncate item'
	same 5
	both sql "alter table audit.event add column mine text default 'x'" \
		'truncate item'
	begin_trail
	warmed 'truncate item'
	same 5
}

@test "other storage: unlogged, a tablespace, fillfactor, no TOAST compression" {
	both sql "alter table audit.$MONTH set (fillfactor = 20)" \
		"alter table audit.$MONTH alter new set storage external"
	begin_trail
	play <<-'END'
		insert into item values (3, repeat('long ', 100000));
		update item set name = name || 'x';
		truncate item;
	END
	same 4
	both sql "alter table audit.$MONTH reset (fillfactor)" \
		"alter table audit.$MONTH alter new set storage extended" \
		"vacuum full audit.$MONTH"
	warmed
	same 9
}
