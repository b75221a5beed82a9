-- session: who is logged in through the application. What it calls runs with the rights of the trail's owner; what goes wrong
-- has a SQLSTATE of its own: UA010 no such session, UA011 closed, UA012 blocked or killed, UA013 idle for too long, UA014
-- too old, UA015 (in capture) none, where a rule requires one.

-- A row changes only when the session ends, or lives again: who holds an old snapshot sees in its xmax that it did. Hence no
-- foreign key to it, and no lock without a change.
create table audit.session(
  id         text        collate "C" primary key,	-- UUIDv7: sorts like opened
  token      bytea       not null unique,	-- its digest: whoever has the token is in this session
  actor      text,	-- null: erased
  groups     text[],
  addr       text,
  user_agent text,
  details    jsonb,
  role       text        not null,
  app        text,
  opened     timestamptz not null,
  new_device bool        not null,
  -- from its end on
  closed     timestamptz,
  reason     text        check (reason in ('logout', 'idle', 'expired', 'replaced', 'blocked', 'killed')),
  seen       timestamptz,	-- the last activity
  active     interval,
  check ((closed is null) = (reason is null) and (closed is null) = (seen is null) and (closed is null) = (active is null)));
create index session_actor_opened on audit.session(actor, opened);
create index session_opened on audit.session(opened);
create index session_actor_open on audit.session(actor) where closed is null;
comment on table audit.session is 'the sessions of the application: who is logged in, and was; the events are the record of it';

-- What changes while a session is used, apart, so that whoever ends it does not wait for whoever uses it.
create table audit.session_activity(
  id     text        collate "C" primary key,
  seen   timestamptz not null,
  active interval    not null default '0')	-- gaps longer than the idle limit left out
  with (fillfactor = 50);
comment on table audit.session_activity is 'when sessions that are open were used last';

create table audit.session_actor(
  actor      text        primary key,
  opened     timestamptz,	-- each opening changes it, so that one actor's go one after the other
  blocked    timestamptz,
  blocked_by text,
  why        text);
comment on table audit.session_actor is 'who has had a session, and who may have none';

create table audit.session_known(
  actor text        not null,
  what  bytea       not null,	-- a device or a network, as a digest
  first timestamptz not null,
  last  timestamptz not null,
  primary key (actor, what));
-- ANALYZE of a table that is empty by now leaves what it noted of those who were in it
alter table audit.session_known alter actor set statistics 0, alter what set statistics 0;
alter table audit.session_actor alter actor set statistics 0, alter blocked_by set statistics 0, alter why set statistics 0;
comment on table audit.session_known is 'the devices and networks that actors came from';

create table audit.session_policy(
  "group"       text unique,	-- null: all
  idle          interval check (idle between '1 second' and '100 years'),
  max_age       interval check (max_age between '1 second' and '100 years'),
  max_per_actor int      check (max_per_actor between 1 and 1000000),
  on_limit      text     check (on_limit in ('refuse', 'replace')));
create unique index session_policy_all on audit.session_policy(("group" is null)) where "group" is null;
comment on table audit.session_policy is 'how long a session may last, and how many an actor may have';

-- What holds for a member of these groups: what the policies of his groups say, the strictest if they differ, else what the
-- one for all says. A single expression without SET, which the planner puts where it is called; so are the next ones.
create function audit.session_limits(groups text[]) returns table(idle interval, max_age interval, max_per_actor int, on_limit text)
 language sql stable as $$
  select coalesce(min(p.idle) filter (where p."group" is not null), min(p.idle)),
    coalesce(min(p.max_age) filter (where p."group" is not null), min(p.max_age)),
    coalesce(min(p.max_per_actor) filter (where p."group" is not null), min(p.max_per_actor)),
    -- "refuse" is less than "replace"
    coalesce(min(p.on_limit collate "C") filter (where p."group" is not null), min(p.on_limit collate "C"), 'refuse')
  from audit.session_policy p where p."group" is null or p."group" = any($1) $$;

-- Why a session that was used last at seen has ended by now, though nobody has said so; null: it has not. (What is between two
-- times is the same in any time zone; a time and a day is not.)
create function audit.session_due(opened timestamptz, seen timestamptz, idle interval, max_age interval, now timestamptz) returns text
 language sql stable as $$
  select case when now - seen >= idle and (seen - opened + idle <= max_age) is not false then 'idle'
    when now - opened >= max_age then 'expired' end $$;

