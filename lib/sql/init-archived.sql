-- The archive database has now a version, which is an event in it.
--  $1 the version
--  $2 the one before; 0 for none
with made as (
  update audit.archive_database set version = $1::int returning version)
select audit.note('init', null, null, null, null,
  case when $2::int > 0 then jsonb_build_object('version', $2::int) end,
  jsonb_build_object('version', version, 'archive', true))
from made
