-- The trail has now a version, which is an event.
--  $1 the version
--  $2 the one before; 0 for none
with made as (
  insert into audit.trail(version) values ($1::int)
  on conflict (one) do update set version = excluded.version
  returning version)
select audit.note('init', null, null, null, null,
  case when $2::int > 0 then jsonb_build_object('version', $2::int) end,
  jsonb_build_object('version', version))
from made
