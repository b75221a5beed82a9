-- purge: removes events that may go, so that audit-seal can tell it from a theft. Each step is a transaction, and an event says
-- what it removed; see audit-purge(1). What may go is a list of items, as jsonb: [{"policy", "rel", "op", "before"}].

-- What was written to a file before it went.
create table audit.archive(
  dir    text        not null,
  file   text        not null,
  month  text        not null,	-- of the events, or rest
  run    uuid        not null,
  events bigint      not null,
  first  uuid,
  last   uuid,
  sha256 text        not null,
  at     timestamptz not null default clock_timestamp(),
  primary key (dir, file));
comment on table audit.archive is 'the archives that audit-purge has made';

-- The key of the advisory lock that whoever purges or erases holds.
create function audit.purge_key() returns bigint language sql immutable as $$
  select hashtextextended('audit.purge', 0) $$;

-- Nothing is removed but by who holds the lock, with an approval if one is required.
create function audit.need_purge_lock() returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from pg_locks l where l.locktype = 'advisory' and l.objsubid = 1 and l.granted and l.pid = pg_backend_pid()
      and l.mode = 'ExclusiveLock' and (l.classid::bigint << 32 | l.objid::bigint) = audit.purge_key()
      and l.database = (select d.oid from pg_database d where d.datname = current_database())) then
    raise exception 'only audit-purge removes events' using errcode = 'UA023', hint = 'It holds the advisory lock of audit.purge_key().';
  end if;
end $$;

-- The items as rows: what has a lower id than upto may go.
create function audit.purge_items(items jsonb) returns table(policy int, rel int, op text, before timestamptz, upto uuid)
 language sql stable set search_path = pg_catalog, pg_temp as $$
  select i.policy, i.rel, i.op, i.before, case when i.before < now() then audit.first_id(i.before) end
  from jsonb_to_recordset($1) i(policy int, rel int, op text, before timestamptz) $$;

-- Months are counted in UTC, as retention_cutoffs() does.
create function audit.check_items(items jsonb) returns void language plpgsql stable set search_path = pg_catalog, pg_temp
 set timezone = 'UTC' as $$
declare bad text;
begin
  if jsonb_typeof(items) is distinct from 'array' then
    raise exception 'what may go is no list' using errcode = 'invalid_parameter_value';
  end if;
  select case
      when i.op <> all(audit.purgeable_ops()) or i.op is null then format('%s: acts of the trail stay', i.op)
      when (i.op = any(case when i.rel is null then '{insert,update,delete,truncate}' else audit.session_ops() end)) then format('%s: wrong table', i.op)
      when i.before is null or not isfinite(i.before) then format('%s: no time', i.op)
      when i.before >= now() then format('%s: not in the past: %s', i.op, i.before)
      end
    into bad
    from audit.purge_items(items) i
    where i.op <> all(audit.purgeable_ops()) or i.op is null or (i.op = any(case when i.rel is null then '{insert,update,delete,truncate}' else audit.session_ops() end))
      or i.before is null or not isfinite(i.before) or i.before >= now()
    limit 1;
  if bad is not null then
    raise exception '%', bad using errcode = 'invalid_parameter_value';
  end if;
  -- an event says that by this policy, and no other one, these went
  select format('policy %s has changed since, or gone', i.policy) into bad
    from audit.purge_items(items) i left join audit.retention_cutoffs(now()) c
      on c.policy = i.policy and coalesce(c.rel, 0) = coalesce(i.rel, 0) and c.op = i.op and c.before >= i.before
    where i.policy is not null and c.policy is null limit 1;
  if bad is not null then
    raise exception '%', bad using errcode = 'UA020';
  end if;
end $$;

-- What happened to some tables before a time, whatever the policies say.
create function audit.before_items(tables text[], ops text[], before timestamptz) returns jsonb language plpgsql stable
 set search_path = pg_catalog, pg_temp as $$
declare n text; l text[]; rels int[] := '{}'; few int[];
begin
  ops := coalesce(audit.check_ops(ops, true), array(select o from unnest(audit.purgeable_ops()) o where o <> all(audit.session_ops())));
  foreach n in array tables loop
    if audit.is_pattern(n) then
      l := audit.like_of(n);
      few := array(select k.rel from audit.relation_known k where k."schema" like l[1] and k."table" like l[2]);
      if few = '{}' then
        raise exception 'no table of the trail has such a name: %', n using errcode = 'undefined_table';
      end if;
    else
      few := audit.relations_named(n);
    end if;
    rels := rels || few;
  end loop;
  return (select jsonb_agg(jsonb_build_object('policy', null, 'rel', r, 'op', o, 'before', before) order by r, o)
    from (select distinct r from unnest(rels) r) x, unnest(ops) o);
