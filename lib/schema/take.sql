-- take: how an archive database takes in what audit-seal ship brings. A shipper calls these, which run with the rights of the
-- archive's owner: they add what is new, and change and remove nothing. What is added is found by audit-seal verify if it is not
-- what was sealed.

insert into audit.archived_trail(no, id, name, shipper) select 0, d.id, 'archive', session_user from audit.archive_database d;

-- Which tables of which trail the numbers in audit.relation are.
create table audit.archived_relation(
  trail int not null,
  rel   int not null,	-- as the trail numbers it
  id    int not null,
  primary key (trail, rel));
create unique index archived_relation_id on audit.archived_relation(id);
comment on table audit.archived_relation is 'the tables of each trail, as the trail and as this archive number them';

-- Those of the trails that are chosen, none of which is here.
create or replace view audit.live as
  select r.id, null::oid as relid, r."schema"::name collate "C" as "schema", r."table"::name collate "C" as "table", false as hung
  from audit.relation r join audit.archived_relation x on x.id = r.id
  where x.trail >= audit.first_trail() and x.trail <= audit.last_trail()
    and case when (select audit.some_trails()) is null then true else x.trail = any((select audit.some_trails())::int[]) end;

-- A trail belongs to who brought it first.
create function audit.check_shipper(trail int) returns void language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare t audit.archived_trail;
begin
  -- what is asked before something is taken has to see what is there now
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise exception 'an archive takes what comes in transactions that are read committed' using errcode = 'invalid_transaction_state';
  end if;
  select * into t from audit.archived_trail a where a.no = trail and a.no > 0;
  if t.no is null then
    raise exception 'no trail has the number %', trail using errcode = 'undefined_object';
  elsif t.shipper <> session_user and not pg_has_role(session_user, (select n.nspowner from pg_namespace n where n.nspname = 'audit'), 'member') then
    raise exception 'trail % is shipped by another role', t.name using errcode = 'insufficient_privilege';
  end if;
end $$;

-- The number of a trail, which is new here the first time. name null: the one that it has. fork: it is to have another one, and
-- begins anew: what was shipped before stays as it is.
create function audit.take_trail(id uuid, name text, seal_key bytea, fork bool default false) returns int language plpgsql
 security definer set search_path = pg_catalog, pg_temp as $$
declare t audit.archived_trail; known text;
begin
  perform pg_advisory_xact_lock('audit.archived_trail'::regclass::oid::bigint);
  select a.name into known from audit.archived_trail a where a.id = $1 and a.no > 0 order by a.shipper = session_user desc, a.no desc limit 1;
  select * into t from audit.archived_trail a where a.name = coalesce($2, known);
  if t.no is not null and (t.no = 0 or t.id <> $1) then
    raise exception 'the archive has another trail of the name %', t.name using errcode = 'duplicate_object', hint = 'Give this one another name with --trail.';
  elsif t.no is not null and fork then
    raise exception 'the archive has the trail % already', t.name using errcode = 'duplicate_object', hint = 'A fork is another trail: give it another name with --trail.';
  elsif t.no is null and $2 is null then
    raise exception 'the archive does not have this trail yet, and it has no name' using errcode = 'undefined_object', hint = 'Give it one with --trail.';
  elsif t.no is null and known is not null and not fork then
    raise exception 'the archive has this trail under the name %', known using errcode = 'duplicate_object', hint = 'A fork is shipped with --fork.';
  elsif t.no is null and $2 !~ '^[^*[:cntrl:]]{1,63}$' then
    raise exception 'bad name for a trail: "%"', $2 using errcode = 'invalid_parameter_value', hint = 'It has 1 to 63 characters, and no *.';
  elsif t.no is null then
    -- nobody begins a fork of what another one brings
    perform audit.check_shipper(a.no) from audit.archived_trail a where a.id = $1 and a.no > 0;
    insert into audit.archived_trail(no, id, name, seal_key, shipper)
      values ((select max(a.no) + 1 from audit.archived_trail a), $1, $2, $3, session_user) returning * into t;
  end if;
  perform audit.check_shipper(t.no);
  return t.no;
end $$;

