-- trail: the events, their ids, partitions and guard. init runs these files in order, in one transaction.

set local check_function_bodies = off;	-- they name each other

create schema audit;
comment on schema audit is 'audit-utils: the trail of changes; see audit(7)';

create table audit.trail(
  one     bool  primary key default true check (one),
  id      uuid  not null default gen_random_uuid(),
  version int   not null,	-- the number of the last migration
  seal_key bytea,	-- the public key (Ed25519) that the first signed seal is to be signed with
  secret  bytea not null default sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));
comment on table audit.trail is 'one row: which trail this is, its schema version, what its digests of devices are salted with';

-- Ids: UUIDv7 (RFC 9562, section 6.2, method 3): 60 bits of time in 1/4096 of a millisecond, from which the
-- microsecond can be read back, and 62 random ones. No sequence, so that the application's lastval() stays its
-- own, and no random(), so that its setseed() does. Two events of one backend are further apart than the clock's
-- microsecond. These bodies are single expressions without SET, so that the planner puts them where they are
-- called, and short, because every function in them is set up anew for each event.
create function audit.id_time(at timestamptz) returns text language sql stable as $$
  select overlay(lpad(to_hex(greatest((date_part('epoch', at) * 1000000)::bigint, 0) * 512 / 125), 15, '0') placing '7' from 13 for 0) $$;

create function audit.new_id(at timestamptz) returns uuid language sql volatile as $$
  select overlay(gen_random_uuid()::text placing audit.id_time(at) from 1 for 18)::uuid $$;

create function audit.first_id(at timestamptz) returns uuid language sql stable as $$
  select case when at < '1970-01-01 00:00:00+00' then '00000000-0000-0000-0000-000000000000'
    when at >= '10000-01-01 00:00:00+00' then 'ffffffff-ffff-ffff-ffff-ffffffffffff'
    else (audit.id_time(at) || '8000000000000000')::uuid end $$;
comment on function audit.first_id is 'the smallest id of an instant: id >= audit.first_id(t) is at >= t, by index';

-- A record in 64 bits: the table's identity, and a hash of the key's values (as text, in index order, so that
-- renaming a key column changes nothing). Comparing bigints is leakproof, so that the index on it serves behind
-- row security too; who looks up compares the key as well. A table without a key has 0 below.
create function audit.record(rel int, value text) returns bigint language sql stable as $$
  select rel::bigint << 32 | coalesce(hashtextextended(value, 0) & 4294967295, 0) $$;

create function audit.record(rel int, key_values text[]) returns bigint language sql stable as $$
  select audit.record(rel, case cardinality(key_values) when 0 then null when 1 then key_values[1]
    else to_jsonb(key_values)::text end) $$;

-- Who acts, as audit.use_session() has said for this transaction, else the application.
create type audit.who as (session text, actor text, groups text[]);

create function audit.who() returns audit.who language sql stable as $$
  select case when current_setting('audit.ticket', true) > '' then audit.ticket() end $$;

create function audit.session() returns text language sql stable as $$
  select (audit.who()).session $$;

-- What the application has set, null for nothing. A setting may come with the connection, and the server does not look
-- whether it is text in the database's encoding; what is not could be written, but neither read nor restored.
create function audit.said(name text) returns text language sql stable as $$
  select convert_from(convert_to(nullif(current_setting(name, true), ''), getdatabaseencoding()), getdatabaseencoding()) $$;

create function audit.actor() returns text language sql stable as $$
  select coalesce((audit.who()).actor, audit.said('audit.actor')) $$;

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

-- An event of the trail itself: a rule added, a gap.
create function audit.note(op text, "schema" text, "table" text, rel int, key jsonb, old jsonb, new jsonb)
 returns void language sql set search_path = pg_catalog, pg_temp as $$
  insert into audit.event(id, at, op, record, "schema", "table", key, old, new)
  select audit.new_id(t), t, op, audit.record(rel, null::text), "schema", "table", key, old, new
  from (select clock_timestamp() t offset 0) x $$;

