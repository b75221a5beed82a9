-- erase: removes personal values from events, and keeps what their hashes need. What audit-purge calls runs with the rights of
-- the trail's owner. Beside retention.sql's there is UA025: who is to be erased has an open session, or is blocked.

comment on column audit.event.redacted is 'the columns whose values have been erased; @key, @label, @actor, @session, @app, @addr and @reason are keys of the event';

-- Hashes. An event's leaf is made of commitments, see lib/leaf.h: the salt of a value that is erased goes, and its commitment
-- stays in its place. So parts has, for each commitment: the field, and 0 and the salt, or 1 and the commitment.

create function audit.byte(n int) returns bytea language sql immutable as $$
  select substr(int4send(n), 4) $$;

-- Single expressions without SET, which the planner puts where they are called; what has a query in it is PL/pgSQL, which plans
-- that once. All this is done for each event.

-- A field as lib/tlv.h has it.
create function audit.tlv(field int, data bytea) returns bytea language sql immutable as $$
  select audit.byte(field) || int4send(length(data)) || data $$;

create function audit.commitment(salt bytea, field int, name text, value bytea) returns bytea language sql stable as $$
  select sha256($1 || audit.byte($2) || case when $3 is null and $2 >= 17 then int4send(-1)
    else int4send(octet_length(convert_to(coalesce($3, ''), 'UTF8'))) || convert_to(coalesce($3, ''), 'UTF8') end || $4) $$;

create function audit.is_object(j jsonb) returns bool language sql immutable as $$
  select jsonb_typeof($1) = 'object' and $1 <> '{}' $$;

-- The value of field 10.
create function audit.key_bytes(e audit.event) returns bytea language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select 'AK1'::bytea || coalesce(audit.tlv(1, convert_to(nullif(e.key, 'null')::text, 'UTF8')), '') || coalesce(audit.tlv(2, int8send(e.record)), '')
    || coalesce(audit.tlv(3, int8send(e.record_to)), '')
    || case when e.parents is null then '' else audit.tlv(4,
      (select coalesce(string_agg(int8send(p), '' order by n), '') from unnest(e.parents) with ordinality x(p, n))) end);
end $$;

-- What an event's commitments are made of, as far as it still has it; without what parts says is hidden: fields (10 ...).
create function audit.values_of(e audit.event, hidden int[]) returns table(n bigint, field int, name text, value bytea)
 language plpgsql stable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query
    select row_number() over (order by v.field, v.n), v.field, v.name, v.value
    from (
      select t.field, 0::bigint as n, null::text as name, convert_to(t.value, 'UTF8') as value
      from (values (11, e.label), (12, e.actor), (13, e.session), (14, e.app), (15, e.addr), (16, e.reason)) t(field, value) where t.value is not null
      union all
      select 10, 0, null, audit.key_bytes(e) where 10 <> all(hidden)
        and (nullif(e.key, 'null') is not null or e.record is not null or e.record_to is not null or e.parents is not null)
      union all
      select t.field, m.n, m.key, convert_to(m.value::text, 'UTF8') from (values (17, e.old), (18, e.new)) t(field, value),
        jsonb_each(case when audit.is_object(t.value) then t.value end) with ordinality m(key, value, n)
      union all
      select t.field, 0, null, convert_to(t.value::text, 'UTF8') from (values (17, e.old), (18, e.new)) t(field, value)
      where t.value <> 'null' and not audit.is_object(t.value) and t.field <> all(hidden)) v;
end $$;

-- What parts says.
create function audit.parts_said(parts bytea) returns table(n int, field int, salt bytea, commitment bytea) language plpgsql immutable strict
 set search_path = pg_catalog, pg_temp as $$
declare at int := 0;
begin
  n := 0;
  while at + 1 < length(parts) loop
    n := n + 1;
    field := get_byte(parts, at);
    salt := case get_byte(parts, at + 1) when 0 then substr(parts, at + 3, 16) end;
    commitment := case get_byte(parts, at + 1) when 1 then substr(parts, at + 3, 32) end;
    at := at + case get_byte(parts, at + 1) when 0 then 18 when 1 then 34 end;
    if (at <= length(parts)) is not true then exit; end if;
    return next;
  end loop;
  if at is distinct from length(parts) then
    raise exception 'parts of an event are damaged' using errcode = 'data_corrupted';
  end if;
