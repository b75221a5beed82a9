-- Which of the events that stand in a file match: their ids, in order.
--  $1 .. $27 what audit.matching() takes, in its order
select e.id
from audit.matching($1::uuid, $2::uuid, $3::uuid, $4::bigint, $5::bigint,
  $6::bigint[], $7::text[], $8::text[], $9::bigint[], $10::text[], $11::text[],
  $12::text[], $13::text, $14::text[], $15::bigint, $16::text, $17::text,
  $18::text, $19::text, $20::inet, $21::text, $22::bool, $23::bigint,
  $24::txid_snapshot, $25::uuid, $26::txid_snapshot, $27::uuid) e
order by e.id
