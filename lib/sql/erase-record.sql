-- Erase a record: the line that says so, and what audit.erase_record() gives.
--  $1 what; null: what the act says
--  $2 the act, or null
--  $3 the events of it that are in archives only
with done as materialized (
  select audit.erase_record($1::jsonb, $2::uuid, $3::uuid[]) as d)
select (
  select to_json(x) from (
    select (d ->> 'events')::int + (d ->> 'archived')::int > 0 as erased,
      'record' as what, (d ->> 'events')::bigint as events,
      (d ->> 'archived')::bigint as archived, d -> 'acts' as acts) x), d
from done
