-- operator: what audit-session calls to see and end sessions, with the rights of the trail's owner.

create view audit.session_list as
  select s.id as session, s.actor, s.groups, s.opened, coalesce(s.seen, a.seen, s.opened) as last_activity,
    case when s.closed is null then audit.seconds(greatest(x.now - coalesce(a.seen, s.opened), '0')) end as idle_seconds,
    s.closed, s.reason, audit.seconds(coalesce(s.closed, x.now) - s.opened) as duration_seconds,
    audit.seconds(coalesce(s.active, a.active, '0')) as active_seconds, s.addr, s.user_agent,
    s.details -> 'client_hints' as client_hints, s.details, s.role, s.app, s.new_device, l.idle, l.max_age,
    s.closed is null and audit.session_due(s.opened, coalesce(a.seen, s.opened), l.idle, l.max_age, x.now) is null as alive
  from audit.session s left join audit.session_activity a on a.id = s.id
    -- what holds for one that is closed is no matter
    left join lateral (select * from audit.session_limits(s.groups) where s.closed is null offset 0) l on true,
    (select clock_timestamp() as now offset 0) x;
comment on view audit.session_list is 'the sessions, as audit-session list shows them';

create view audit.session_blocked as
  select a.actor, a.blocked as since, a.blocked_by, a.why from audit.session_actor a where a.blocked is not null;
comment on view audit.session_blocked is 'the actors who may have no session';

create function audit.session_policy_line(p audit.session_policy) returns json language sql stable
 set search_path = pg_catalog, pg_temp set intervalstyle = 'postgres' as $$
  select json_build_object('group', p."group", 'idle', p.idle, 'max_age', p.max_age, 'max_per_actor', p.max_per_actor, 'on_limit', p.on_limit) $$;

create view audit.session_policies as
  select p."group", audit.session_policy_line(p) as line from audit.session_policy p;

-- How many events there are of these sessions (null: all), in the partitions that have events from that id on. Of the index alone, as a
-- condition on the id would have to look at each event: for some sessions where it has them, for many all of it in one go,
-- and then there may be others among them.
create function audit.session_events(ids text[], since uuid, out session text, out events bigint) returns setof record
 language plpgsql stable rows 20000 security definer set search_path = pg_catalog, pg_temp set jit = off
 set max_parallel_workers_per_gather = 0 set work_mem = '32MB' as $$
declare parts regclass[]; total float8; part text;
begin
  select array_agg(p.part), sum(c.reltuples) into parts, total from audit.partition p join pg_class c on c.oid = p.part
    where (p.hi > since) is not false;
  part := case when (cardinality(ids) * 20 > total) is not false then 'select session, count(*) as n from %s where session is not null group by session'
    else 'select i.id, c.n from unnest($1) i(id), lateral (select count(*) from %s where session = i.id) c(n) where c.n > 0' end;
  return query execute format('select e.session, sum(e.n)::bigint from (%s) e(session, n) group by 1',
    (select string_agg(format(part, p), ' union all ') from unnest(parts) p)) using ids;
end $$;

-- What was done in one: how many of each operation on each table.
create function audit.session_deeds(id text, out op text, out "schema" text, out "table" text, out events bigint) returns setof record
 language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select e.op, e."schema", e."table", count(*) from audit.event e where e.session = $1
    and e.id >= (select audit.first_id(s.opened) from audit.session s where s.id = $1) group by 1, 2, 3 $$;

-- The connections that are in one of these sessions now.
create function audit.session_backends(ids text[], out session text, out pid int) returns setof record
 language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select i, l.pid from unnest(ids) i join pg_locks l on (l.classid::bigint << 32 | l.objid::bigint) = audit.session_key(i)
  where l.locktype = 'advisory' and l.objsubid = 1 and l.mode = 'ShareLock' and l.granted and l.pid is not null
    and l.database = (select d.oid from pg_database d where d.datname = current_database()) $$;

create function audit.need_sessions(ids text[]) returns void language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare unknown text := (select string_agg(coalesce(i, 'null'), ', ') from unnest(ids) i where not exists (select from audit.session s where s.id = i));
begin
  if unknown is not null then
    raise exception 'no such session: %', unknown using errcode = 'UA010';
  end if;