end $$;

-- What each step begins with. What was approved is done as it was approved.
create function audit.begin_purge(items jsonb, act uuid, unsealed bool default false, archive jsonb default null) returns void
 language plpgsql set search_path = pg_catalog, pg_temp as $$
declare approved jsonb;
begin
  perform audit.need_purge_lock();
  approved := audit.check_approval(act, 'run');
  if approved is not null and (items is distinct from approved -> 'items' or unsealed and (approved -> 'unsealed') is distinct from 'true'
      or (approved -> 'shipped') = 'true' and (archive ? 'shipped') is not true) then
    raise exception 'this is not what was approved' using errcode = 'UA020';
  end if;
  perform audit.check_items(items);
end $$;

-- How far the trail is sealed: no is null where it never was. Of events that came with a restore nothing is known before
-- the next seal.
create function audit.purge_seal(out no bigint, out horizon bigint) language plpgsql stable
 set search_path = pg_catalog, pg_temp as $$
declare system text;
begin
  select s.no, s.horizon, s.line::json ->> 'system' into no, horizon, system from audit.seal s order by s.no desc limit 1;
  if system <> (select c.system_identifier::text from pg_control_system() c) then
    raise exception 'the trail was restored since it was sealed' using errcode = 'UA022', hint = 'Run audit-seal first.';
  end if;
end $$;

-- Whether all that was erased has been erased in an archive database, too, which has come to know of this much. It can only be as
-- long as it is here.
create function audit.shipped_erased(erased txid_snapshot) returns bool language sql stable security definer
 set search_path = pg_catalog, pg_temp as $$
  select not exists (select from audit.event e where e.op = 'erase' and e.record is null
    and ($1 is null or not audit.is_native(e.xmin, e.txid) or not txid_visible_in_snapshot(e.txid, $1))) $$;

-- The archive database that has the most of this trail, as it is sealed here, and nothing that was erased here; null where none has anything.
create function audit.purge_shipped(out archive uuid, out name text, out trail text, out seal bigint, out at timestamptz)
 language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  select h.archive, h.name, h.trail, h.seal, h.at into archive, name, trail, seal, at
    from audit.shipped h join audit.seal s on s.no = h.seal and s.hash = h.hash where audit.shipped_erased(h.erased) order by h.seal desc, h.at desc limit 1;
end $$;

-- How far what may go has to be covered by seals: by those that there were when it was written to a file (archive "seal"), and
-- by those that an archive database has verified (archive "shipped"); that one is then shipped. A seal of the time before a
-- restore covers no transaction of now, whatever its number.
create function audit.purge_upto(archive jsonb, out no bigint, out horizon bigint, out shipped jsonb) language plpgsql stable
 set search_path = pg_catalog, pg_temp as $$
declare h record; last bigint; system text;
begin
  select s.no, s.horizon into last, horizon from audit.purge_seal() s;
  no := case when last is not null then least(last, (archive ->> 'seal')::bigint) end;
  if archive ? 'shipped' then
    select * into h from audit.purge_shipped();
    no := case when last is not null then least(no, coalesce(h.seal, -1)) end;
    shipped := jsonb_build_object('archive', h.archive, 'name', h.name, 'trail', h.trail, 'seal', h.seal);
  end if;
  if no < last then
    select s.horizon, s.line::json ->> 'system' into horizon, system from audit.seal s where s.no = purge_upto.no;
    if system is distinct from (select c.system_identifier::text from pg_control_system() c) then
      horizon := null;
    end if;
  end if;
end $$;

create function audit.this_month() returns uuid language sql stable as $$
  select audit.first_id(date_trunc('month', clock_timestamp() at time zone 'UTC') at time zone 'UTC') $$;

-- Whether there may be something in a partition: a table's events are found by its records, whenever they were.
create function audit.may_have(part regclass, items jsonb) returns bool language plpgsql stable
 set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off as $$
declare there bool;
begin
  execute format($q$
    select exists (select from (select distinct rel from audit.purge_items($1) where rel is not null) i
        where exists (select from %s e where e.record >= i.rel::bigint << 32 and e.record < (i.rel::bigint + 1) << 32))
      or exists (select from audit.purge_items($1) i
        where i.rel is null and exists (select from %1$s e where e.record is null and e.op = i.op and e.id < i.upto))$q$, part)
    into there using items;
  return there;
end $$;

-- Whether it was mostly emptied, but its files have not got smaller, as far as the server's statistics tell.
create function audit.is_sparse(part regclass) returns bool language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(c.relpages > 128 and c.reltuples >= 0 and c.reltuples * 2 * (60 + (
    select sum(least(2000, s.avg_width) * (1 - s.null_frac)) from pg_stats s where s.schemaname = 'audit' and s.tablename = c.relname)) < c.relpages * 8192::float8, false)
  from pg_class c where c.oid = $1 $$;

