-- trail: the events, and their partitions.

create table audit.trail(
  one     bool  primary key default true check (one),
  id      uuid  not null default gen_random_uuid(),
  version int   not null,	-- the number of the last migration
  seal_key bytea,	-- the public key (Ed25519) that the first signed seal is to be signed with
  secret  bytea not null default sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));
comment on table audit.trail is 'one row: which trail this is, its schema version, what its digests of devices are salted with';

-- Fixed-width columns first; only types that dump, restore and hash alike everywhere.
create table audit.event(
  id        uuid        not null,
  at        timestamptz not null,
  txid      bigint      not null default txid_current(),
  record    bigint,
  record_to bigint,
  salt      uuid        not null default gen_random_uuid(),
  op        text        not null,
  "schema"  text,
  "table"   text,
  key       jsonb,
  label     text,
  actor     text        default audit.actor(),
  role      text        not null default session_user,
  as_role   text        default nullif(current_setting('role'), 'none'),
  session   text        default audit.session(),
  app       text        default nullif(current_setting('application_name'), ''),
  addr      text        default host(inet_client_addr()),
  reason    text        default audit.said('audit.reason'),
  rules     text,
  old       jsonb,
  new       jsonb,
  redacted  text[],
  parents   bigint[],
  parts     bytea,
  primary key (id)) partition by range (id);
create index event_record on audit.event(record) where record is not null;
create index event_record_to on audit.event(record_to) where record_to is not null;
create index event_parents on audit.event using gin(parents) where parents is not null;
create index event_session on audit.event(session) where session is not null;
create index event_act on audit.event(op, id) where record is null;
create index event_txid on audit.event using brin(txid) with (pages_per_range = 32, autosummarize = on);
alter table audit.event alter key set statistics 0, alter label set statistics 0, alter reason set statistics 0,
  alter old set statistics 0, alter new set statistics 0;
-- nobody needs those of all months together, and of an erased value they would stay
alter table audit.event alter actor set statistics 0, alter session set statistics 0, alter app set statistics 0,
  alter addr set statistics 0, alter record set statistics 0, alter record_to set statistics 0, alter parents set statistics 0;
comment on table audit.event is 'the trail: one row an event, never changed';
comment on column audit.event.id is 'UUIDv7 made from at: sorts in the order of the trail';
comment on column audit.event.record is 'which record of which table: see audit.record()';
comment on column audit.event.record_to is 'the same of the key afterwards, where an update changed it';
comment on column audit.event.parents is 'the records it belongs to, whose rule has --related';
comment on column audit.event.parts is 'what the hash of an event needs of which values were erased';
comment on column audit.event.salt is 'hides the values from who knows only their hashes';

select audit.protect('audit.event');

-- In an archive database, which trail an event is of.
create function audit.trail_of(e audit.event) returns int language sql stable as $$
  select null::int $$;
create function audit.trail_name(no int) returns text language sql stable as $$
  select null::text $$;

-- Partitions: a month each, in UTC. They are made ahead and attached, which makes no writer wait; what finds no
-- month goes to event_rest.
create view audit.partition as
  select c.oid::regclass as part, b[1]::uuid as lo, b[2]::uuid as hi
  from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid,
    regexp_match(pg_catalog.pg_get_expr(c.relpartbound, c.oid), '^FOR VALUES FROM \(''(.*)''\) TO \(''(.*)''\)$') b
  where i.inhparent = 'audit.event'::regclass;

create function audit.make_partition(name text, bound text) returns void language plpgsql
 set search_path = pg_catalog, pg_temp as $$
begin
  execute format('create table audit.%I (like audit.event including all)', name);
  -- what is erased is not to stay behind in the planner's statistics
  execute format('alter table audit.%I alter key set statistics 0, alter label set statistics 0, alter reason set statistics 0,
    alter old set statistics 0, alter new set statistics 0', name);
  perform audit.protect(format('audit.%I', name)::regclass);
  perform audit.reset_privileges();
  execute format('alter table audit.event attach partition audit.%I %s', name, bound);
end $$;

-- Events that found no month become that month: where they are of one month, event_rest is attached as it is, which
-- copies nothing; else they are put where they belong. Holds the trail for that time, and does not wait long for
-- it: writers would wait behind.
create function audit.settle_rest() returns int language plpgsql
 set search_path = pg_catalog, pg_temp set lock_timeout = '200ms' as $$
declare since timestamp; till timestamp; m timestamp; made int := 0; name text;
begin
  lock table audit.event in access exclusive mode;
  select date_trunc('month', min(at) at time zone 'UTC'), date_trunc('month', max(at) at time zone 'UTC') + interval '1 month'
    into since, till from audit.event_rest;
  alter table audit.event detach partition audit.event_rest;
  if till = since + interval '1 month' and not audit.has_month(since) then
    name := 'event_' || to_char(since, 'YYYY_MM');
    execute format('alter table audit.event_rest rename to %I', name);
    execute format('alter table audit.event attach partition audit.%I %s', name, audit.month_bound(since, till));
    perform audit.make_partition('event_rest', 'default');
    return 1;
  end if;
  alter table audit.event_rest rename to event_moving;
  perform audit.make_partition('event_rest', 'default');
  for m in select distinct date_trunc('month', at at time zone 'UTC') from audit.event_moving loop
    continue when audit.has_month(m);
    perform audit.make_partition('event_' || to_char(m, 'YYYY_MM'), audit.month_bound(m, m + interval '1 month'));
    made := made + 1;
  end loop;
  insert into audit.event select * from audit.event_moving;
  drop table audit.event_moving;
  -- audit-seal sees that a table of events went
  perform audit.note('ddl', 'audit', 'event_rest', null, null, null, jsonb_build_object('command', 'SETTLE', 'months', made));
  return made;
end $$;

create function audit.has_rest() returns bool language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from audit.event_rest) $$;

-- Makes those of these months, each by its first day, that are missing. Returns how many.
create function audit.make_months(months timestamp[]) returns int language plpgsql
 set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
declare m timestamp; made int := 0;
begin
  perform pg_advisory_xact_lock('audit.event'::regclass::oid::bigint);
  if exists (select from audit.event_rest) then made := audit.settle_rest(); end if;
  foreach m in array months loop
    continue when audit.has_month(m);
    perform audit.make_partition('event_' || to_char(m, 'YYYY_MM'), audit.month_bound(m, m + interval '1 month'));
    made := made + 1;
  end loop;
  return made;
end $$;

select audit.make_partition('event_rest', 'default');
select audit.make_partitions(12);