end $$;

-- Ends sessions that are open, by an operator.
create function audit.end_sessions(ids text[], kill bool, out session text, out actor text, out reason text, out done bool) returns setof record
 language plpgsql set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare s record;
begin
  -- those that have ended unsaid are none of them
  perform audit.close_due(x.actor) from (select distinct o.actor from audit.session o where o.id = any(ids) order by 1) x;
  for s in select x.id, x.actor, a.seen from audit.session x left join audit.session_activity a on a.id = x.id
      where x.id = any(ids) order by x.id loop
    session := s.id; actor := s.actor; reason := case when kill then 'killed' else 'blocked' end;
    done := audit.end_session(s.id, reason, s.seen, clock_timestamp());
    return next;
  end loop;
end $$;

-- By whom: an operator may end the session that he is in.
create function audit.note_block(me audit.who, op text, key jsonb, why text) returns void language sql set search_path = pg_catalog, pg_temp as $$
  insert into audit.event(id, at, op, key, actor, session, new)
  select audit.new_id(t), t, op, key, coalesce((me).actor, audit.said('audit.actor')), (me).session,
    jsonb_build_object('why', why)
  from (select clock_timestamp() t offset 0) x $$;

create function audit.block_sessions(ids text[], why text default null, kill bool default false,
  out session text, out actor text, out reason text, out done bool) returns setof record
 language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare me audit.who := audit.who();
begin
  perform audit.need_sessions(ids);
  -- as who opens one does, first: else each might wait for the other
  perform from audit.session_actor a where a.actor in (select s.actor from audit.session s where s.id = any(ids)) order by a.actor collate "C" for update;
  for session, actor, reason, done in select * from audit.end_sessions(ids, kill) loop
    if done then perform audit.note_block(me, 'session_block', jsonb_build_object('session', block_sessions.session), block_sessions.why); end if;
    return next;
  end loop;
end $$;

-- The same for all of an actor, who gets no new one either. The first row is about himself.
create function audit.block_actor(who text, why text default null, kill bool default false,
  out session text, out actor text, out reason text, out done bool) returns setof record
 language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare was timestamptz;
begin
  perform audit.check_session(who, null, null, null, null);
  insert into audit.session_actor(actor) values (who) on conflict on constraint session_actor_pkey do update set actor = excluded.actor
    returning blocked into was;
  actor := who; reason := 'blocked'; done := was is null;
  if done then
    update audit.session_actor a set blocked = clock_timestamp(), blocked_by = coalesce(audit.actor(), session_user), why = block_actor.why
      where a.actor = who;
    perform audit.note_block(audit.who(), 'session_block', jsonb_build_object('actor', who), block_actor.why);
  end if;
  return next;
  return query select * from audit.end_sessions(array(select x.id from audit.session x where x.actor = who and x.closed is null), kill);
end $$;

create function audit.unblock_actor(who text, why text default null, out session text, out actor text, out reason text, out done bool)
 returns setof record language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  actor := who;
  update audit.session_actor a set blocked = null, blocked_by = null, why = null where a.actor = who and a.blocked is not null;
  done := found;
  if done then perform audit.note_block(audit.who(), 'session_unblock', jsonb_build_object('actor', who), unblock_actor.why); end if;
  return next;
end $$;

-- Lets blocked sessions live again. One that would have ended meanwhile, or would be one too many, does not; the reason says why.
create function audit.unblock_sessions(ids text[], why text default null, out session text, out actor text, out reason text, out done bool)
 returns setof record language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare s record; stopped timestamptz;
