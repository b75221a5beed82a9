-- Where the events of these transactions lie, for seal-events.sql; no row if
-- there are none. Where they are many, they are read in the order of their ids:
-- the planner, which does not know how many, would sort them.
--  $1 from this transaction on
--  $2 before this one
select set_config('audit.seal_from', $1::bigint::text, true),
  set_config('audit.seal_to', $2::bigint::text, true),
  set_config('audit.seal_lo', x.lo, true),
  set_config('audit.seal_hi', x.hi, true),
  set_config(s.name, case when x.n > 10000 then 'off' else s.setting end, true)
from (
  -- there is no min(uuid)
  select min(id::text collate "C") as lo, max(id::text collate "C") as hi,
    count(*) as n
  from audit.event where txid >= $1::bigint and txid < $2::bigint) x,
pg_settings s
where x.n > 0 and s.name in ('enable_seqscan', 'enable_bitmapscan',
  'enable_hashjoin', 'enable_nestloop')
