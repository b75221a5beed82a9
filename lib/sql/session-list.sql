-- The sessions that match, in the order in which they were opened, and how many
-- events there are of each.
--  $1 of these actors, or null
--  $2 that were open at this time's first id or later, or null
--  $3 that were opened before this time's first id, or null
--  $4 from this network, or null
--  $5 only those that have not ended
--  $6 the newest so many, or null
--  $7 the time zone
--  $8 the form of a time
--  $9 whether the last column is wanted, which takes as long as some others
--  $10 whether none of these says which ones: all, without looking for them
-- An id is made of the time when the session was opened, its first 18
-- characters, and sorts like it.
with n as materialized (
  select array(
    select s.session
    from audit.session_list s
    where not $10::bool
      and ($1::text[] is null or s.actor = any($1))
      and ($2::uuid is null or s.closed is null
        or audit.first_id(s.closed) >= $2)
      and ($3::uuid is null or s.session < $3::text)
      and ($4::inet is null or s.addr::inet <<= $4)
      and (not $5::bool or s.closed is null)
    order by s.session desc
    limit $6::bigint) as sessions)
select l.session, l.actor,
  to_char(l.opened at time zone $7::text, $8::text),
  to_char(l.last_activity at time zone $7, $8), trim_scale(l.idle_seconds),
  to_char(l.closed at time zone $7, $8), l.reason,
  trim_scale(l.duration_seconds), trim_scale(l.active_seconds), l.addr,
  l.user_agent, l.client_hints, l.new_device::text, coalesce(e.events, 0),
  case when $9::bool then l.alive end::text
from audit.session_list l
left join audit.session_events(
  case when not $10 then (select n.sessions from n) end,
  case when not $10 then (
    select (left(min(i), 18) || '-8000-000000000000')::uuid
    from n, unnest(n.sessions) i) end) e
  on e.session = l.session
where $10 or l.session = any((select n.sessions from n)::text[])
order by l.session
