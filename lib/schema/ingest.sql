-- ingest: what audit-ingest brings from the server's log; see audit-ingest(1).

-- A log is read by one ingester at a time. What he knows of it is kept with the events that he stores, in one transaction.
create table audit.log_system(
  system   text        primary key,
  since    timestamptz not null,	-- of sessions that began before, not all lines may be there
  last     timestamptz not null,	-- the newest record
  ingested timestamptz not null);	-- when something came last
comment on table audit.log_system is 'the servers whose logs are in the trail';

create table audit.log_session(
  system  text        not null,
  session text        not null,	-- as the log names it
  line    bigint      not null,
  ended   bool        not null,
  seen    timestamptz not null,
  state   json        not null,
  primary key (system, session));
create index log_session_seen on audit.log_session(system, seen);
alter table audit.log_session alter state set statistics 0;
comment on table audit.log_session is 'which line of each session of a server was read last';

create table audit.log_file(
  system   text        not null,
  head     bytea       not null,	-- a digest of how it begins: a file is itself, whatever it is called
  name     text        not null,
  inode    bigint,
  "offset" bigint      not null,	-- what is before was read
  done     bool        not null,	-- to its end
  seen     timestamptz not null,
  primary key (system, head));
comment on table audit.log_file is 'how far the files of logs were read';

-- Which table of the trail a name means: now, else the one that had it last; of a partition its topmost parent.
create function audit.log_table(inout "schema" text, inout "table" text, out rel int, out part text) language plpgsql stable
 set search_path = pg_catalog, pg_temp set quote_all_identifiers = off as $$
declare t oid; root oid;
begin
  -- a refusal names no schema: it means the one table of this name that the trail knows
  if "schema" is null then
    select min(l."schema") into "schema" from audit.live l where l."table" = log_table."table" and l.relid is not null having count(*) = 1;
    if "schema" is null then return; end if;
  end if;
  t := to_regclass(format('%I.%I', "schema", "table"));
  root := pg_partition_root(t);
  if root <> t then
    part := format('%I.%I', "schema", "table");
    select n.nspname, c.relname into "schema", "table" from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = root;
  end if;
  if t is not null then
    rel := audit.identity_of(coalesce(root, t));
  else
    select max(r.rel) into rel from audit.relation_name r where r."schema" = log_table."schema" and r."table" = log_table."table";
  end if;
end $$;

-- The events of a log as the trail has them, those that no rule asks for left out.
create function audit.log_events(events audit.event[]) returns setof audit.event language sql volatile
 set search_path = pg_catalog, pg_temp set jit = off as $$
  with e as materialized (
    select x.*, x.new ->> 'backend' as backend, s.id is not null as known, s.actor as session_actor, s.groups
    from unnest(events) x
    -- who was in it by the log's clock, which may not be ours
    left join audit.session s on x.session <> x.new ->> 'backend' and s.id = x.session
      and s.opened <= x.at + interval '1 minute' and coalesce(s.closed, 'infinity') >= x.at - interval '1 minute'),
  t as materialized (
    select n."schema", n."table", l."schema" as root_schema, l."table" as root, l.rel, l.part
    from (select distinct e."schema", e."table" from e where e."table" is not null) n, audit.log_table(n."schema", n."table") l),
  w as materialized (
    select e.*, t.root_schema, t.root, t.rel, t.part, coalesce(r.rolsuper, false) as super,
      case when e.known then e.session_actor else e.actor end as who
    from e left join t on t."table" = e."table" and t."schema" is not distinct from e."schema" left join pg_roles r on r.rolname = e.role),
  -- most rules ask for whoever reads: then nobody is looked at
  r as materialized (
    select b.rel, string_agg(x.name, ',' order by x.name collate "C") as rules,
      bool_and(x.groups is null and x.actors is null and x.except_actors is null) as plain
    from audit.rule_table b join audit.rule x on x.name = b.rule
    where b.rel in (select t.rel from t) and x.enabled and 'read' = any(x.ops)
    group by b.rel),
  a as materialized (
    select d.*, audit.read_rules(d.rel, d.role, d.who, d.groups) as rules
    from (select distinct w.rel, w.role, w.who, w.groups from w join r on r.rel = w.rel where w.op = 'read' and not r.plain) d)
  select w.id, w.at, txid_current(), audit.record(w.rel, null::text), null::bigint, gen_random_uuid(), w.op, w.root_schema, w.root,
    w.key, w.label, w.who, coalesce(w.role, session_user), w.as_role, case when w.known then w.session else w.backend end, w.app, w.addr, w.reason,
    case when r.plain then r.rules else a.rules end, w.old, w.new || case when w.super or w.part is not null or not w.known and w.session <> w.backend
      then jsonb_strip_nulls(jsonb_build_object('superuser', case when w.super and w.op in ('read', 'denied', 'login') then true end,
        'said_session', case when not w.known and w.session <> w.backend then w.session end, 'partition', w.part)) || c.recorded
      else c.recorded end,
    null::text[], null::bigint[], null::bytea
  from (select jsonb_build_object('recorded_at', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) as recorded offset 0) c,
    w left join r on w.op = 'read' and r.rel = w.rel left join a on w.op = 'read' and a.rel = w.rel
      and a.role is not distinct from w.role and a.who is not distinct from w.who and a.groups is not distinct from w.groups
  where r.plain is not false or a.rules is not null $$;

-- Stores events that are not there yet. Returns how many those were. An ingester is trusted with the log and nothing else: what
-- no log can tell of, or not yet, is refused.
create function audit.log_store(events json) returns bigint language plpgsql
 set search_path = pg_catalog, pg_temp as $$