end $$;

-- An event's commitments in their order: with salt, and the value, or as such. Where value and salt do not fit there is a row
-- that has no field.
create function audit.parts_of(e audit.event) returns table(n bigint, field int, name text, value bytea, salt bytea, commitment bytea)
 language plpgsql stable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query
    with said as (select s.*, count(s.salt) over (order by s.n) as i from audit.parts_said(e.parts) s),
    there as (
      select * from audit.values_of(e, array(select s.field from said s group by 1 having count(s.salt) = 0)))
    select s.n::bigint, case when (v.n is null) = (s.salt is null) and (v.field = s.field) is not false then s.field end, v.name, v.value, s.salt, s.commitment
    from said s full join there v on v.n = s.i and s.salt is not null where e.parts is not null
    union all
    select v.n, v.field, v.name, v.value,
      substr(sha256(uuid_send(e.salt) || int4send(((v.n - 1) / 2)::int)), ((v.n - 1) % 2)::int * 16 + 1, 16), null
    from there v where e.parts is null
    order by 1;
end $$;

-- An event without some of its values: fields of its own, by name, and members of old and new: cols, or (null) all but keep.
-- Null: there is nothing of them.
create function audit.without(e audit.event, fields text[], cols text[], keep text[]) returns audit.event language plpgsql stable
 set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare r audit.event := e; hides bool; bad bool; gone text[];
begin
  select string_agg(audit.byte(x.field) || case when x.commitment is not null then audit.byte(1) || x.commitment
        when x.hide then audit.byte(1) || audit.commitment(x.salt, x.field, x.name, x.value)
        else audit.byte(0) || x.salt end, '' order by x.n),
      bool_or(x.hide), bool_or(x.field is null),
      array_agg(distinct case when x.name is null then '@' || x.of
        when x.name in ('@key', '@label', '@actor', '@session', '@app', '@addr', '@reason', '@old', '@new') then '@' || x.name else x.name end) filter (where x.hide)
    into r.parts, hides, bad, gone
    from (
      select p.*, f.name as of, p.commitment is null and case when p.field < 17 then f.name = any(fields)
        else p.name is null and cols is null and p.value <> '{}' or (cols is null or p.name = any(cols)) and p.name <> all(keep) end as hide
      from audit.parts_of(e) p left join unnest('{key,label,actor,session,app,addr,reason,old,new}'::text[]) with ordinality f(name, n)
        on f.n = p.field - 9) x;
  if bad then
    raise exception 'event % does not fit its parts', e.id using errcode = 'data_corrupted', hint = 'audit-seal verify says more.';
  elsif hides is not true then
    return null;
  end if;
  r.redacted := array(select distinct x collate "C" from unnest(e.redacted || gone) x order by 1);
  r.salt := '00000000-0000-0000-0000-000000000000';
  if '@key' = any(gone) then
    r.key := null; r.record_to := null; r.parents := null; r.record := e.record >> 32 << 32;
  end if;
  r.label := case when '@label' <> all(gone) then e.label end;
  r.actor := case when '@actor' <> all(gone) then e.actor end;
  r.session := case when '@session' <> all(gone) then e.session end;
  r.app := case when '@app' <> all(gone) then e.app end;
  r.addr := case when '@addr' <> all(gone) then e.addr end;
  r.reason := case when '@reason' <> all(gone) then e.reason end;
  r.old := audit.without_members(e.old, cols, keep);
  r.new := audit.without_members(e.new, cols, keep);
  return r;
end $$;

create function audit.without_members(j jsonb, cols text[], keep text[]) returns jsonb language plpgsql immutable
 set search_path = pg_catalog, pg_temp as $$
begin
  return (select case
    when audit.is_object(j) then j - array(select k from jsonb_object_keys(j) k where (cols is null or k = any(cols)) and k <> all(keep))
    when cols is not null or j in ('{}', 'null') then j
    when j is not null then '{}' end);
end $$;