-- This archive's number of a trail's table, a new one if need be.
create function audit.take_relation(trail int, rel int, "schema" text, "table" text) returns int language plpgsql
 set search_path = pg_catalog, pg_temp as $$
declare i int := (select r.id from audit.archived_relation r where r.trail = $1 and r.rel = $2);
begin
  if i is null then
    -- another connection may bring the same
    perform pg_advisory_xact_lock('audit.archived_relation'::regclass::oid::bigint);
    i := (select r.id from audit.archived_relation r where r.trail = $1 and r.rel = $2);
  end if;
  if i is null then
    insert into audit.relation("schema", "table") values ($3, $4) returning id into i;
    insert into audit.archived_relation values ($1, $2, i);
  end if;
  return i;
end $$;

-- What the source says of its tables: rows of audit.relation, audit.relation_name and audit.relation_columns, as JSON. By these
-- one asks; what an event says of its table is sealed with it.
create function audit.take_relations(trail int, relations json) returns void language plpgsql security definer
 set search_path = pg_catalog, pg_temp as $$
begin
  perform audit.check_shipper(trail);
  perform pg_advisory_xact_lock('audit.archived_relation'::regclass::oid::bigint);
  perform audit.take_relation($1, r.id, r."schema", r."table")
    from json_populate_recordset(null::audit.relation, relations -> 'relations') r order by r.id;
  update audit.relation o set "schema" = r."schema", "table" = r."table", key = coalesce(r.key, '{}'), dropped = r.dropped
    from json_populate_recordset(null::audit.relation, relations -> 'relations') r
    join audit.archived_relation x on x.trail = $1 and x.rel = r.id
    where o.id = x.id and (o."schema", o."table", o.key, o.dropped) is distinct from (r."schema", r."table", coalesce(r.key, '{}'), r.dropped);
  insert into audit.relation_name(rel, "schema", "table")
    select distinct x.id, n."schema", n."table"
    from json_populate_recordset(null::audit.relation_name, relations -> 'names') n
    join audit.archived_relation x on x.trail = $1 and x.rel = n.rel
    where not exists (select from audit.relation_name o where (o.rel, o."schema", o."table") = (x.id, n."schema", n."table"));
  insert into audit.relation_columns(rel, since, relid, nums, names, types)
    select x.id, c.since, c.relid, c.nums, c.names, c.types
    from json_populate_recordset(null::audit.relation_columns, relations -> 'columns') c
    join audit.archived_relation x on x.trail = $1 and x.rel = c.rel
    where not exists (select from audit.relation_columns o where (o.rel, o.since) = (x.id, c.since));
end $$;

-- Where a shipper's session puts events before they are taken: what verify-events.sql gives, in an order of its own.
create function audit.take_begin(trail int) returns void language plpgsql security definer
 set search_path = pg_catalog, pg_temp set client_min_messages = warning as $$
begin
  perform audit.check_shipper(trail);
  if to_regclass('pg_temp.incoming') is null then
    -- what is looked at by itself lies where a row begins: the rest of it is not fetched from memory for that
    create temp table incoming(id uuid, record bigint, record_to bigint, parents bigint[], at timestamptz, txid bigint, salt uuid,
      op text, "schema" text, "table" text, key jsonb, label text, actor text, role text, as_role text, session text, app text,
      addr text, reason text, rules text, old jsonb, new jsonb, redacted text, parts bytea) on commit delete rows;
    execute format('grant insert, select on pg_temp.incoming to %I', session_user);
  end if;
  perform audit.check_incoming();
end $$;

-- That table is ours: what a shipper had put there under its name would be read with our rights.
create function audit.check_incoming() returns void language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from pg_class c where c.oid = to_regclass('pg_temp.incoming') and c.relkind = 'r' and c.relpersistence = 't'
      and c.relowner = (select n.nspowner from pg_namespace n where n.nspname = 'audit')
      and not (c.relhasrules or c.relhastriggers or c.relhassubclass or c.relrowsecurity)) then
    raise exception 'pg_temp.incoming is not what audit.take_begin() makes' using errcode = 'object_not_in_prerequisite_state';
  end if;
end $$;