declare es audit.event[] := array(select e from json_populate_recordset(null::audit.event, events) e); n bigint; wrong uuid; months timestamp[];
begin
  select e.id into wrong from unnest(es) e
    where (e.op in ('read', 'denied', 'login', 'logout', 'login_failed', 'gap') and e.new ->> 'kind' = 'database'
      and e.at >= '2000-01-01Z' and e.at <= now() + interval '1 day' and replace(left(e.id::text, 18), '-', '') = audit.id_time(e.at)) is not true limit 1;
  if found then
    raise exception 'event % is none that a log tells of, or of a time that cannot be', wrong using errcode = 'invalid_parameter_value';
  end if;
  -- but not for a clock that is far off
  months := array(select m from (select distinct date_trunc('month', e.at at time zone 'UTC') as m from unnest(es) e offset 0) x
    where m > now() at time zone 'UTC' - interval '10 years' and not audit.has_month(m) limit 120);
  if cardinality(months) > 0 then
    begin
      perform audit.make_months(months);
    exception when lock_not_available then
      null;	-- event_rest takes them
    end;
  end if;
  insert into audit.event select * from audit.log_events(es) on conflict (id) do nothing;
  get diagnostics n = row_count;
  return n;
end $$;

-- The same one by one: those that cannot be stored are named in a warning each. Returns how many were new.
create function audit.log_store_each(events json, out stored bigint, out refused bigint) language plpgsql
 set search_path = pg_catalog, pg_temp as $$
declare j json; n bigint;
begin
  stored := 0;
  refused := 0;
  for j in select value from json_array_elements(events) loop
    begin
      n := audit.log_store(json_build_array(j));
      stored := stored + n;
    exception when data_exception or invalid_parameter_value or program_limit_exceeded or not_null_violation then
      -- even reading json fails where it holds what text cannot
      raise warning 'event % of session % cannot be stored: %', substring(j::text from '"id":[[:space:]]*"([^"]*)"'),
        substring(j::text from '"backend":[[:space:]]*"([^"]*)"'), sqlerrm;
      refused := refused + 1;
    end;
  end loop;
end $$;

-- What an ingester has read: the events, each once whoever sends it again, what he has to know of the sessions that
-- changed, and how far he is: the time of the first and the last record of it ("from", "at"), since when he knows all sessions, and the file with
-- "head" (hex), "name", "inode", "offset" and "done", where there is one. stored: so many events were new; refused:
-- so many could not be stored, a warning each.
create function audit.ingest(system text, events json, sessions json, file json, out stored bigint, out refused bigint) language plpgsql
 security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off
 set transform_null_equals = off set timezone = 'UTC' as $$
declare f record; old timestamptz;
begin
  select * into f from json_to_record(file) x("from" timestamptz, at timestamptz, since timestamptz, head text, name text, inode bigint, "offset" bigint, done bool);
  refused := 0;
  begin
    stored := audit.log_store(events);
  exception when data_exception or program_limit_exceeded or not_null_violation then
    select * into stored, refused from audit.log_store_each(events);
  end;
  if f.at is not null then
    insert into audit.log_system as l values (system, coalesce(f."from", f.at), f.at, clock_timestamp())
      on conflict on constraint log_system_pkey do update set last = greatest(l.last, excluded.last), since = greatest(l.since, f.since), ingested = excluded.ingested;
  else
    update audit.log_system l set ingested = clock_timestamp() where l.system = ingest.system;
  end if;
  insert into audit.log_session as l
    select system, s.value ->> 'session', (s.value ->> 'line')::bigint, coalesce((s.value ->> 'ended')::bool, false), coalesce(f.at, now()), s.value
    from json_array_elements(sessions) s
    on conflict on constraint log_session_pkey do update set line = excluded.line, ended = excluded.ended, seen = excluded.seen, state = excluded.state
    where excluded.line >= l.line;
  if f.head is not null then
    insert into audit.log_file as l values (system, decode(f.head, 'hex'), f.name, f.inode, f."offset", coalesce(f.done, false), clock_timestamp())
      on conflict on constraint log_file_pkey do update set name = excluded.name, inode = excluded.inode, "offset" = excluded."offset",
        done = excluded.done, seen = excluded.seen;
  end if;
  perform audit.log_forget(system);
end $$;

-- Sessions that ended more than a week ago by the log's time are forgotten, those of which nothing more was heard, after
-- a month, and files that were read to their ends, after a year.
create function audit.log_forget(system text) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare upto timestamptz;
begin
  update audit.log_system l set since = l.last - interval '7 days'
    where l.system = log_forget.system and l.since < l.last - interval '7 days 1 hour' returning since into upto;
  if found then
    delete from audit.log_session s where s.system = log_forget.system and s.seen < upto and (s.ended or s.seen < upto - interval '23 days');
    delete from audit.log_file d where d.system = log_forget.system and d.done and d.seen < now() - interval '1 year';
  end if;
end $$;

-- A file went before it was read to its end: an event says so, once.
create function audit.ingest_lost(system text, head text) returns bool language plpgsql
 security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off
 set transform_null_equals = off as $$
declare lost text;
begin
  update audit.log_file f set done = true, seen = clock_timestamp()
    where f.system = ingest_lost.system and f.head = decode(ingest_lost.head, 'hex') and not f.done returning f.name into lost;
  if found then
    perform audit.note('gap', null, null, null, null, null, jsonb_build_object('kind', 'database', 'reason', 'log_lost',
      'file', lost, 'system', system, 'recorded_at', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')));
  end if;
  return found;
end $$;
