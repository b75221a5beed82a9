-- seal: what audit-seal wrote; see audit-seal(1) for what it proves. Nothing here is trusted: verify computes it again.

create table audit.seal(
  no      bigint      primary key,	-- 0, 1, 2 ...
  at      timestamptz not null,
  horizon bigint      not null,	-- it covers what transactions below this one left
  hash    bytea       not null,	-- of its canonical bytes, as a leaf of the tree over the seals
  tree    bytea       not null,	-- that tree's right border, this seal included: 32 bytes a full subtree, the largest first
  line    text        not null);	-- the seal, as it was printed
comment on table audit.seal is 'the seals';

-- The leaves of a seal's trees, one tree a month: 48 bytes each, an event's id and its leaf hash, in the order of the
-- ids, 1024 a row at most. They name the event that was changed, and stay when it is purged.
create table audit.leaf(
  seal   bigint not null,
  month  text   not null,	-- of the events' ids, in UTC: 2026-11
  n      int    not null,	-- 0, 1, 2 ... of that month
  first  uuid   not null,
  last   uuid   not null,
  leaves bytea  not null,
  primary key (seal, month, n));
alter table audit.leaf alter leaves set storage external;	-- hashes do not compress
create index leaf_first on audit.leaf(first);
create index leaf_last on audit.leaf(last);
comment on table audit.leaf is 'what each seal covers';

-- The state of rules, triggers and functions, where a seal found another than the seal before.
create table audit.seal_state(
  seal  bigint primary key,
  state text   not null);
comment on table audit.seal_state is 'what was captured, and how, when a seal was made';

-- A time stamp (RFC 3161) that somebody else gave for a seal.
create table audit.seal_stamp(
  seal  bigint      not null,
  at    timestamptz not null default clock_timestamp(),
  reply bytea       not null);
comment on table audit.seal_stamp is 'time stamps of seals';

select audit.protect(t) from unnest(array['audit.seal', 'audit.leaf', 'audit.seal_state', 'audit.seal_stamp']::regclass[]) t;

-- These write for a sealer, who may not do so by himself: the guard refuses. They let nobody change what is there.
create function audit.put_seal(no bigint, at timestamptz, horizon bigint, hash bytea, tree bytea, line text, state text)
 returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if no <> (select coalesce(max(s.no) + 1, 0) from audit.seal s) then
    raise exception 'seal % is not the next one', no using errcode = 'object_not_in_prerequisite_state';
  end if;
  -- so that a slip of a sealer's does not keep all others from sealing: what is there cannot be mended
  if line::jsonb ->> 'seal' is distinct from no::text or line::jsonb ->> 'trail' is distinct from (select t.id::text from audit.trail t)
    or length(hash) <> 32 or length(tree) % 32 <> 0 or length(tree) = 0 or horizon > txid_current() or horizon < 0
    or at > greatest(clock_timestamp(), (select max(s.at) from audit.seal s)) + interval '1 minute' then
    raise exception 'seal % is none of this trail', no using errcode = 'invalid_parameter_value';
  end if;
  insert into audit.seal values (no, at, horizon, hash, tree, line);
  if state is not null then insert into audit.seal_state values (no, state); end if;
end $$;

create function audit.put_leaves(seal bigint, month text, n int, leaves bytea) returns void language plpgsql security definer
 set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from audit.seal s where s.no = seal and s.xmin = pg_current_xact_id()::xid) then
    raise exception 'seal % is not of this transaction', seal using errcode = 'object_not_in_prerequisite_state';
  end if;
  insert into audit.leaf values (seal, month, n, encode(substr(leaves, 1, 16), 'hex')::uuid,
    encode(substr(leaves, length(leaves) - 47, 16), 'hex')::uuid, leaves);
end $$;

-- How far archive databases have what was sealed here: what audit-seal ship has copied there and verified.
create table audit.shipped(
  archive uuid        primary key,	-- which archive
  name    text        not null,	-- of its database
  trail   text        not null,	-- what it calls this trail
  seal    bigint      not null,	-- it has all up to this one
  hash    bytea       not null,
  at      timestamptz not null default clock_timestamp(),
  erased  txid_snapshot);	-- what this shows of erasures has been erased there, too
comment on table audit.shipped is 'how far archive databases have this trail';

create function audit.put_shipped(archive uuid, name text, trail text, seal bigint, hash bytea) returns void language plpgsql security definer
 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_variable
begin
  -- an archive that was restored may have nothing any more
  if seal = -1 then
    delete from audit.shipped o where o.archive = put_shipped.archive;
    return;
  elsif not exists (select from audit.seal s where s.no = seal and s.hash = put_shipped.hash) then
    raise exception 'no such seal: %', seal using errcode = 'no_data_found';
  end if;
  insert into audit.shipped as o values (archive, name, trail, seal, hash) on conflict on constraint shipped_pkey do update
    -- one that was restored may have again what was erased
    set (name, trail, seal, hash, at, erased) = (excluded.name, excluded.trail, excluded.seal, excluded.hash, excluded.at,
      case when o.trail = excluded.trail and o.seal <= excluded.seal then o.erased end);
end $$;

create function audit.put_shipped_erased(archive uuid, erased txid_snapshot) returns void language sql security definer
 set search_path = pg_catalog, pg_temp as $$
  update audit.shipped o set erased = $2 where o.archive = $1 $$;

create function audit.put_stamp(seal bigint, reply bytea) returns void language plpgsql security definer
 set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from audit.seal s where s.no = seal) then
    raise exception 'no such seal: %', seal using errcode = 'no_data_found';
  end if;
  insert into audit.seal_stamp(seal, reply) values (seal, reply);
end $$;