-- Whether these are rows of leaves, and what is there has one each. Months are made for them, and nobody gets rid of these: they are
-- those of the ids, and not just any.
create function audit.check_leaves(seals bigint[], months text[], leaves bytea[]) returns void language plpgsql
 set search_path = pg_catalog, pg_temp set enable_mergejoin = off set enable_nestloop = off set jit = off as $$
declare m text;
begin
  select coalesce(l.month, '?') into m from unnest($1, $2, $3) l(seal, month, leaves),
    lateral (select case when octet_length(l.leaves) > 0 and octet_length(l.leaves) % 48 = 0 then l.leaves end as b) x
    where l.seal is null or x.b is null or l.month is distinct from audit.month_of(encode(substr(x.b, 1, 16), 'hex')::uuid)
      or l.month is distinct from audit.month_of(encode(substr(x.b, octet_length(x.b) - 47, 16), 'hex')::uuid)
      or l.month < '2000-01' or l.month > to_char(now() at time zone 'UTC' + interval '1 year', 'YYYY-MM') limit 1;
  if m is not null then
    raise exception 'leaves of the month % are none', m using errcode = 'invalid_parameter_value';
  end if;
  if exists (select from pg_temp.incoming i where not exists (
      -- what is hashed are ids alone, not with each the whole row of leaves
      select from (select substr(l.leaves, k * 48 + 1, 16) as id
        from unnest($3) l(leaves), generate_series(0, octet_length(l.leaves) / 48 - 1) k offset 0) x where x.id = uuid_send(i.id))) then
    raise exception 'an event comes without its leaf' using errcode = 'invalid_parameter_value';
  end if;
end $$;

-- Takes what is there, with these rows of leaves; an error if one is there already. Returns how many events these were.
create function audit.take_part(trail int, seals bigint[], months text[], ns int[], leaves bytea[]) returns bigint language plpgsql
 security definer set search_path = pg_catalog, pg_temp set enable_mergejoin = off set enable_nestloop = off set jit = off as $$
declare done bigint;
begin
  perform audit.check_shipper(trail);
  perform audit.check_incoming();
  perform audit.check_leaves($2, $3, $5);
  insert into audit.archived_leaf(trail, seal, month, n, first, last, leaves)
    select $1, l.seal, l.month, l.n, encode(substr(l.leaves, 1, 16), 'hex')::uuid, encode(substr(l.leaves, length(l.leaves) - 47, 16), 'hex')::uuid, l.leaves
    from unnest($2, $3, $4, $5) l(seal, month, n, leaves);
  perform audit.make_months(array(select (m || '-01')::timestamp from unnest(months) m group by m));
  perform audit.take_relation($1, x.rel, x."schema", x."table") from (
    select distinct on (i.record >> 32) (i.record >> 32)::int as rel, coalesce(i."schema", '') as "schema", coalesce(i."table", '') as "table"
    from pg_temp.incoming i where i.record is not null and not exists (
      select from audit.archived_relation r where r.trail = $1 and r.rel = (i.record >> 32)::int)
    order by i.record >> 32, i.id desc) x;
  perform audit.take_relation($1, x.rel, '', '') from (
    select (i.record_to >> 32)::int from pg_temp.incoming i where i.record_to is not null
    union select (p >> 32)::int from pg_temp.incoming i, unnest(i.parents) p where i.parents is not null) x(rel)
    where not exists (select from audit.archived_relation r where r.trail = $1 and r.rel = x.rel);
  insert into audit.archived_event(trail, place, id, at, txid, record, record_to, salt, op, "schema", "table", key, label, actor, role,
      as_role, session, app, addr, reason, rules, old, new, redacted, parents, parts)
    select $1, coalesce(hashint8(r.id::bigint << 32 | (i.record & 4294967295)), uuid_hash(i.id)), i.id, i.at, i.txid,
      r.id::bigint << 32 | (i.record & 4294967295), t.id::bigint << 32 | (i.record_to & 4294967295), i.salt, i.op, i."schema", i."table",
      i.key, i.label, i.actor, i.role, i.as_role, i.session, i.app, i.addr, i.reason, i.rules, i.old, i.new,
      case when i.redacted is not null then array(select json_array_elements_text(i.redacted::json)) end,
      case when i.parents is not null then array(
        select o.id::bigint << 32 | (p & 4294967295) from unnest(i.parents) with ordinality u(p, n)
        left join audit.archived_relation o on o.trail = $1 and o.rel = (p >> 32)::int order by u.n) end, i.parts
    from pg_temp.incoming i
    left join audit.archived_relation r on r.trail = $1 and r.rel = (i.record >> 32)::int
    left join audit.archived_relation t on t.trail = $1 and t.rel = (i.record_to >> 32)::int;
  get diagnostics done = row_count;
  -- last, as others wait: to what has been taken nothing is added
  perform pg_advisory_xact_lock_shared('audit.archived_seal'::regclass::oid::int, trail);
  if exists (select from audit.archived_seal s where s.trail = $1 and s.no = any($2)) then
    raise exception 'the archive has seal % already', (select min(x) from unnest($2) x) using errcode = 'object_not_in_prerequisite_state';
  end if;
  return done;
