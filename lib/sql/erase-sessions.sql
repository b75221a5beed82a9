-- Erase an actor from sessions, as the last step: the line that says what was
-- done, and what audit.erase_sessions() gives.
--  $1 what; null: what the act says
--  $2 the act, or null
--  $3 the events of his that are in archives only
--  $4 from how many events he has been erased
with done as materialized (
  select audit.erase_sessions($1::jsonb, $2::uuid, $3::uuid[]) as d)
select (
  select to_json(x) from (
    select $4::bigint + (d ->> 'sessions')::bigint + (d ->> 'known')::bigint
        + (d ->> 'archived')::bigint > 0 as erased,
      'actor' as what, $4::bigint as events,
      (d ->> 'sessions')::bigint as sessions,
      (d ->> 'known')::bigint as devices,
      (d ->> 'archived')::bigint as archived) x), d
from done