-- Where something is to be done: in the partitions that begin before what the items say, the oldest first. past: the month is
-- over; vacant: nothing is left in it.
create function audit.purge_parts(items jsonb, out part regclass, out month text, out past bool, out vacant bool) returns setof record
 language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare p record;
begin
  perform audit.check_items(items);
  for p in
    select x.part, x.lo, coalesce(x.hi <= audit.this_month(), false) as past
    from (select o.part, o.lo, o.hi from audit.partition o union all select 'audit.event_rest'::regclass, null, null) x
    where x.lo is null or x.lo < (select max(i.upto::text collate "C")::uuid from audit.purge_items(items) i)
    order by x.lo nulls last loop
    execute format('select not exists (select from %s)', p.part) into vacant;
    continue when not (p.past and (vacant or audit.is_sparse(p.part))) and (vacant or not audit.may_have(p.part, items));
    part := p.part;
    month := case when p.lo is null then 'rest' else audit.month_of(p.lo) end;
    past := p.past;
    return next;
  end loop;
end $$;

-- The event of one step.
create function audit.note_purge(run uuid, what jsonb, out id uuid) language plpgsql set search_path = pg_catalog, pg_temp as $$
declare t timestamptz := clock_timestamp();
begin
  if note_purge.run is null then
    raise exception 'no run' using errcode = 'invalid_parameter_value';
  elsif note_purge.what ->> 'events' > '0' and jsonb_typeof(note_purge.what -> 'archive') <> 'object' and exists (
      select from audit.prepared p where p.id = (note_purge.what ->> 'act')::uuid and jsonb_typeof(p.act -> 'archive') = 'string') then
    raise exception 'it was approved with an archive' using errcode = 'UA020';
  end if;
  id := audit.new_id(t);
  insert into audit.event(id, at, op, key, new) values (note_purge.id, t, 'purge', jsonb_build_object('run', run),
    jsonb_build_object('run', run) || what);
end $$;

create function audit.note_relations(items jsonb) returns void language sql set search_path = pg_catalog, pg_temp as $$
  insert into audit.relation_purged(rel, before)
  select i.rel, max(i.before) from audit.purge_items(items) i where i.op in ('insert', 'update', 'delete', 'truncate', 'gap') and i.rel is not null
    group by i.rel order by i.rel
  on conflict on constraint relation_purged_pkey do update set before = excluded.before where relation_purged.before < excluded.before $$;

create function audit.put_archive(run uuid, archive jsonb) returns void language sql set search_path = pg_catalog, pg_temp as $$
  insert into audit.archive(dir, file, month, run, events, first, last, sha256)
  select x.dir, x.file, x.month, put_archive.run, x.events, nullif(x.first, '')::uuid, nullif(x.last, '')::uuid, x.sha256
  from jsonb_to_record(archive) x(dir text, file text, month text, events bigint, first text, last text, sha256 text)
  where x.file is not null
  on conflict on constraint archive_pkey do update set events = excluded.events, first = excluded.first, last = excluded.last,
    sha256 = excluded.sha256, at = excluded.at
    where (archive.sha256, archive.run) is distinct from (excluded.sha256, excluded.run) $$;

create function audit.archive_said(archive jsonb) returns jsonb language sql immutable as $$
  select case when $1 ->> 'file' is not null then jsonb_build_object('file', $1 -> 'file', 'sha256', $1 -> 'sha256') end $$;

-- Months

-- How many of the places in claims are of a month.
create function audit.claimed(claims jsonb, month text) returns bigint language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(sum(split_part(r, '-', greatest(1, cardinality(string_to_array(r, '-'))))::bigint - split_part(r, '-', 1)::bigint + 1), 0)::bigint
  from jsonb_array_elements($1) c, unnest(string_to_array(c ->> 3, ',')) r where c ->> 0 = $2 $$;

-- How many sealed events of a month have been removed.
create function audit.purged(month text) returns bigint language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(sum(case when e.new ->> 'month' = $1
      then (e.new ->> 'events')::bigint - coalesce((e.new ->> 'unsealed')::bigint, 0)
      else audit.claimed(e.new -> 'claims', $1) end), 0)::bigint
  from audit.event e where e.record is null and e.op = 'purge' and e.new ->> 'month' in ($1, 'rest') $$;

-- The events of a partition that have to stay, 1001 at most. By indexes, so that it takes no longer where there are more of the
-- others; but for a policy that lets go only some operations of a table, and a hold of an actor.
create function audit.purge_kept(part regclass, lo uuid, hi uuid, items jsonb) returns uuid[] language plpgsql
 set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off as $$