-- What is to be erased: {"what": "record", "records": [...], "keys": [...], "fields": [...], "with": [...], "related": bool,
-- "why"}, records and keys as audit.matching() takes them; or {"what": "actor", "actor", "why"}. audit.erasure() checks it and
-- adds what of the tables has to be known: "rels": {rel: {"label", "refers", "actors"}}.

create function audit.names_of(w jsonb, key text) returns text[] language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
  return (select array_agg(x order by n) from jsonb_array_elements_text(case jsonb_typeof(w -> key) when 'array' then w -> key end) with ordinality e(x, n));
end $$;

-- Names in a list, or none said: what is none must not mean all.
create function audit.is_names(w jsonb, key text) returns bool language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case jsonb_typeof(coalesce(w -> key, 'null')) when 'null' then true
    when 'array' then w -> key <> '[]' and not exists (select from jsonb_array_elements(w -> key) e where jsonb_typeof(e) <> 'string')
    else false end $$;

create function audit.erasure(w jsonb) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare bad text; fields text[] := audit.names_of(w, 'fields'); wide text[] := audit.names_of(w, 'with'); rels int[];
begin
  rels := array(select distinct (r::bigint >> 32)::int from unnest(audit.names_of(w, 'records')) r);
  bad := case
    when coalesce(w ->> 'why', '') !~ '[^[:space:]]' then 'why: none said'
    when not audit.is_names(w, 'fields') or not audit.is_names(w, 'with') then 'fields, with: no list of names'
    when w ->> 'what' = 'actor' then case when coalesce(w ->> 'actor', '') = '' then 'actor: no name' end
    when w ->> 'what' is distinct from 'record' then 'nothing is named that is to be erased'
    when rels = '{}' or exists (select from unnest(rels) i where not exists (select from audit.relation r where r.id = i))
      or cardinality(audit.names_of(w, 'keys')) is null then 'a record that the trail does not know'
    when '' = any(fields || wide) then 'an empty name'
    when jsonb_typeof(w -> 'related') <> 'boolean' then 'related: neither true nor false'
    when wide is not null and not wide <@ '{key,label,actor,session,app,addr,reason}' then format('not a key of an event that can be erased: %s',
      (select x from unnest(wide) x where x <> all('{key,label,actor,session,app,addr,reason}') limit 1)) end;
  if bad is not null then
    raise exception '%', bad using errcode = 'invalid_parameter_value';
  end if;
  return w || jsonb_build_object('rels', (
    select coalesce(jsonb_object_agg(r.id, jsonb_build_object(
      'label', (select array_agg(distinct c) from (select p.label from audit.plan p where p.rel = r.id
        union select q.label from audit.rule_table b join audit.rule q on q.name = b.rule where b.rel = r.id) x(c) where c is not null),
      'refers', (select array_agg(distinct c) from audit.plan p, unnest(p.parents) f, unnest(f.cols) c where p.rel = r.id and f.rel = any(rels)),
      'belongs', (select array_agg(distinct c) from audit.plan p, unnest(p.parents) f, unnest(f.cols) c where p.rel = r.id),
      'actors', (select array_agg(distinct c) from (select p.actor_column from audit.plan p where p.rel = r.id
        union select q.actor_column from audit.rule_table b join audit.rule q on q.name = b.rule where b.rel = r.id) x(c) where c is not null))), '{}')
    from audit.relation r));
end $$;

-- The columns of which an event holds a hash beside its key: of these columns' values are the records that it says it belongs to.
-- Where no plan tells any more, the hash does.
create function audit.belongs_by(e audit.event, w jsonb) returns text[] language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select case when e.parents is null then '{}' else coalesce(audit.names_of(w -> 'rels' -> (e.record >> 32)::text, 'belongs'), '{}') || array(
    select m.key from (values (e.old), (e.new)) i(j), jsonb_each_text(case when audit.is_object(i.j) then i.j end) m, unnest(e.parents) p
    where m.value is not null and audit.record((p >> 32)::int, m.value) = p) end);
end $$;