begin
  perform audit.need_sessions(ids);
  for s in select x.id, x.actor from audit.session x where x.id = any(ids) order by x.actor collate "C", x.id loop
    session := s.id; actor := s.actor;
    if actor is null then
      reason := 'erased'; done := false;
      return next;
      continue;
    end if;
    insert into audit.session_actor(actor, opened) values (s.actor, clock_timestamp())
      on conflict on constraint session_actor_pkey do update set opened = excluded.opened returning blocked into stopped;
    select case when x.closed is null then 'open' when x.reason not in ('blocked', 'killed') then x.reason
        when stopped is not null then 'blocked'
        else coalesce(audit.session_due(x.opened, x.seen, l.idle, l.max_age, clock_timestamp()), case when l.max_per_actor <= (
          select count(*) from audit.session o where o.actor = s.actor and o.closed is null) then 'limit' end) end
      into reason from audit.session x, audit.session_limits(x.groups) l where x.id = s.id;
    done := reason is null;
    if done then
      update audit.session x set closed = null, reason = null, seen = null, active = null where x.id = s.id;
      perform audit.note_block(audit.who(), 'session_unblock', jsonb_build_object('session', s.id), unblock_sessions.why);
    end if;
    return next;
  end loop;
end $$;

-- Closes what has ended unsaid; dry: only says what would be.
create function audit.expire_sessions(dry bool default false, out session text, out actor text, out reason text, out closed timestamptz)
 returns setof record language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare now timestamptz := clock_timestamp(); busy bigint[] := audit.keys_in_use();
begin
  if not dry then return query select * from audit.close_due(null); return; end if;
  return query select x.id, x.actor, audit.session_due(x.opened, a.seen, l.idle, l.max_age, now), a.seen
    from audit.session x join audit.session_activity a on a.id = x.id, audit.session_limits(x.groups) l
    where x.closed is null and (now - x.opened >= l.max_age or now - a.seen >= l.idle and audit.session_key(x.id) <> all(busy))
    order by x.id;
end $$;

create function audit.note_policy("group" text, was json, now json) returns void language sql set search_path = pg_catalog, pg_temp as $$
  select audit.note('session_policy', null, null, null, jsonb_build_object('group', $1), was::jsonb - 'group', now::jsonb - 'group') $$;

-- Sets what is among the settings: idle, max_age, max_per_actor, on_limit; null takes one back.
create function audit.put_session_policy("group" text, settings jsonb, out done bool, out line json) language plpgsql
 security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare was audit.session_policy; now audit.session_policy; had bool; has bool; bad text;
begin
  bad := (select 'no such setting: ' || string_agg(k, ', ') from jsonb_object_keys(settings) k
    where k not in ('idle', 'max_age', 'max_per_actor', 'on_limit'));
  if $1 = '' then bad := 'group: no name'; end if;
  if bad is not null then
    raise exception '%', bad using errcode = 'invalid_parameter_value';
  end if;
  lock table audit.session_policy in share row exclusive mode;
  select * into was from audit.session_policy p where p."group" is not distinct from $1;
  had := found;
  now := jsonb_populate_record(was, settings);
  now."group" := $1;
  bad := case
    when now.idle not between '1 second' and '100 years' then format('idle: not between 1 second and 100 years: %s', settings ->> 'idle')
    when now.max_age not between '1 second' and '100 years' then format('max age: not between 1 second and 100 years: %s', settings ->> 'max_age')
    when now.max_per_actor not between 1 and 1000000 then format('max per actor: not between 1 and 1000000: %s', now.max_per_actor)
    when now.on_limit not in ('refuse', 'replace') then format('on limit: neither refuse nor replace: %s', now.on_limit) end;
  if bad is not null then
    raise exception '%', bad using errcode = 'invalid_parameter_value';
  end if;
  has := coalesce(now.idle::text, now.max_age::text, now.max_per_actor::text, now.on_limit) is not null;
  line := audit.session_policy_line(now);
  done := had and to_jsonb(was) <> to_jsonb(now) or not had and has;
  if not done then return; end if;
  delete from audit.session_policy p where p."group" is not distinct from $1;
  if has then insert into audit.session_policy select now.*; end if;
  perform audit.note_policy($1, case when had then audit.session_policy_line(was) end, case when has then line end);
end $$;

create function audit.remove_session_policy("group" text, out done bool, out line json) language plpgsql security definer
 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare was audit.session_policy;
begin
  delete from audit.session_policy p where p."group" is not distinct from $1 returning * into was;
  done := found;
  if not done then return; end if;
  line := audit.session_policy_line(was);
  perform audit.note_policy($1, line, null);
end $$;