declare kept uuid[] := '{}'; few uuid[]; may text[]; row_ops text[]; o text; r bigint; h audit.hold; this int;
begin
  row_ops := array(select p from unnest(audit.purgeable_ops()) p where p <> all(audit.session_ops()));
  -- what is of no table: acts of the trail, sessions
  may := array(select i.op from audit.purge_items(items) i where i.rel is null and i.upto >= hi);
  execute format('select op from %s where record is null order by op limit 1', part) into o;
  while o is not null and cardinality(kept) <= 1000 loop
    if o <> all(may) then
      execute format('select array(select id from %s where record is null and op = $1 order by id limit 1001)', part) into few using o;
      kept := kept || few;
    end if;
    execute format('select op from %s where record is null and op > $1 order by op limit 1', part) into o using o;
  end loop;
  -- each table that there is
  execute format('select record from %s where record is not null order by record limit 1', part) into r;
  while r is not null and cardinality(kept) <= 1000 loop
    this := (r >> 32)::int;
    may := array(select i.op from audit.purge_items(items) i where i.rel = this and i.upto >= hi);
    -- acts that name a table have its record without a key
    execute format('select array(select id from %s where record >= $1 and record <= $2 and op <> all($3) limit 1001)', part)
      into few using this::bigint << 32, case when may @> row_ops then this::bigint << 32 else (this::bigint << 32) + 4294967295 end, may;
    kept := kept || few;
    execute format('select record from %s where record >= $1 order by record limit 1', part) into r using (this::bigint + 1) << 32;
  end loop;
  -- (the first id of no time is not null)
  for h in select * from audit.hold x where (x.since is null or audit.first_id(x.since) < hi) and (x.until is null or audit.first_id(x.until) > lo) loop
    exit when cardinality(kept) > 1000;
    execute format('select array(select e.id from audit.event e where e.id >= $2 and e.id < $3 and audit.hold_covers($1, e)%s limit 1001)',
        case when h.record is not null then ' and (e.record = $4 or e.record_to = $4 or e.parents @> array[$4])'
          when h.session is not null then ' and e.session = $5'
          when h.rel is not null then ' and e.record >= $6::bigint << 32 and e.record < ($6::bigint + 1) << 32' end)
      into few using h, lo, hi, h.record, h.session, h.rel;
    kept := kept || few;
  end loop;
  return array(select distinct k from unnest(kept) k);
end $$;

-- The leaves of a month that were sealed: how many, and what their hashes hash to, seal by seal.
create function audit.month_leaves(lo uuid, hi uuid, upto bigint, out leaves bigint, out root text) language sql stable
 set search_path = pg_catalog, pg_temp as $$
  select coalesce(sum(x.leaves), 0)::bigint,
    encode(sha256(coalesce(string_agg(decode(m ->> 'root', 'hex'), '' order by x.seal), '')), 'hex')
  from (select l.seal, l.month, sum(octet_length(l.leaves)) / 48 as leaves from audit.leaf l
      where l.first >= lo and l.first < hi and l.seal <= upto group by 1, 2) x
    join audit.seal s on s.no = x.seal, json_array_elements(s.line::json -> 'months') m
  where m ->> 'month' = x.month $$;

-- A whole month goes, but for a few events. done is false where it has to go in batches. Readers of this month are kept off
-- while it happens, writers never: what they write is of this month or a later one. The caller sets lock_timeout.
create function audit.purge_month(run uuid, part regclass, items jsonb, act uuid default null, archive jsonb default null,
  out done bool, out events bigint, out kept bigint, out bytes bigint, out first timestamptz, out last timestamptz,
  out held bigint, out holds int[], out policies int[], out event uuid)
 language plpgsql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off as $$