-- The ids in leaves of this range.
create function audit.sealed(lo uuid, hi uuid) returns setof uuid language sql stable set search_path = pg_catalog, pg_temp as $$
  select encode(substr(b, i * 48 + 1, 16), 'hex')::uuid
  -- taken out of its table once, not for each id
  from (select leaves || '' as b from audit.leaf where last >= lo and first <= hi offset 0) l, generate_series(0, length(b) / 48 - 1) i $$;

-- What decides about what is captured, by whom and where to: each entry has a name that survives a rename, its content,
-- and the version of its row, which tells that it was changed even if it was changed back. What has no version ('')
-- is told by its content alone. Where a name begins with an oid, it is a table's, and the entry "table" says its name;
-- that entry is there as long as the table is.
create function audit.seal_state_now() returns table(kind text, name text, content text, version text)
 language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with trail as (
    select c.* from pg_class c where c.relnamespace = 'audit'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')),
  capture as (
    select g.*, g.xmin::text as version from pg_trigger g
    where g.tgfoid in (select oid from pg_proc where pronamespace = 'audit'::regnamespace) or g.tgrelid in (select oid from trail))
  select case when g.tgrelid in (select oid from trail) then 'trigger' else 'capture' end, g.tgrelid || ' ' || g.tgname,
    jsonb_build_object('function', g.tgfoid::regprocedure, 'type', g.tgtype, 'enabled', g.tgenabled, 'args', encode(g.tgargs, 'escape'),
      'columns', g.tgattr::text, 'when', pg_get_expr(g.tgqual, g.tgrelid), 'internal', g.tgisinternal, 'clone', g.tgparentid <> 0,
      'constraint', g.tgconstraint <> 0)::text, g.version
  from capture g
  union all
  -- another one: the trail was restored beside where it was
  select 'database', 'database', d.oid::text, '' from pg_database d where d.datname = current_database()
  union all
  select 'table', c.oid::text, format('%I.%I', n.nspname, c.relname), ''
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and c.oid in (select tgrelid from capture union select p.relid from audit.plan p
    union select r.relid from audit.relation r union select oid from trail)
  union all
  select 'relation', t.relname, jsonb_build_object('kind', t.relkind, 'owner', t.relowner::regrole, 'acl', t.relacl::text,
    'persistence', t.relpersistence, 'security', array[t.relrowsecurity, t.relforcerowsecurity],
    'columns', (select jsonb_object_agg(a.attname, a.attacl::text) from pg_attribute a where a.attrelid = t.oid and a.attacl is not null))::text, ''
  from trail t
  union all
  select 'schema', n.nspname, jsonb_build_object('owner', n.nspowner::regrole, 'acl', n.nspacl::text)::text, ''
  from pg_namespace n where n.nspname = 'audit'
  union all
  select 'partition', c.relname, pg_get_expr(c.relpartbound, c.oid), ''
  from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'audit.event'::regclass
  union all
  select 'default', d.adrelid || ' ' || a.attname, pg_get_expr(d.adbin, d.adrelid), d.xmin::text
  from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum where d.adrelid in (select oid from trail)
  union all
  select 'rewrite', w.ev_class || ' ' || w.rulename, jsonb_build_object('event', w.ev_type, 'enabled', w.ev_enabled, 'instead', w.is_instead,
    'action', encode(sha256(convert_to(concat(w.ev_qual, w.ev_action), 'UTF8')), 'hex'))::text, w.xmin::text
  from pg_rewrite w where w.ev_class in (select oid from trail)
  union all
  select 'policy', p.polrelid || ' ' || p.polname, encode(sha256(convert_to(to_jsonb(p)::text, 'UTF8')), 'hex'), p.xmin::text
  from pg_policy p where p.polrelid in (select oid from trail)
  union all
  select 'function', p.oid::regprocedure::text, jsonb_build_object('owner', p.proowner::regrole, 'definer', p.prosecdef, 'acl', p.proacl::text,
    'all', encode(sha256(convert_to((to_jsonb(p) - '{proowner,proacl}'::text[])::text, 'UTF8')), 'hex'))::text, p.xmin::text
  from pg_proc p where p.pronamespace = 'audit'::regnamespace
  union all
  select 'event_trigger', e.evtname, jsonb_build_object('event', e.evtevent, 'enabled', e.evtenabled, 'function', e.evtfoid::regprocedure,
    'tags', e.evttags, 'owner', e.evtowner::regrole)::text, e.xmin::text
  from pg_event_trigger e where e.evtfoid in (select oid from pg_proc where pronamespace = 'audit'::regnamespace)
  union all
  select 'rule', r.name, to_jsonb(r)::text, r.xmin::text from audit.rule r
  union all
  select 'plan', format('%s %s', p.relid, p.rel), encode(sha256(convert_to(to_jsonb(p)::text, 'UTF8')), 'hex'), p.xmin::text from audit.plan p
  union all
  select 'retention', r.id::text, to_jsonb(r)::text, r.xmin::text from audit.retention r
  union all
  -- what may name a person would stay, and so would its hash, of which he could be guessed
  select 'hold', h.id::text, (to_jsonb(h) - '{key,record,actor,session,why}'::text[])::text, h.xmin::text from audit.hold h
  union all
  select 'approval', 'approval', to_jsonb(s)::text, s.xmin::text from audit.purge_setting s
  union all
  select 'trail', 'trail', jsonb_build_object('id', t.id, 'version', t.version, 'seal_key', encode(t.seal_key, 'hex'),
    'secret', encode(sha256(t.secret), 'hex'))::text, t.xmin::text
  from audit.trail t $$;
comment on function audit.seal_state_now is 'what audit-seal writes into each seal of rules, triggers and functions';