create function audit.seconds(i interval) returns numeric language sql immutable as $$
  select extract(epoch from i)::numeric $$;

create function audit.token_digest(token text) returns bytea language sql immutable as $$
  select sha256(convert_to(token, 'UTF8')) $$;

-- The key of the advisory lock that a transaction holds, shared, while it is in a session.
create function audit.session_key(id text) returns bigint language sql immutable as $$
  select hashtextextended('audit.session ' || id, 0) $$;

-- The keys of the sessions that transactions are in. Anybody can hold such a lock: that of who may use no session is none.
create function audit.keys_in_use() returns bigint[] language sql volatile set search_path = pg_catalog, pg_temp as $$
  select array(select l.classid::bigint << 32 | l.objid::bigint from pg_locks l left join pg_stat_activity a on a.pid = l.pid
    where l.locktype = 'advisory' and l.objsubid = 1 and l.granted and l.mode = 'ShareLock'
      and l.database = (select d.oid from pg_database d where d.datname = current_database())
      -- no pid: it is prepared
      and has_function_privilege(a.usesysid, 'audit.use_session(text)', 'execute') is not false) $$;

-- Likewise, of one that a transaction may be in: then it is not idle.
create function audit.session_ended(id text, opened timestamptz, seen timestamptz, idle interval, max_age interval, now timestamptz)
 returns text language sql volatile as $$
  select case when now - opened >= max_age or now - seen >= idle and audit.session_key(id) <> all(audit.keys_in_use())
    then audit.session_due(opened, seen, idle, max_age, now) end $$;

-- Whether the transaction that has changed a row that we still see has committed: in an old snapshot only its number is new.
create function audit.is_committed(x xid) returns bool language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare near bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint; d bigint := (x::text::bigint - near) & 4294967295;
begin
  return pg_xact_status((near + case when d < 2147483648 then d else d - 4294967296 end)::text::xid8) = 'committed';
exception when invalid_parameter_value then
  return false;	-- no transaction's number
end $$;

-- Tickets. A session cannot be claimed by SET: what says it is signed with the digest of the session's token, for this
-- backend and this transaction: of a text of fixed length, one digest is enough. It is a setting and no table, so that it
-- works in a read-only transaction and with PREPARE TRANSACTION, and costs those who have no sessions one look at an empty
-- setting.
create function audit.ticket_mac(token bytea) returns text language sql stable as $$
  select encode(sha256(token || int4send(pg_backend_pid()) || timestamptz_send(now())), 'hex') $$;

create function audit.refuse_session(id text, reason text) returns void language plpgsql as $$
begin
  raise exception 'session % %', id, case reason when 'blocked' then 'is blocked' when 'killed' then 'is blocked'
      when 'idle' then 'was idle for too long' when 'expired' then 'is too old' when 'replaced' then 'was replaced by a newer one'
      when 'logout' then 'was closed' else 'has ended since this transaction began' end
    using errcode = case when reason in ('blocked', 'killed') then 'UA012' when reason = 'idle' then 'UA013'
      when reason = 'expired' then 'UA014' else 'UA011' end;
end $$;

-- The session of this transaction; nothing, if it has none. One that has ended meanwhile can do no more. (Whatever the
-- setting says costs no change its event: what is no ticket is as if there were none.) Only functions with a search_path of
-- their own call it: a second one would cost as much as all else.
create function audit.ticket() returns audit.who language plpgsql stable as $$
declare t text := current_setting('audit.ticket', true); w audit.who; s record;
begin
  select x.id, x.actor, x.groups, x.reason, x.xmax into s
    from audit.session x where x.id = left(t, 36) and audit.ticket_mac(x.token) = substr(t, 38);
  if not found then return null; end if;
  if s.reason is not null or s.xmax <> '0' and audit.old_snapshot() and audit.is_committed(s.xmax) then
    perform audit.refuse_session(s.id, s.reason);
  end if;
  w.session := s.id;
  w.actor := s.actor;
  w.groups := s.groups;
  return w;
end $$;

-- Events of sessions: the actor and the address are the session's, the role and the application who says so.
create function audit.note_session(op text, session text, actor text, addr text, new jsonb) returns void language sql
 set search_path = pg_catalog, pg_temp as $$
  insert into audit.event(id, at, op, key, actor, session, addr, new)
  select audit.new_id(t), t, op, case when session is not null then jsonb_build_object('session', session) end, actor, session,
    coalesce(addr, host(inet_client_addr())), new
  from (select clock_timestamp() t offset 0) x $$;