declare p record; s record; l record; stay uuid[]; rows audit.event[]; month text; fresh bool;
begin
  perform audit.begin_purge(items, act, false, archive);
  done := false;
  select x.lo, x.hi into p from audit.partition x where x.part = purge_month.part;
  if p.lo is null or p.hi > audit.this_month() then return; end if;
  month := audit.month_of(p.lo);
  s := audit.purge_upto(archive);
  if s.no is null then return; end if;
  -- nobody comes to hold or to add something now
  perform audit.lock_holds();
  execute format('lock table %s in share mode', part);
  execute format('select exists (select from %s where txid >= $1)', part) into fresh using coalesce(s.horizon, 0);
  if fresh then return; end if;
  stay := audit.purge_kept(part, p.lo, p.hi, items);
  if cardinality(stay) > 1000 then return; end if;
  execute format('select at from %s where id <> all($1) order by id limit 1', part) into first using stay;
  execute format('select at from %s where id <> all($1) order by id desc limit 1', part) into last using stay;
  done := true;
  events := 0;
  kept := cardinality(stay);
  select count(distinct x.id), coalesce(array_agg(distinct x.hold), '{}') into held, holds
    from audit.held_among(array(select y from unnest(stay) y order by y)) x join audit.event e on e.id = x.id join audit.purge_items(items) i
      on i.op = e.op and e.id < i.upto and i.rel is not distinct from case when e.record is not null then (e.record >> 32)::int end;
  if first is null then return; end if;
  select * into l from audit.month_leaves(p.lo, p.hi, s.no);
  events := l.leaves - audit.purged(month) - kept;
  bytes := pg_total_relation_size(part);
  execute format('lock table %s in access exclusive mode', part);
  execute format('select array_agg(e::audit.event) from %s e where id = any($1)', part) into rows using stay;
  perform set_config('audit.purge', audit.purge_ticket(), true);
  execute format('truncate %s', part);
  perform set_config('audit.purge', '', true);
  insert into audit.event select x.* from unnest(rows) x;
  bytes := bytes - pg_total_relation_size(part);
  perform audit.put_archive(run, archive);
  perform audit.note_relations(items);
  -- those that reach into this month
  policies := (select array_agg(distinct i.policy) filter (where i.policy is not null and i.upto > p.lo) from audit.purge_items(items) i);
  event := audit.note_purge(run, (select jsonb_build_object('policy', to_jsonb(policies),
      'how', 'month', 'before', audit.utc(max(i.before)), 'month', month, 'partition', (select c.relname from pg_class c where c.oid = part),
      'events', events, 'unsealed', 0, 'from', audit.utc(first), 'to', audit.utc(last), 'upto', s.no, 'kept', to_jsonb(stay), 'root', l.root,
      'archive', audit.archive_said(archive), 'act', act) || case when s.shipped is null then '{}' else jsonb_build_object('shipped', s.shipped) end from audit.purge_items(items) i));
end $$;

-- An empty month that is over goes itself. That keeps writers waiting, so it waits for nobody but a moment, and where it cannot
-- be done now it is done some other time.
create function audit.purge_drop(run uuid, part regclass, items jsonb, act uuid default null) returns uuid language plpgsql
 security definer set search_path = pg_catalog, pg_temp set lock_timeout = '50ms' as $$
declare p record; there bool; name text;
begin
  perform audit.begin_purge(items, act, false, '{"shipped": true}');
  select x.lo, x.hi into p from audit.partition x where x.part = purge_drop.part;
  if p.lo is null or p.hi > audit.this_month() then return null; end if;
  name := (select c.relname from pg_class c where c.oid = part);
  execute format('lock table %s in access exclusive mode', part);
  execute format('select exists (select from %s)', part) into there;
  if there then return null; end if;
  -- as DROP does, but what writers use comes last
  lock table audit.event_rest in access exclusive mode;
  lock table only audit.event in access exclusive mode;
  execute format('drop table %s', part);
  return audit.note_purge(run, jsonb_build_object('how', 'drop', 'month', audit.month_of(p.lo), 'partition', name, 'events', 0, 'act', act));
end $$;

-- Batches

-- What is in a table of somebody else's would be looked at, or his view's functions be called, with the owner's rights.
create function audit.check_part(part regclass) returns void language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from (select x.part from audit.partition x union all select 'audit.event_rest'::regclass) y where y.part = $1) then
    raise exception 'no partition of the trail: %', part using errcode = 'invalid_parameter_value';
  end if;
end $$;

-- An event that may go.
create type audit.going as (tid tid, id uuid, at timestamptz, policy int, size bigint);

-- A query for what may go of a partition: of at most $3 events with an id above $2, in the order of their ids, all, with those
-- that may go (policy is then the policy, or 0). $1 are the items, $4 a snapshot: what it does not show is passed over.
create function audit.going_sql(part regclass) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select format($q$
    select e.ctid as tid, e.id, e.at, case when i.op is not null then coalesce(i.policy, 0) end as policy, e.txid, e.xmin, e.size
    from (select w.ctid, w.id, w.at, w.op, case when w.record is not null then (w.record >> 32)::int end as rel, w.txid, w.xmin,
          100 + coalesce(pg_column_size(w.key), 0)::bigint + coalesce(pg_column_size(w.label), 0)
            + coalesce(pg_column_size(w.old), 0) + coalesce(pg_column_size(w.new), 0) as size
        from %s w where w.id > $2 and w.id < (select max(m.upto::text collate "C")::uuid from audit.purge_items($1) m) order by w.id limit $3) e
      left join audit.purge_items($1) i on i.op = e.op and i.rel is not distinct from e.rel and e.id < i.upto and e.at < i.before
        and ($4 is null or txid_visible_in_snapshot(e.txid, $4) or not audit.is_native(e.xmin, e.txid))$q$, part) $$;

