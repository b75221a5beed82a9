-- base: ids, records, who acts, and the guard: what a trail and an archive database have in common. init runs these files in
-- order, in one transaction.

set local check_function_bodies = off;	-- they name each other
set local citus.enable_ddl_propagation = off;	-- where there is Citus: its nodes need none of this

create schema audit;
comment on schema audit is 'audit-utils: the trail of changes; see audit(7)';

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

-- The month of an id, in UTC.
create function audit.month_of(id uuid) returns text language sql stable as $$
  select to_char(to_timestamp(('x' || left(replace($1::text, '-', ''), 12))::bit(48)::bigint / 1000.0) at time zone 'UTC', 'YYYY-MM') $$;

-- A record in 64 bits: the table's identity, and a hash of the key's values (as text, in index order, so that
-- renaming a key column changes nothing). Comparing bigints is leakproof, so that the index on it serves behind
-- row security too; who looks up compares the key as well. A table without a key has 0 below.
create function audit.record(rel int, value text) returns bigint language sql stable as $$
  select rel::bigint << 32 | coalesce(hashtextextended(value, 0) & 4294967295, 0) $$;

create function audit.record(rel int, key_values text[]) returns bigint language sql stable as $$
  select audit.record(rel, case cardinality(key_values) when 0 then null when 1 then key_values[1]
    else to_jsonb(key_values)::text end) $$;

create function audit.key_values(image jsonb, key text[]) returns text[] language sql immutable
 set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(image ->> c order by n), '{}') from unnest(key) with ordinality k(c, n) $$;

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

create function audit.month_bound(lo timestamp, hi timestamp) returns text language sql immutable as $$
  select format('for values from (%L) to (%L)', audit.first_id(lo at time zone 'UTC'), audit.first_id(hi at time zone 'UTC')) $$;

create function audit.has_month(m timestamp) returns bool language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from audit.partition p
    where p.lo <= audit.first_id(m at time zone 'UTC') and p.hi > audit.first_id(m at time zone 'UTC')) $$;

-- Makes the months ahead that are missing, as the trail's owner, whoever calls it. Returns how many.
create function audit.make_partitions(ahead int) returns int language sql security definer
 set search_path = pg_catalog, pg_temp as $$
  select audit.make_months(array(
    select date_trunc('month', now() at time zone 'UTC') + i * interval '1 month' from generate_series(0, least(ahead, 120)) i)) $$;