-- Ends a session that is open: at that time, after it was used last at seen. Returns whether it was.
create function audit.end_session(id text, reason text, seen timestamptz, closed timestamptz) returns bool language plpgsql
 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare s audit.session; a audit.session_activity; gap interval;
begin
  select * into a from audit.session_activity x where x.id = end_session.id;
  gap := greatest(end_session.seen - a.seen, '0');
  update audit.session x set closed = greatest(end_session.closed, x.opened), reason = end_session.reason,
      seen = coalesce(greatest(end_session.seen, a.seen), x.opened),
      active = coalesce(a.active, '0') + case when gap <= coalesce((select l.idle from audit.session_limits(x.groups) l), '30 minutes') then gap else '0' end
    where x.id = end_session.id and x.closed is null returning * into s;
  if s.id is null then return false; end if;
  perform audit.note_session('logout', s.id, s.actor, s.addr, jsonb_build_object('reason', s.reason, 'closed', audit.utc(s.closed),
    'duration_seconds', audit.seconds(s.closed - s.opened), 'active_seconds', audit.seconds(s.active)));
  return true;
end $$;

create function audit.utc(t timestamptz) returns text language sql stable as $$
  select to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') $$;

-- What an application says of somebody who comes: refused as a whole, if it makes no sense.
create function audit.check_session(actor text, addr text, user_agent text, groups text[], details jsonb, out host text) language plpgsql
 set search_path = pg_catalog, pg_temp as $$
declare bad text; a inet;
begin
  bad := case
    when coalesce(actor, '') = '' then 'actor: none'
    when length(actor) > 1000 then 'actor: longer than 1000 characters'
    when length(addr) > 100 then 'addr: longer than 100 characters'
    when length(user_agent) > 8192 then 'user agent: longer than 8192 characters'
    when array_ndims(groups) > 1 or array_position(groups, null) is not null or '' = any(groups) then 'groups: not a list of names'
    when octet_length(groups::text) > 65536 then 'groups: larger than 64 kB'
    when jsonb_typeof(details) not in ('object', 'null') then 'details: not an object'
    when octet_length(details::text) > 65536 then 'details: larger than 64 kB' end;
  if bad is not null then
    raise exception '%', bad using errcode = 'invalid_parameter_value';
  end if;
  a := nullif(addr, '');
  if a = network(a) and masklen(a) < (case family(a) when 4 then 32 else 128 end) then
    raise exception 'addr: a network, not an address: %', a using errcode = 'invalid_parameter_value';
  end if;
  -- an IPv4 address as a socket for both families has it
  host := regexp_replace(host(a), '^::ffff:(?=[0-9]+[.])', '');
end $$;

-- Remembers what an actor came from, as far as it is known. Returns whether something of it is new.
create function audit.is_new(actor text, what text[]) returns bool language sql set search_path = pg_catalog, pg_temp as $$
  with now as (
    insert into audit.session_known(actor, what, first, last)
    select $1, sha256(t.secret || convert_to(w, 'UTF8')), n.at, n.at
      from audit.trail t, unnest($2) w, (select clock_timestamp() as at offset 0) n where w is not null
    on conflict on constraint session_known_pkey do update set last = excluded.last
    returning first = last as fresh)
  select coalesce(bool_or(fresh), false) from now $$;

-- What stays of a device when its software is updated, and the network of an address.
create function audit.device_of(user_agent text, details jsonb) returns text language sql immutable
 set search_path = pg_catalog, pg_temp as $$
  select regexp_replace(user_agent, '(Build/)[^ ;)]*|([/ :_])[0-9]+([._][0-9]+)*', E'\\1\\2', 'g') || coalesce(' ' || (
    select string_agg(h.value, ' ' order by h.key) from jsonb_each_text(
      case jsonb_typeof(details -> 'client_hints') when 'object' then details -> 'client_hints' end) h
    where lower(h.key) in ('sec-ch-ua-model', 'sec-ch-ua-platform', 'model', 'platform')), '') $$;

create function audit.network_of(addr inet) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select network(set_masklen(addr, case family(addr) when 4 then 24 else 48 end))::text $$;