-- An event without what is to be erased of it; null: there is nothing. What is in the key, or says what it belongs to, goes only
-- with the key: they are one commitment, and the hashes there would tell it.
create function audit.erased(e audit.event, w jsonb, own bool) returns audit.event language plpgsql stable
 set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare cols text[]; keep text[] := '{}'; fields text[] := '{}'; rel jsonb := w -> 'rels' -> (e.record >> 32)::text; who text := w ->> 'actor';
  keys text[] := array(select jsonb_object_keys(case jsonb_typeof(e.key) when 'object' then e.key end)); label text[];
begin
  if w ->> 'what' = 'actor' then
    cols := array(select c from unnest(audit.names_of(rel, 'actors')) c where e.old ->> c = who or e.new ->> c = who);
    if e.actor = who then
      fields := '{actor,addr}';
      if e.op ~ '^(log|session_)' then cols := '{addr,user_agent,details,groups}'; end if;
    end if;
    if e.op in ('session_block', 'session_unblock') and e.key ->> 'actor' = who then fields := fields || 'key'::text; end if;
    if e.op in ('hold', 'release') then cols := '{actor}'; end if;
    return audit.without(e, fields, cols, keep);
  elsif e.op in ('hold', 'release') then
    return audit.without(e, '{}', '{key}', keep);
  end if;
  fields := coalesce(audit.names_of(w, 'with'), '{}');
  cols := audit.names_of(w, 'fields');
  keys := keys || audit.belongs_by(e, w);
  if not own then keys := keys || coalesce(audit.names_of(rel, 'refers'), '{}'); end if;
  if 'key' <> all(fields) then keep := keys;
  elsif cols is not null then cols := cols || keys; end if;
  label := audit.names_of(rel, 'label');
  if cols is null or label is null or label && cols
    or exists (select from unnest(cols) c where e.label in (e.old ->> c, e.new ->> c)) then
    fields := fields || 'label'::text;
  end if;
  return audit.without(e, fields, cols, keep);
end $$;

-- A column that nobody has heard of is a slip.
create function audit.check_fields(w jsonb, ids uuid[]) returns void language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare unknown text; keys text; fields text[] := audit.names_of(w, 'fields');
begin
  with rel as (
    select distinct (e.record >> 32)::int as id from audit.event e where e.id = any(ids)
    union select distinct (r::bigint >> 32)::int from unnest(audit.names_of(w, 'records')) r),
  known as (
    select a.name::text from rel join audit.live l on l.id = rel.id, audit.attributes(l.relid) a
    union select unnest(c.names) from audit.relation_columns c join rel on rel.id = c.rel)
  select string_agg(f, ', ') into unknown from unnest(fields) f where f not in (select name from known)
    and not exists (select from audit.event e where e.id = any(ids) and (e.old ? f or e.new ? f or e.redacted @> array[f]));
  if unknown is not null then
    raise exception 'no such column: %', unknown using errcode = 'undefined_column';
  end if;
  if 'key' <> all(coalesce(audit.names_of(w, 'with'), '{}')) then
    select string_agg(distinct k, ', ') into keys from audit.event e cross join lateral (
        select jsonb_object_keys(e.key) where jsonb_typeof(e.key) = 'object' union all select unnest(audit.belongs_by(e, w))) x(k)
      where e.id = any(ids) and k = any(fields);
    if keys is not null then
      raise exception 'part of the key, or of what it belongs to: %', keys using errcode = 'invalid_parameter_value',
        hint = 'That is erased, with the key, by --with key.';
    end if;
  end if;
end $$;