-- Which of these are held, and by what.
create function audit.held_among(ids uuid[]) returns table(id uuid, hold int) language plpgsql stable
 set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from audit.hold) or cardinality(ids) = 0 then return; end if;
  return query execute 'select e.id, h.id from audit.event e, audit.hold h
    where e.id = any($1) and e.id >= $1[1] and e.id <= $1[cardinality($1)] and audit.hold_covers(h, e)' using ids;
end $$;

-- Where these events lie in the leaves of the seals up to one: which there are, the places as a claim, and what their hashes
-- hash to.
create function audit.leaf_places(ids uuid[], upto bigint, out sealed uuid[], out claims jsonb, out root text) language sql stable
 set search_path = pg_catalog, pg_temp set enable_nestloop = off set jit = off as $$
  with place as materialized (
    select c.id, l.month, l.seal, l.n, i as pos, substr(l.b, i * 48 + 17, 32) as hash
    from (select month, seal, n, leaves || '' as b from audit.leaf
        where first >= audit.first_id((audit.month_of($1[1]) || '-01 00:00:00+00')::timestamptz) and first <= $1[cardinality($1)]
          and last >= $1[1] and seal <= $2 offset 0) l
      cross join lateral generate_series(0, length(l.b) / 48 - 1) i
      join unnest($1) c(id) on uuid_send(c.id) = substr(l.b, i * 48 + 1, 16)),
  range as (
    select month, seal, n, min(pos) as a, max(pos) as b
    from (select month, seal, n, pos, pos - row_number() over (partition by month, seal, n order by pos) as run from place) x
    group by month, seal, n, run),
  claim as (
    select month, seal, n, string_agg(case when a = b then a::text else a || '-' || b end, ',' order by a) as places from range
    group by month, seal, n)
  select array(select distinct id from place),
    coalesce((select jsonb_agg(jsonb_build_array(month, seal, n, places) order by month collate "C", seal, n) from claim), '[]'),
    encode(sha256(coalesce((select string_agg(hash, '' order by month collate "C", seal, n, pos) from place), '')), 'hex') $$;

-- Removes what may go among the next events of a partition, from the one behind "after" on; max events are looked at at a time,
-- until half as many may go. last: the one looked at last; more: there are others behind it. open: how many may go, but
-- are not sealed.
create function audit.purge_batch(run uuid, part regclass, items jsonb, after uuid default null, max int default 20000,
  unsealed bool default false, act uuid default null, archive jsonb default null,
  out events bigint, out bytes bigint, out open bigint, out held bigint, out holds int[], out first timestamptz, out last timestamptz,
  out upto uuid, out more bool, out policies int[], out event uuid)
 language plpgsql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off as $$
