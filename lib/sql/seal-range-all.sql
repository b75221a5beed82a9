-- For seal-events-all.sql: where events lie.
--  $1 ignored
--  $2 of this cluster's transactions those before this one
select set_config('audit.seal_to', $2::bigint::text, true),
  set_config('audit.seal_lo', lo::text, true),
  set_config('audit.seal_hi', hi::text, true)
from (
  select (select id from audit.event order by id limit 1) as lo,
    (select id from audit.event order by id desc limit 1) as hi) x
where lo is not null and $1::text is not null
