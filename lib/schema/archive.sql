-- archive: what is erased of events that are in files only; see audit-purge(1).

-- Events that are given, as audit.event has them, without what is to be erased: what is as audit.erase_record() and
-- audit.erase_actor() take it. Those of which nothing is, are left out. children are records that belonged to those of what for as
-- long as they are known.
create function audit.erased_given(given json, what jsonb, act uuid default null, children bigint[] default '{}') returns setof audit.event
 language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
#variable_conflict use_column
declare w jsonb := audit.erasure(coalesce(case when $3 is not null then audit.check_approval($3, 'erase') end, $2));
  r bigint[] := audit.names_of(w, 'records')::bigint[]; k text[] := audit.names_of(w, 'keys'); who text := w ->> 'actor'; held int[]; gone audit.event[];
begin
  with g as materialized (select e::audit.event as e from json_populate_recordset(null::audit.event, $1) e),
    own as (
      select v.id from audit.matching_given(records => r, keys => k, given => $1) v where who is null
      union all
      select (g.e).id from g where who is not null and ((g.e).actor = who
        or (g.e).record is null and (g.e).op in ('session_block', 'session_unblock') and (g.e).key ->> 'actor' = who
        or exists (select from unnest(audit.names_of(w -> 'rels' -> ((g.e).record >> 32)::text, 'actors')) c
          where who in ((g.e).old ->> c, (g.e).new ->> c)))),
    mine as (
      select g.e, (g.e).id in (select o.id from own o) as own from g
      where (g.e).id in (select o.id from own o)
        or who is null and (w ->> 'related')::bool and ((g.e).parents && r or (g.e).parents is null and (g.e).record = any($4))),
    x as (select m.e, audit.erased(m.e, w, m.own) as x from mine m)
  select array_agg(x.x order by (x.x).id),
      (select array_agg(distinct h order by h) from x, unnest(audit.holds_of(x.e)) h where (x.x).id is not null)
    into gone, held from x where (x.x).id is not null;
  perform audit.refuse_held(coalesce(held, '{}'));
  return query select * from unnest(gone);
end $$;

-- Which of these records are known to have belonged to others, too, or to be of others.
create function audit.moved_children(children bigint[], what jsonb, act uuid default null) returns setof bigint
 language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct e.record from audit.event e
  where e.record = any($1) and e.parents is not null and not e.parents && audit.names_of(
    coalesce(case when $3 is not null then audit.check_approval($3, 'erase') end, $2), 'records')::bigint[] $$;

-- Those in the trail that belong to them.
create function audit.live_children(what jsonb, act uuid default null) returns setof bigint
 language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct e.record from audit.event e
  where e.parents && audit.names_of(coalesce(case when $2 is not null then audit.check_approval($2, 'erase') end, $1), 'records')::bigint[] $$;

-- What is to be erased, of what an act says.
create function audit.erasure_said(what jsonb, act uuid default null) returns jsonb language sql stable security definer
 set search_path = pg_catalog, pg_temp as $$
  select audit.erasure(coalesce(case when $2 is not null then audit.check_approval($2, 'erase') end, $1)) $$;

-- Archives that were rewritten have other bytes.
create function audit.archives_rewritten(files jsonb) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare n bigint;
begin
  perform audit.need_purge_lock();
  update audit.archive a set sha256 = f.sha256 from jsonb_to_recordset($1) f(dir text, file text, sha256 text)
    where a.dir = f.dir and a.file = f.file and f.sha256 ~ '^[0-9a-f]{64}$';
  get diagnostics n = row_count;
  return n;
end $$;
