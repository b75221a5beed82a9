-- The events that match: their ids, which trail each is of, and what counts.sql
-- counts them by.
--  $1 .. $27  what audit.matching() takes, in its order
--  $28        the newest first
--  $29 .. $34 what to count by, as audit.dimension() knows it; null: no more
select e.id, audit.dimension(e, $29)::text, audit.dimension(e, $30)::text,
  audit.dimension(e, $31)::text, audit.dimension(e, $32)::text,
  audit.dimension(e, $33)::text, audit.dimension(e, $34)::text,
  audit.trail_of(e)
from audit.matching($1::uuid, $2::uuid, $3::uuid, $4::bigint, $5::bigint,
  $6::bigint[], $7::text[], $8::text[], $9::bigint[], $10::text[], $11::text[],
  $12::text[], $13::text, $14::text[], $15::bigint, $16::text, $17::text,
  $18::text, $19::text, $20::inet, $21::text, $22::bool, $23::bigint,
  $24::txid_snapshot, $25::uuid, $26::txid_snapshot, $27::uuid) e
order by case when $28::bool then e.id end desc,
  case when not $28 then e.id end, audit.trail_of(e)
