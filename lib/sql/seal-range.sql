-- Where the events of these transactions lie, for seal-events.sql; no row if
-- there are none.
--  $1 from this transaction on
--  $2 before this one
select set_config('audit.seal_from', $1::bigint::text, true),
  set_config('audit.seal_to', $2::bigint::text, true),
  set_config('audit.seal_lo', lo::text, true),
  set_config('audit.seal_hi', hi::text, true)
from (
  -- there is no min(uuid)
  select min(id::text collate "C") as lo, max(id::text collate "C") as hi
  from audit.event where txid >= $1::bigint and txid < $2::bigint) x
where lo is not null