-- The events of records, and of what belongs to them: a record that an event says of to be one of theirs is so until the next
-- such event, for an update that moves it nowhere does not say. Its columns are compared as far as they are known, as the record
-- is a hash.
create function audit.related_events(records bigint[], keys text[]) returns setof uuid language sql stable
 set search_path = pg_catalog, pg_temp set jit = off as $$
  with said as (
    select e.id, e.record, (select jsonb_agg(k.value order by k.value collate "C") from jsonb_each_text(e.key) k)::text as vals,
      x.known, x.was, x.is
    from audit.event e, lateral (
      select bool_or(true) as known, bool_or(v.image = 1 and v.fits) as was, bool_or(v.image = 2 and v.fits) as is
      from audit.plan p, unnest(p.parents) f, (values (1, e.old), (2, e.new)) i(image, j), audit.key_values(i.j, f.cols) k,
        lateral (select i.image, i.j is not null and (array_position(k, null) is not null
          or (select jsonb_agg(y order by y collate "C") from unnest(k) y)::text = any($2))) v(image, fits)
      where p.rel = e.record >> 32 and f.rel in (select r >> 32 from unnest($1) r)) x
    where e.parents && $1 and (x.known is null or x.was or x.is)),
  child as (
    select distinct s.record, s.vals from said s where s.vals is not null)
  select s.id from said s
  union
  select e.id from child c join audit.event e on e.record = c.record
    and (select jsonb_agg(k.value order by k.value collate "C") from jsonb_each_text(e.key) k)::text = c.vals
  cross join lateral (
    -- the last that said whose it is, and the next
    select (select b.id from audit.event b where b.record = c.record and b.parents is not null and b.id < e.id order by b.id desc limit 1) as before,
      (select b.id from audit.event b where b.record = c.record and b.parents is not null and b.id > e.id order by b.id limit 1) as after) n
  where e.parents is null and case
    when n.before is not null then exists (select from said s where s.id = n.before and (s.known is null or s.is))
    else exists (select from said s where s.id = n.after and (s.known is null or s.was)) end
  union
  -- without a key the whole row is there, and which one it is is not known
  select e.id from (
    select distinct p.rel, f.cols from audit.plan p, unnest(p.parents) f where p.key = '{}' and f.rel in (select r >> 32 from unnest($1) r)) c
  join audit.event e on e.record = audit.record(c.rel, null::text) and e.parents is null
  where (select jsonb_agg(y order by y collate "C") from unnest(audit.key_values(e.old, c.cols)) y)::text = any($2) $$;

-- Which events there are to be looked at; own: they are of the records, or the actor, themselves. part: only there.
create function audit.erasure_events(w jsonb, part regclass) returns table(id uuid, own bool) language plpgsql stable rows 1000
 set search_path = pg_catalog, pg_temp set jit = off as $$
#variable_conflict use_column
declare r bigint[] := audit.names_of(w, 'records')::bigint[]; k text[] := audit.names_of(w, 'keys'); actors text[];
begin
  if w ->> 'what' = 'record' then
    return query select v.id, true from audit.matching(records => r, keys => k) v;
    if (w ->> 'related')::bool then
      return query select x, false from audit.related_events(r, k) x
        where x not in (select v.id from audit.matching(records => r, keys => k) v);
    end if;
    -- holds of it were, and their events say the key
    if 'key' = any(audit.names_of(w, 'with')) then
      return query select e.id, false from audit.event e cross join lateral (select coalesce(e.new ->> 'key', e.old ->> 'key')::jsonb) x(key)
        where e.record is null and e.op in ('hold', 'release') and jsonb_typeof(x.key) = 'object'
          and (select jsonb_agg(y.value order by y.value collate "C") from jsonb_each_text(x.key) y)::text = any(k)
          and coalesce(e.new ->> 'table', e.old ->> 'table') in (
            select format('%I.%I', n."schema", n."table") from audit.relation_known n where n.rel in (select o >> 32 from unnest(r) o));
    end if;
    return;
  end if;
  -- there is no index: as few conditions as may be, for all there is
  actors := array(select distinct c from jsonb_each(w -> 'rels') x, unnest(audit.names_of(x.value, 'actors')) c);
  return query execute format($q$
    select e.id, true from %s e where e.actor = $1
      or e.record is null and e.op in ('session_block', 'session_unblock', 'hold', 'release') and $1 in (e.key ->> 'actor', e.old ->> 'actor', e.new ->> 'actor')
      %s $q$, coalesce(part, 'audit.event'), case when actors <> '{}' then
      'or exists (select from unnest($2) c where $1 in (e.old ->> c, e.new ->> c))' else '' end) using w ->> 'actor', actors;
end $$;

-- What would be erased, by table and operation, and which holds forbid it.
create function audit.erase_would(what jsonb, act uuid default null) returns table("schema" text, "table" text, op text, events bigint, fields text[],
  "from" timestamptz, "to" timestamptz, holds int[]) language plpgsql stable security definer
 set search_path = pg_catalog, pg_temp set jit = off as $$