end $$;

-- The next seal of a trail, all whose leaves are here.
create function audit.take_seal(trail int, no bigint, at timestamptz, horizon bigint, hash bytea, tree bytea, line text, state text)
 returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare t audit.archived_trail; here bigint;
begin
  perform audit.check_shipper(trail);
  perform pg_advisory_xact_lock('audit.archived_seal'::regclass::oid::int, trail);
  select * into t from audit.archived_trail a where a.no = $1;
  if $2 <> (select coalesce(max(s.no) + 1, 0) from audit.archived_seal s where s.trail = $1) then
    raise exception 'seal % is not the next one of trail %', $2, t.name using errcode = 'object_not_in_prerequisite_state';
  elsif line::jsonb ->> 'seal' is distinct from $2::text or line::jsonb ->> 'trail' is distinct from t.id::text then
    raise exception 'seal % is none of trail %', $2, t.name using errcode = 'invalid_parameter_value';
  end if;
  select coalesce(sum(octet_length(l.leaves)) / 48, 0) into here from audit.archived_leaf l where l.trail = $1 and l.seal = $2;
  if line::jsonb ->> 'events' is distinct from here::text then
    raise exception 'seal % of trail % covers % events, and % are here', $2, t.name, line::jsonb ->> 'events', here
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  insert into audit.archived_seal(trail, no, at, horizon, hash, tree, line) values ($1, $2, $3, $4, $5, $6, $7);
  if state is not null then insert into audit.archived_seal_state values ($1, $2, $8); end if;
end $$;

create function audit.take_stamp(trail int, seal bigint, at timestamptz, reply bytea) returns void language plpgsql
 security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform audit.check_shipper(trail);
  if not exists (select from audit.archived_seal s where s.trail = $1 and s.no = $2) then
    raise exception 'no such seal: %', $2 using errcode = 'no_data_found';
  end if;
  insert into audit.archived_seal_stamp values ($1, $2, $3, $4) on conflict do nothing;
end $$;

-- The last seal of a trail that is here; and the rows of leaves after it that are.
create function audit.taken(trail int) returns table(no bigint, hash bytea, line text) language plpgsql stable security definer
 set search_path = pg_catalog, pg_temp as $$
begin
  perform audit.check_shipper(trail);
  return query select s.no, s.hash, s.line from audit.archived_seal s where s.trail = $1 order by s.no desc limit 1;
end $$;

create function audit.taken_name(trail int) returns text language plpgsql stable security definer
 set search_path = pg_catalog, pg_temp as $$
begin
  perform audit.check_shipper(trail);
  return (select t.name from audit.archived_trail t where t.no = $1);
end $$;

create function audit.taken_leaves(trail int, from_seal bigint) returns table(seal bigint, month text, n int) language plpgsql stable
 security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform audit.check_shipper(trail);
  return query select l.seal, l.month, l.n from audit.archived_leaf l where l.trail = $1 and l.seal >= $2 order by l.seal, l.month, l.n;
end $$;