declare s record; c audit.going[] := '{}'; few audit.going[]; n bigint; ids uuid[]; h record; place record; month text; snap txid_snapshot; at_end uuid;
begin
  perform audit.begin_purge(items, act, unsealed, archive);
  s := audit.purge_upto(archive);
  s.no := coalesce(s.no, -1);
  snap := (archive ->> 'snapshot')::txid_snapshot;
  perform audit.check_part(part);
  perform audit.lock_holds();
  upto := coalesce(after, '00000000-0000-0000-0000-000000000000');
  for i in 1 .. 10 loop
    execute format('select count(*), array_agg((tid, id, at, policy, size)::audit.going order by id) filter (where policy is not null),
      (array_agg(id order by id desc))[1] from (%s) x', audit.going_sql(part)) into n, few, at_end using items, upto, max, snap;
    c := c || coalesce(few, '{}');
    upto := coalesce(at_end, upto);
    more := n = max;
    exit when not more or cardinality(c) * 2 >= max;
  end loop;
  -- not what is held
  ids := array(select x.id from unnest(c) x order by x.id);
  select coalesce(array_agg(distinct x.id), '{}') as ids, coalesce(array_agg(distinct x.hold), '{}') as holds into h from audit.held_among(ids) x;
  held := cardinality(h.ids);
  holds := h.holds;
  if held > 0 then
    c := array(select x from unnest(c) x left join unnest(h.ids) k(id) on k.id = x.id where k.id is null order by x.id);
    ids := array(select x.id from unnest(c) x order by x.id);
  end if;
  select * into place from audit.leaf_places(ids, s.no);
  open := cardinality(ids) - cardinality(place.sealed);
  if open > 0 and not unsealed then
    c := array(select x from unnest(c) x join unnest(place.sealed) k(id) on k.id = x.id);
  end if;
  select count(*), sum(x.size), min(x.at), max(x.at) into events, bytes, first, last from unnest(c) x;
  if events = 0 then return; end if;
  perform set_config('audit.purge', audit.purge_ticket(), true);
  execute format('delete from %s where ctid = any($1)', part) using array(select x.tid from unnest(c) x);
  get diagnostics n = row_count;
  perform set_config('audit.purge', '', true);
  if n <> events then
    raise exception 'events have changed meanwhile' using errcode = 'serialization_failure';
  end if;
  month := coalesce((select audit.month_of(p.lo) from audit.partition p where p.part = purge_batch.part), 'rest');
  perform audit.put_archive(run, archive);
  perform audit.note_relations(items);
  policies := (select array_agg(distinct x.policy) filter (where x.policy <> 0) from unnest(c) x);
  event := audit.note_purge(run, (select jsonb_build_object('policy', to_jsonb(policies), 'how', 'batch', 'before', audit.utc(max(i.before)), 'month', month, 'partition', (select k.relname from pg_class k where k.oid = part),
      'events', events, 'unsealed', case when unsealed then open else 0 end, 'from', audit.utc(first), 'to', audit.utc(last),
      'claims', place.claims, 'root', place.root, 'archive', audit.archive_said(archive), 'act', act) || case when s.shipped is null then '{}' else jsonb_build_object('shipped', s.shipped) end from audit.purge_items(items) i));
  if unsealed then open := 0; end if;
end $$;

-- The events of a partition that may go, for whoever writes them to a file first: each of those that purge_month() and
-- purge_batch() would remove now, and perhaps more.
create function audit.purge_going(part regclass, items jsonb, unsealed bool default false, out id uuid) returns setof uuid
 language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare s record;
begin
  perform audit.check_part(part);
  perform audit.check_items(items);
  s := audit.purge_seal();
  return query execute format('select x.id from (%s) x where x.policy is not null and ($5 or x.txid < $6 or not audit.is_native(x.xmin, x.txid))%s',
    audit.going_sql(part), case when exists (select from audit.hold) then
      ' and not exists (select from audit.hold h join audit.event e on e.id = x.id where audit.hold_covers(h, e))' end) using items, '00000000-0000-0000-0000-000000000000'::uuid, null::bigint, null::txid_snapshot, unsealed, coalesce(s.horizon, 0);
end $$;

-- What would go, by table, operation and policy; what is held, or not sealed (with_shipped: not shipped) and not asked for, is
-- counted apart.
create function audit.purge_counts(items jsonb, with_unsealed bool, with_shipped bool default false, out "schema" text, out "table" text, out op text, out policy int, out before timestamptz,
  out first timestamptz, out last timestamptz, out events bigint, out bytes bigint, out held bigint, out unsealed bigint) returns setof record
 language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare s record;
begin
  perform audit.check_items(items);
  s := audit.purge_upto(case when with_shipped then '{"shipped": true}'::jsonb end);
  return query execute format($q$
    select r."schema", r."table", x.op, x.policy, x.before, min(x.at), max(x.at), count(*) filter (where x.goes),
      coalesce(sum(x.size) filter (where x.goes), 0)::bigint, count(*) filter (where x.held), count(*) filter (where x.open)
    from (select i.rel, i.op, i.policy, i.before, e.at,
        100 + coalesce(pg_column_size(e.key), 0)::bigint + coalesce(pg_column_size(e.label), 0)
          + coalesce(pg_column_size(e.old), 0) + coalesce(pg_column_size(e.new), 0) as size,
        k.held, k.open, not k.held and (not k.open or $3) as goes
      from audit.event e join audit.purge_items($1) i on i.op = e.op and e.id < i.upto and e.at < i.before
        and i.rel is not distinct from case when e.record is not null then (e.record >> 32)::int end,
        lateral (select %s as held, $2 is null or e.txid >= $2 and audit.is_native(e.xmin, e.txid) as open) k
      where e.id < (select max(m.upto::text collate "C")::uuid from audit.purge_items($1) m)) x
    left join audit.relation r on r.id = x.rel
    group by r."schema", r."table", x.op, x.policy, x.before, x.rel
    order by r."schema" collate "C", r."table" collate "C", x.rel, x.op collate "C", x.policy$q$,
    case when exists (select from audit.hold) then 'exists (select from audit.hold h where audit.hold_covers(h, e))' else 'false' end)
  using items, s.horizon, with_unsealed;
end $$;

-- Space

-- Writes a partition anew where more than half of it is nothing. Whoever reads this month waits; the caller sets lock_timeout.
-- Returns how many bytes that gave back, null where it was not due.
create function audit.purge_rewrite(part regclass) returns bigint language plpgsql security definer
 set search_path = pg_catalog, pg_temp set jit = off as $$
declare before bigint := pg_total_relation_size(part); needed bigint; p record;
begin
  perform audit.need_purge_lock();
  select x.hi into p from audit.partition x where x.part = purge_rewrite.part;
  if p.hi is null or p.hi > audit.this_month() or pg_relation_size(part) < 1048576 then return null; end if;
  -- a tuple has at most 2 kB, the rest of it lies elsewhere
  execute format('select count(*) * coalesce((select avg(least(2000, s.size)) from (
      select 160 + coalesce(pg_column_size(key), 0) + coalesce(pg_column_size(label), 0) + coalesce(pg_column_size(old), 0)
        + coalesce(pg_column_size(new), 0) as size from %s limit 10000) s), 0) from %1$s', part) into needed;
  if needed * 2 > pg_relation_size(part) then return null; end if;
  execute format('cluster %s using %I', part, (select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = part and i.indisprimary));
  return before - pg_total_relation_size(part);