#variable_conflict use_column
declare w jsonb := audit.erasure(coalesce(case when $2 is not null then audit.check_approval($2, 'erase') end, $1));
begin
  if w ->> 'what' = 'record' then perform audit.check_fields(w, array(select x.id from audit.erasure_events(w, null) x)); end if;
  return query
    with gone as materialized (
      select e."schema", e."table", e.op, e.at,
        array(select r from unnest(x.redacted) r where r <> all(coalesce(e.redacted, '{}'))) as fields, audit.holds_of(e) as holds
      from audit.erasure_events(w, null) i join audit.event e on e.id = i.id cross join lateral audit.erased(e, w, i.own) x
      where x.id is not null)
    select g."schema", g."table", g.op, count(*),
      array(select distinct f collate "C" from gone o, unnest(o.fields) f
        where (o."schema", o."table", o.op) is not distinct from (g."schema", g."table", g.op) order by 1),
      min(g.at), max(g.at),
      array(select distinct h from gone o, unnest(o.holds) h
        where (o."schema", o."table", o.op) is not distinct from (g."schema", g."table", g.op) order by 1)
    from gone g group by 1, 2, 3 order by 1, 2, 3;
end $$;

create function audit.refuse_held(holds int[]) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if holds <> '{}' then
    raise exception '%', (select string_agg(format('hold %s: %s', h.id, h.why), '; ' order by h.id) from audit.hold h where h.id = any(holds))
      using errcode = 'UA021', hint = 'Nothing has been erased. audit-purge hold release ends a hold.';
  end if;
end $$;

-- The events of the acts: at most so many ids each. Nobody's name, if that is who goes.
create function audit.note_erase(w jsonb, act uuid, done jsonb, ids uuid[], archived uuid[]) returns uuid[] language plpgsql
 set search_path = pg_catalog, pg_temp as $$
declare most int := 10000; at timestamptz; i uuid; made uuid[] := '{}'; r audit.relation; who text := audit.actor(); n int;
begin
  select o.* into r from audit.relation o where o.id = ((audit.names_of(w, 'records'))[1]::bigint >> 32)::int;
  for n in 0 .. greatest(cardinality(ids) - 1, cardinality(archived) - 1, 0) / most loop
    at := clock_timestamp();
    i := audit.new_id(at);
    insert into audit.event(id, at, op, "schema", "table", actor, new) values (i, at, 'erase', r."schema", r."table",
      nullif(who, w ->> 'actor'), jsonb_build_object('what', w ->> 'what', 'schema', r."schema", 'table', r."table", 'fields', w -> 'fields',
        'with', w -> 'with', 'related', w -> 'related', 'why', w ->> 'why', 'act', act, 'sessions', case when n = 0 then done -> 'sessions' end,
        'events', cardinality(ids[n * most + 1 : (n + 1) * most]), 'ids', to_jsonb(ids[n * most + 1 : (n + 1) * most]),
        'redacted', done -> 'redacted', 'archived', to_jsonb(archived[n * most + 1 : (n + 1) * most])));
    made := made || i;
  end loop;
  return made;
end $$;

-- Erases of these events what is to be erased; of those that are held nothing, nor of any other. Returns which had something,
-- and the names of what they had.
create function audit.erase_events(w jsonb, part regclass, out done uuid[], out names text[]) language plpgsql
 set search_path = pg_catalog, pg_temp set jit = off as $$
declare own uuid[]; related uuid[]; held int[]; p regclass; n uuid[]; few text[];
  noted text := concat_ws(', ', case when w ->> 'what' = 'actor' or audit.names_of(w, 'with') && '{actor,session,app,addr}' then 'actor, session, app, addr' end,
    case when 'key' = any(audit.names_of(w, 'with')) then 'record, record_to, parents' end);