-- Nobody changes an event, the owner and superusers included. A statement trigger refuses even what would find
-- no row; each partition has its own, for who goes there directly. Nor does anybody write one who is not the owner,
-- as whom the capture triggers run: pg_write_all_data would. That is asked of the catalog's caches, for each write
-- of the application pays for it. What audit-purge does it says by a ticket, for one statement.
create function audit.purge_ticket() returns text language sql stable as $$
  select encode(sha256(t.secret || 'purge'::bytea || int4send(pg_backend_pid()) || timestamptz_send(now())), 'hex') from audit.trail t $$;

create function audit.guard() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op <> 'INSERT' and current_setting('audit.purge', true) > '' then
    if current_setting('audit.purge') = audit.purge_ticket() then return null; end if;
  end if;
  raise exception '% of % is refused: %', lower(tg_op), tg_relid::regclass,
    case tg_op when 'INSERT' then 'nobody writes to the trail by hand' else 'what is in the trail is never changed' end
    using errcode = 'insufficient_privilege', hint = case tg_op when 'INSERT' then 'The triggers that audit-rule add makes do.' else 'audit-purge removes what a policy lets go.' end;
end $$;

create function audit.protect(t regclass) returns void language plpgsql
 set search_path = pg_catalog, pg_temp set client_min_messages = warning as $$
begin
  execute format('drop trigger if exists "!audit_guard" on %s', t);
  execute format('drop trigger if exists "!audit_guard_insert" on %s', t);
  execute format('create trigger "!audit_guard" before update or delete or truncate on %s
    for each statement execute function audit.guard()', t);
  execute format('create trigger "!audit_guard_insert" before insert on %s for each statement
    when (not has_table_privilege(%L::regclass::oid, ''trigger'')) execute function audit.guard()', t, t);
  execute format('alter table %s enable always trigger "!audit_guard", enable always trigger "!audit_guard_insert"', t);
end $$;
select audit.protect('audit.event');

-- Takes back what ALTER DEFAULT PRIVILEGES gave on what this transaction made: nobody has anything but the owner.
create function audit.reset_privileges() returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare what text;
begin
  for what in
    select distinct format('%s %s from %s', o.kind, o.name, coalesce(quote_ident(r.rolname), 'public'))
    from (select case relkind when 'S' then 'sequence' else 'table' end, oid::regclass::text, relacl, relowner
          from pg_class where relnamespace = 'audit'::regnamespace and relkind in ('r', 'p', 'v', 'S') and xmin = pg_current_xact_id()::xid
          union all select 'function', oid::regprocedure::text, coalesce(proacl, acldefault('f', proowner)), proowner
          from pg_proc where pronamespace = 'audit'::regnamespace and xmin = pg_current_xact_id()::xid
          union all select 'schema', 'audit', nspacl, nspowner
          from pg_namespace where nspname = 'audit' and xmin = pg_current_xact_id()::xid
         ) o(kind, name, acl, owner)
    cross join aclexplode(o.acl) g left join pg_roles r on r.oid = g.grantee
    where g.grantee <> o.owner
  loop
    execute 'revoke all on ' || what;
  end loop;
end $$;

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

create function audit.month_bound(lo timestamp, hi timestamp) returns text language sql immutable as $$
  select format('for values from (%L) to (%L)', audit.first_id(lo at time zone 'UTC'), audit.first_id(hi at time zone 'UTC')) $$;

create function audit.has_month(m timestamp) returns bool language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from audit.partition p
    where p.lo <= audit.first_id(m at time zone 'UTC') and p.hi > audit.first_id(m at time zone 'UTC')) $$;

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

-- Makes the months ahead that are missing, as the trail's owner, whoever calls it. Returns how many.
create function audit.make_partitions(ahead int) returns int language sql security definer
 set search_path = pg_catalog, pg_temp as $$
  select audit.make_months(array(
    select date_trunc('month', now() at time zone 'UTC') + i * interval '1 month' from generate_series(0, least(ahead, 120)) i)) $$;
select audit.make_partition('event_rest', 'default');
select audit.make_partitions(12);