-- Makes room for one more session of an actor, whose row is locked: those of his that have ended unsaid are closed. Returns
-- whether there is room.
create function audit.make_room(actor text, groups text[]) returns bool language plpgsql set search_path = pg_catalog, pg_temp as $$
declare l record; s record; ids text[]; n int;
begin
  perform audit.close_due(actor);
  select * into l from audit.session_limits(groups);
  ids := array(select x.id from audit.session x where x.actor = make_room.actor and x.closed is null order by x.id);
  n := cardinality(ids) - l.max_per_actor + 1;
  if n is null or n <= 0 then return true; end if;
  if l.on_limit = 'refuse' then return false; end if;
  for s in select i.id, a.seen from unnest(ids[1:n]) with ordinality i(id, n) left join audit.session_activity a on a.id = i.id order by i.n loop
    perform audit.end_session(s.id, 'replaced', s.seen, clock_timestamp());
  end loop;
  return true;
end $$;

-- Closes the sessions of an actor, or of all, that have ended without anybody saying so: their last activity was their end.
-- None that somebody is ending, and none as idle that a transaction is in: what those that have ended before we looked have noted,
-- the query sees. It locks no row that is not changed then.
create function audit.close_due(who text, out id text, out actor text, out reason text, out closed timestamptz) returns setof record
 language plpgsql set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare s record; now timestamptz := clock_timestamp(); busy bigint[] := audit.keys_in_use();
begin
  for s in
    select x.id, x.actor, a.seen, audit.session_due(x.opened, a.seen, l.idle, l.max_age, now) as why
    from audit.session x join audit.session_activity a on a.id = x.id, audit.session_limits(x.groups) l
    where x.closed is null and (who is null or x.actor = who)
      and (now - x.opened >= l.max_age or now - a.seen >= l.idle and audit.session_key(x.id) <> all(busy))
    order by x.id for update of x skip locked
  loop
    continue when not audit.end_session(s.id, s.why, s.seen, s.seen);
    id := s.id; actor := s.actor; reason := s.why; closed := s.seen;
    return next;
  end loop;
end $$;

-- What the application calls

-- Opens a session for a user whom the application has let in. The token is for him alone. If he is refused there is no
-- session and no token, and a reason: blocked, or limit.
create function audit.open_session(actor text, addr text default null, user_agent text default null, groups text[] default null,
  details jsonb default null, out session text, out token text, out refused text)
 language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare host text := audit.check_session(actor, addr, user_agent, groups, details); stopped timestamptz; now timestamptz; fresh bool;
begin
  insert into audit.session_actor(actor, opened) values (open_session.actor, clock_timestamp())
    on conflict on constraint session_actor_pkey do update set opened = excluded.opened returning blocked into stopped;
  refused := case when stopped is not null then 'blocked' when not audit.make_room(open_session.actor, groups) then 'limit' end;
  if refused is not null then
    perform audit.note_session('login_failed', null, open_session.actor, host, jsonb_build_object('reason', refused,
      'addr', host, 'user_agent', user_agent, 'groups', groups, 'details', details));
    return;
  end if;
  now := clock_timestamp();
  session := audit.new_id(now)::text;
  token := encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex');
  fresh := audit.is_new(open_session.actor, array['device ' || audit.device_of(user_agent, details), 'network ' || audit.network_of(host::inet)]);
  insert into audit.session(id, token, actor, groups, addr, user_agent, details, role, app, opened, new_device)
    values (session, audit.token_digest(open_session.token), open_session.actor, groups, host, user_agent, details, session_user,
      nullif(current_setting('application_name'), ''), now, fresh);
  insert into audit.session_activity(id, seen) values (session, now);
  perform audit.note_session('login', session, open_session.actor, host, jsonb_build_object('addr', host, 'user_agent', user_agent,
    'groups', groups, 'details', details, 'new_device', fresh));
end $$;

-- Notes that a session is used, waiting for nobody. Who has an old snapshot may find it noted already.
create function audit.note_use(id text, longest interval) returns void language sql set search_path = pg_catalog, pg_temp as $$
  update audit.session_activity a set seen = greatest(a.seen, x.now),
    active = a.active + case when x.now - a.seen between '0' and longest then x.now - a.seen else '0' end
  from (select y.id, clock_timestamp() as now from audit.session_activity y where y.id = note_use.id for update skip locked) x
  where a.id = x.id $$;

create function audit.note_use_anyway(id text, longest interval) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform audit.note_use(id, longest);
exception when serialization_failure then null;
end $$;