begin
  done := '{}'; names := '{}';
  select coalesce(array_agg(x.id) filter (where x.own), '{}'), coalesce(array_agg(x.id) filter (where not x.own), '{}') into own, related
    from audit.erasure_events(w, part) x;
  if w ->> 'what' = 'record' then perform audit.check_fields(w, own || related); end if;
  if exists (select from audit.hold) then
    held := array(select distinct h from audit.event e, unnest(audit.holds_of(e)) h
      where e.id = any(own || related) and (audit.erased(e, w, e.id = any(own))).id is not null order by 1);
    perform audit.refuse_held(held);
  end if;
  -- partition by partition: PostgreSQL 13 would do all this again for each
  for p in select distinct e.tableoid::regclass from audit.event e where e.id = any(own || related) loop
    perform set_config('audit.purge', audit.purge_ticket(), true);
    execute format($q$
      with gone as materialized (
        select x.*, e.redacted as before from %1$s e cross join lateral audit.erased(e::audit.event, $1, e.id = any($2)) x
        where e.id = any($2 || $3) and x.id is not null),
      done as (
        update %1$s e set record = g.record, record_to = g.record_to, parents = g.parents, key = g.key, label = g.label, actor = g.actor,
          session = g.session, app = g.app, addr = g.addr, reason = g.reason, old = g.old, new = g.new, redacted = g.redacted, salt = g.salt, parts = g.parts
        from gone g where e.id = g.id returning e.id)
      select (select coalesce(array_agg(id order by id), '{}') from done),
        (select array_agg(distinct r) from gone g, unnest(g.redacted) r where r <> all(coalesce(g.before, '{}'))) $q$, p) into n, few using w, own, related;
    perform set_config('audit.purge', '', true);
    done := done || n;
    names := names || few;
    -- what the server has noted of values, and of the hashes of keys
    if n <> '{}' and noted <> '' then
      execute format('analyze %s(%s)', p, noted);
    end if;
  end loop;
  done := array(select x from unnest(done) x order by 1);
  names := array(select distinct x collate "C" from unnest(names) x order by 1);
end $$;

-- What may be done by now, and is to be.
create function audit.erase_begin(what jsonb, act uuid, kind text) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare w jsonb;
begin
  perform audit.need_purge_lock();
  perform audit.lock_holds();
  w := audit.erasure(coalesce(audit.check_approval(act, 'erase'), what));
  if w ->> 'what' <> kind then
    raise exception 'the act is about another thing: %', w ->> 'what' using errcode = 'invalid_parameter_value';
  end if;
  return w;
end $$;

-- Which keys the records had before or after, as far as these events say: there may be more of them.
create function audit.other_keys(w jsonb) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_agg(distinct jsonb_build_object('table', audit.relation_text((e.record >> 32)::int), 'key', x.key))
  from audit.erasure_events(w, null) i join audit.event e on e.id = i.id cross join lateral (
    select case when e.record = any(audit.names_of(w, 'records')::bigint[])
      then (select jsonb_object_agg(k, coalesce(e.new -> k, e.key -> k)) from jsonb_object_keys(e.key) k) else e.key end) x(key)
  where i.own and e.record_to is not null and jsonb_typeof(x.key) = 'object' $$;

-- What the columns that are erased were called as well, or are now: events have the names of their time.
create function audit.other_names(w jsonb) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  with called as (
    select distinct c.relid, n.num::int, n.name
    from audit.relation_columns c, unnest(c.nums, c.names) n(num, name)
    where c.rel in (select r::bigint >> 32 from unnest(audit.names_of(w, 'records')) r)
    union
    select l.relid, a.num::int, a.name::text from audit.live l, audit.attributes(l.relid) a
    where l.id in (select r::bigint >> 32 from unnest(audit.names_of(w, 'records')) r))
  select jsonb_agg(distinct o.name) from called c join called o using (relid, num)
  where c.name = any(audit.names_of(w, 'fields')) and o.name <> all(audit.names_of(w, 'fields')) $$;

-- Erases a record; archived are events of it that are in archives only, which the caller sees to. A line of what was done.
create function audit.erase_record(what jsonb, act uuid default null, archived uuid[] default '{}') returns jsonb language plpgsql
 security definer set search_path = pg_catalog, pg_temp as $$