-- No transaction that is numbered in an event is one of this server's.
do $do$
declare f regproc;
begin
  foreach f in array array['audit.matching', 'audit.matching_given']::regproc[] loop
    execute format('create or replace function %s(%s) returns setof audit.event language sql stable as %L', f, pg_get_function_arguments(f),
      (select replace(prosrc, 'audit.is_native(v.xmin, v.txid)', 'false') from pg_proc where oid = f));
  end loop;
end $do$;

-- Erasure: what has been erased at the source is given once more, as it is now, and takes the place of what is here; its leaf has
-- to be the same. The archive's owner does this, and nobody else can: a shipper changes nothing.

-- Of those that are incoming, the ones whose place here is not yet theirs, with their leaves.
create function audit.erased_leaves(trail int) returns table(id uuid, leaf bytea) language plpgsql set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  perform audit.check_incoming();
  for id in select i.id from pg_temp.incoming i
      join audit.archived_event e on e.id = i.id and e.trail = $1 and e.parts is distinct from i.parts order by i.id loop
    leaf := (
      select substr(b.leaves, k * 48 + 17, 32) from (
        select l.leaves || '' as leaves from audit.archived_leaf l
        where l.trail = $1 and l.first <= erased_leaves.id and l.last >= erased_leaves.id offset 0) b,
        generate_series(0, octet_length(b.leaves) / 48 - 1) k
      where substr(b.leaves, k * 48 + 1, 16) = uuid_send(erased_leaves.id) limit 1);
    return next;
  end loop;
end $$;

-- Returns how many these were.
create function audit.take_erased(trail int) returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $$
declare changed uuid[]; m record; n bigint; done bigint := 0;
begin
  perform audit.check_incoming();
  changed := array(select i.id from pg_temp.incoming i
    join audit.archived_event e on e.id = i.id and e.trail = $1 and e.parts is distinct from i.parts);
  perform audit.open_months(changed);
  perform set_config('audit.purge', audit.purge_ticket(), true);
  -- of what is in columns nothing is updated, not even no row
  for m in select p.lo, p.hi from audit.partition p where exists (select from unnest(changed) c where c >= p.lo and c < p.hi) loop
    update audit.archived_event e set key = i.key, label = i.label, actor = i.actor, session = i.session, app = i.app, addr = i.addr,
        reason = i.reason, old = i.old, new = i.new, redacted = array(select json_array_elements_text(i.redacted::json)), salt = i.salt,
        parts = i.parts, record = case when i.record is not null then e.record >> 32 << 32 | (i.record & 4294967295) end,
        record_to = case when i.record_to is not null then e.record_to end, parents = case when i.parents is not null then e.parents end
      from pg_temp.incoming i
      where e.id = i.id and e.trail = $1 and e.id >= m.lo and e.id < m.hi
        and e.parts is distinct from i.parts and i.parts is not null and i.redacted is not null
        -- it loses, and is else as it was
        and (e.at, e.txid, e.op, e."schema", e."table", e.role, e.as_role, e.rules)
          is not distinct from (i.at, i.txid, i.op, i."schema", i."table", i.role, i.as_role, i.rules);
    get diagnostics n = row_count;
    done := done + n;
  end loop;
  perform set_config('audit.purge', '', true);
  if done > 0 then
    perform audit.note('erase', null, null, null, jsonb_build_object('trail', t.name), null, jsonb_build_object('events', done))
      from audit.archived_trail t where t.no = $1;
  end if;
  return done;
end $$;

-- The same of the events that a seal covers, of the one trail that is chosen, as audit-log --follow reads them.
do $do$
begin
  execute format('create function audit.matching_sealed (%s, seal bigint default null) returns setof audit.event language sql stable as %L',
    pg_get_function_arguments('audit.matching'::regproc), (
      select replace(p.prosrc, 'audit.event', '(select x.* from audit.event x where x.id in (
        select encode(substr(l.b, i * 48 + 1, 16), ''hex'')::uuid
        from (select y.leaves || '''' as b from audit.leaf y where y.seal = $28 offset 0) l, generate_series(0, length(l.b) / 48 - 1) i))')
      from pg_proc p where p.oid = 'audit.matching'::regproc));
end $do$;