-- Says whose session this transaction is in, and that it is used: at most every minute, or sixtieth of the idle limit. If
-- another transaction is in it, it is not idle: that may have noted its use, and not be at its end.
create function audit.use_session(token text) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare s record; now timestamptz := clock_timestamp(); due text; held bool;
begin
  select x.id, x.token, x.reason, x.xmax as changed, x.opened, a.seen, l.idle, l.max_age into s
    from audit.session x left join audit.session_activity a on a.id = x.id, audit.session_limits(x.groups) l
    where x.token = audit.token_digest($1);
  if s.id is null then
    raise exception 'no such session' using errcode = 'UA010';
  elsif s.reason is not null or s.changed <> '0' and audit.old_snapshot() and audit.is_committed(s.changed) then
    perform audit.refuse_session(s.id, s.reason);
  end if;
  if now - s.seen >= s.idle or now - s.opened >= s.max_age then
    due := audit.session_ended(s.id, s.opened, s.seen, s.idle, s.max_age, now);
    if due is not null then
      perform audit.refuse_session(s.id, due);
    end if;
  end if;
  if now - s.seen >= '1 minute' or (now - s.seen) * 60 >= s.idle then
    if current_setting('transaction_read_only') = 'off' then
      if audit.old_snapshot() then
        perform audit.note_use_anyway(s.id, coalesce(s.idle, '30 minutes'));
      else
        perform audit.note_use(s.id, coalesce(s.idle, '30 minutes'));
      end if;
    end if;
  end if;
  -- assignments, for PERFORM would make queries of them; who cannot have the lock is only not found by session_backends()
  held := pg_try_advisory_xact_lock_shared(audit.session_key(s.id));
  held := set_config('audit.ticket', s.id || '.' || audit.ticket_mac(s.token), true) is null;
end $$;

-- The session that this transaction is in; nothing, if it is in none.
create function audit.current_session(out session text, out actor text, out groups text[], out opened timestamptz,
  out last_activity timestamptz, out addr text, out user_agent text, out details jsonb) returns setof record
 language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id, s.actor, s.groups, s.opened, coalesce(a.seen, s.opened), s.addr, s.user_agent, s.details
  from audit.ticket() t join audit.session s on s.id = t.session left join audit.session_activity a on a.id = s.id $$;

-- The user goes. Returns whether the session was still open.
create function audit.close_session(token text) returns bool language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare s record; now timestamptz := clock_timestamp(); due text;
begin
  select x.id, x.actor, x.closed, x.opened, coalesce(a.seen, x.opened) as seen, l.idle, l.max_age into s
    from audit.session x left join audit.session_activity a on a.id = x.id, audit.session_limits(x.groups) l
    where x.token = audit.token_digest($1);
  if s.id is null then
    raise exception 'no such session' using errcode = 'UA010';
  end if;
  -- what follows in this transaction is nobody's
  if left(current_setting('audit.ticket', true), 36) = s.id then
    perform set_config('audit.ticket', '', true);
  end if;
  if s.closed is not null then return false; end if;
  -- who opens one has this, and then waits for the session
  perform from audit.session_actor a where a.actor = s.actor for update;
  due := audit.session_ended(s.id, s.opened, s.seen, s.idle, s.max_age, now);
  if due is not null then
    return audit.end_session(s.id, due, s.seen, s.seen);
  end if;
  return audit.end_session(s.id, 'logout', now, now);
end $$;

-- Whether a token would be let in now.
create function audit.session_alive(token text) returns bool language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return exists (
    select from audit.session x left join audit.session_activity a on a.id = x.id, audit.session_limits(x.groups) l
    where x.token = audit.token_digest($1) and x.closed is null
      and audit.session_ended(x.id, x.opened, coalesce(a.seen, x.opened), l.idle, l.max_age, clock_timestamp()) is null
      and (x.xmax = '0' or not audit.old_snapshot() or not audit.is_committed(x.xmax)));
end $$;

-- Somebody whom the application did not let in: a wrong password, say. What he sent is cut and never refused: else
-- he could keep out of the trail by sending more.
create function audit.log_login_failed(actor text, reason text default null, addr text default null, user_agent text default null,
  details jsonb default null) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare host text; who text := nullif(left(actor, 1000), '');
begin
  begin
    host := audit.check_session('any', addr, null, null, null);
  exception when data_exception then
    host := null;
  end;
  perform audit.check_session('any', null, null, null, details);
  perform audit.note_session('login_failed', null, who, host, jsonb_build_object('reason', left(reason, 1000),
    'addr', coalesce(host, left(addr, 100)), 'user_agent', left(user_agent, 8192), 'details', details));
end $$;