declare w jsonb := audit.erase_begin($1, $2, 'record'); ids uuid[]; names text[]; made uuid[] := '{}'; others jsonb; parts text[];
begin
  others := audit.other_keys(w);
  select x.done, x.names into ids, names from audit.erase_events(w, null) x;
  parts := array(select distinct e.tableoid::regclass::text from audit.event e where e.id = any(ids) order by 1);
  if ids || archived <> '{}' or $2 is not null then
    made := audit.note_erase(w, $2, jsonb_build_object('redacted', names), ids, archived);
  end if;
  perform audit.end_act($2);
  return jsonb_build_object('events', cardinality(ids), 'archived', cardinality(archived), 'acts', made, 'parts', parts, 'others', others,
    'columns', audit.other_names(w), 'tables', (select jsonb_agg(distinct audit.relation_text((r::bigint >> 32)::int)) from unnest(audit.names_of(w, 'records')) r));
end $$;

-- Erases an actor from the events of a partition. Returns from how many.
create function audit.erase_actor(what jsonb, act uuid, part regclass) returns bigint language plpgsql security definer
 set search_path = pg_catalog, pg_temp as $$
declare w jsonb := audit.erase_begin($1, $2, 'actor'); ids uuid[]; names text[];
begin
  perform audit.refuse_present(w ->> 'actor');
  if not exists (select from audit.partition p where p.part = $3) and $3 <> 'audit.event_rest'::regclass then
    raise exception 'no partition of the trail: %', $3 using errcode = 'invalid_parameter_value';
  end if;
  select x.done, x.names into ids, names from audit.erase_events(w, $3) x;
  if ids <> '{}' then perform audit.note_erase(w, $2, jsonb_build_object('redacted', names), ids, '{}'); end if;
  return cardinality(ids);
end $$;

-- Who is about cannot go. Sessions that have ended unsaid are ended by it.
create function audit.refuse_present(who text) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare s text;
begin
  -- who opens a session waits for this
  perform from audit.session_actor a where a.actor = who for update;
  perform audit.close_due(who);
  s := (select x.id from audit.session x where x.actor = who and x.closed is null limit 1);
  if s is not null then
    raise exception 'the actor has an open session: %', s using errcode = 'UA025', hint = 'audit-session block ends it.';
  elsif exists (select from audit.session_actor a where a.actor = who and a.blocked is not null) then
    raise exception 'the actor is blocked, and who is erased is not' using errcode = 'UA025', hint = 'audit-session unblock comes first.';
  end if;
end $$;

-- Erases an actor from what the trail knows of sessions, as the last step.
create function audit.erase_sessions(what jsonb, act uuid default null, archived uuid[] default '{}') returns jsonb language plpgsql
 security definer set search_path = pg_catalog, pg_temp as $$
declare w jsonb := audit.erase_begin($1, $2, 'actor'); who text := w ->> 'actor'; n bigint; known bigint; more bigint; made uuid[] := '{}';
begin
  perform audit.refuse_present(who);
  perform audit.refuse_held(array(select h.id from audit.hold h where (h.actor = who or exists (select from audit.session s where s.actor = who and s.id = h.session))
    and h.rel is null and exists (select from audit.session s where s.actor = who and (h.actor is not null or s.id = h.session)
      and s.closed >= coalesce(h.since, '-infinity') and s.opened < coalesce(h.until, 'infinity')) order by 1));
  -- nobody is let in by its token again
  update audit.session s set actor = null, addr = null, user_agent = null, details = null, groups = null,
    token = sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) where s.actor = who;
  get diagnostics n = row_count;
  delete from audit.session_known k where k.actor = who;
  get diagnostics known = row_count;
  delete from audit.session_actor a where a.actor = who;
  get diagnostics more = row_count;
  update audit.session_actor a set blocked_by = null where a.blocked_by = who;
  -- of values that there were
  analyze audit.session;
  if n + known + more > 0 or archived <> '{}' or $2 is not null then
    made := audit.note_erase(w, $2, jsonb_build_object('sessions', n), '{}', archived);
  end if;
  perform audit.end_act($2);
  return jsonb_build_object('sessions', n, 'known', known, 'archived', cardinality(archived), 'acts', made,
    'rules', (select jsonb_agg(r.name order by r.name collate "C") from audit.rule r where who = any(r.actors || r.except_actors)));
end $$;
