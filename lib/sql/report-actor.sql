-- What the trail holds of a person beside events and sessions, a line each.
--  $1 the actor
select x.line
from (
  select 1, null::timestamptz, to_json(r) from (
    select a.actor, a.blocked is not null as blocked,
      to_char(a.blocked at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        as since, a.blocked_by, a.why
    from audit.session_actor a where a.actor = $1) r
  union all
  -- a device or a network: of which of them this is the digest nobody can tell
  select 2, k.first, to_json(r) from audit.session_known k cross join lateral (
    select encode(k.what, 'hex') as known, k.actor,
      to_char(k.first at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        as first,
      to_char(k.last at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        as last) r
  where k.actor = $1) x(part, at, line)
order by x.part, x.at
