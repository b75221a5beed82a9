-- For seal-events-all.sql: where events lie, and that they are read in the order
-- of their ids. No row if there are none.
--  $1 null
--  $2 of this cluster's transactions those before this one
select set_config('audit.seal_to', $2::bigint::text, true),
  set_config('audit.seal_lo', lo::text, true),
  set_config('audit.seal_hi', hi::text, true),
  set_config(s.name, 'off', true)
from (
  select (select id from audit.event order by id limit 1) as lo,
    (select id from audit.event order by id desc limit 1) as hi) x,
unnest(array['enable_seqscan', 'enable_bitmapscan', 'enable_hashjoin',
  'enable_nestloop']) s(name)
where lo is not null and $1::text is null