end $$;

-- What no event refers to any more: sessions that ended before their events' cutoff, of whom nothing is held; who they
-- were of, and with what; tables that are gone. At most max sessions; more: there may be others.
create function audit.purge_rest(run uuid, items jsonb, act uuid default null, max int default 10000,
  out sessions bigint, out known bigint, out actors bigint, out relations bigint, out more bool, out event uuid) language plpgsql
 security definer set search_path = pg_catalog, pg_temp as $$
declare cutoff timestamptz; ids text[]; gone int[];
begin
  perform audit.begin_purge(items, act, false, '{"shipped": true}');
  sessions := 0; known := 0; actors := 0; relations := 0; more := false;
  -- both have to have one
  select case when count(distinct i.op) = 2 then min(i.before) end into cutoff
    from audit.purge_items(items) i where i.rel is null and i.op in ('login', 'logout');
  perform audit.lock_holds();
  if cutoff is not null then
    ids := array(select x.id from audit.session x
      where x.closed < cutoff and x.opened < cutoff
        and not exists (select from audit.hold h where h.session = x.id or h.actor = x.actor)
        and not exists (select from audit.event e where e.session = x.id)
      order by x.id limit max for update of x skip locked);
    delete from audit.session_activity a where a.id = any(ids);
    delete from audit.session x where x.id = any(ids);
    sessions := cardinality(ids);
    more := sessions = max;
    delete from audit.session_known k where k.last < cutoff
      and not exists (select from audit.hold h where h.actor = k.actor) and not exists (select from audit.session x where x.actor = k.actor);
    get diagnostics known = row_count;
    delete from audit.session_actor a where a.ctid = any(array(
      select x.ctid from audit.session_actor x where x.blocked is null and x.opened < cutoff
        and not exists (select from audit.hold h where h.actor = x.actor) and not exists (select from audit.session y where y.actor = x.actor)
      for update skip locked));
    get diagnostics actors = row_count;
  end if;
  gone := audit.unused_relations();
  if cardinality(gone) > 0 then
    delete from audit.relation_columns c where c.rel = any(gone);
    delete from audit.relation_name n where n.rel = any(gone);
    delete from audit.relation_purged p where p.rel = any(gone);
    delete from audit.relation r where r.id = any(gone);
    relations := cardinality(gone);
  end if;
  if sessions + known + actors + relations > 0 then
    event := audit.note_purge(run, jsonb_build_object('policy', (select jsonb_agg(distinct i.policy) filter (where i.policy is not null)
        from audit.purge_items(items) i where i.rel is null and i.op in ('login', 'logout') and sessions + known + actors > 0),
      'how', 'sessions', 'before', audit.utc(cutoff), 'events', 0, 'sessions', sessions, 'known', known, 'actors', actors,
      'relations', to_jsonb(gone), 'act', act));
  end if;
end $$;

-- Tables that are gone, and that no rule, grant, policy, hold or event refers to.
create function audit.unused_relations() returns int[] language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare ids int[];
begin
  ids := array(select r.id from audit.relation r
    where r.dropped is not null
      and not exists (select from audit.rule_table b where b.rel = r.id)
      and not exists (select from audit.plan p where p.rel = r.id)
      and not exists (select from audit.grantee g where r.id = any(g.tables))
      and not exists (select from audit.retention t where t.rel = r.id)
      and not exists (select from audit.hold h where h.rel = r.id)
      and not exists (select from audit.event e where e.record >= r.id::bigint << 32 and e.record < (r.id::bigint + 1) << 32)
      and not exists (select from audit.event e where e.record_to >= r.id::bigint << 32 and e.record_to < (r.id::bigint + 1) << 32));
  -- by no index, and seldom
  if cardinality(ids) > 0 then
    ids := array(select i from unnest(ids) i where not exists (
      select from audit.event e where e.parents is not null and exists (select from unnest(e.parents) p where p >> 32 = i)));
  end if;
  return ids;
end $$;
