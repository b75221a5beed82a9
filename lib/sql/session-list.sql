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
-- An id is made of the time when the session was opened, and sorts like it.
with l as materialized (
  select s.session, s.actor, s.opened, s.last_activity, s.idle_seconds,
    s.closed, s.reason, s.duration_seconds, s.active_seconds, s.addr,
    s.user_agent, s.client_hints, s.new_device,
    case when $9::bool then s.alive end as alive
  from audit.session_list s
  where ($1::text[] is null or s.actor = any($1))
    and ($2::uuid is null or s.closed is null
      or audit.first_id(s.closed) >= $2)
    and ($3::uuid is null or s.session collate "C" < $3::text)
    and ($4::inet is null or s.addr::inet <<= $4)
    and (not $5::bool or s.closed is null)
  order by case when $6::bigint is not null then s.session collate "C" end desc
  limit $6),
e as materialized (
  select * from audit.session_events(
    array(select l.session from l),
    (select audit.first_id(min(l.opened)) from l)))
select l.session, l.actor,
  to_char(l.opened at time zone $7::text, $8::text),
  to_char(l.last_activity at time zone $7, $8), trim_scale(l.idle_seconds),
  to_char(l.closed at time zone $7, $8), l.reason,
  trim_scale(l.duration_seconds), trim_scale(l.active_seconds), l.addr,
  l.user_agent, l.client_hints, l.new_device::text, coalesce(e.events, 0),
  l.alive::text
from l
left join e on e.session = l.session
order by l.session collate "C"
