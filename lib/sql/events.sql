-- The events that match, in the order of the trail, as lib/event.c writes them;
-- and, in an archive database, the number of the trail that each is of.
--  $1 .. $27 what audit.matching() takes, in its order
--  $28       print the newest first
select e.id, e.at, e.op, e."schema", e."table", e.key, e.label, e.actor,
  e.role, e.as_role, e.session, e.txid, e.app, e.addr, e.reason, e.rules,
  e.old, e.new, array_to_json(e.redacted)::text,
  audit.trail_of(e)
from audit.matching($1::uuid, $2::uuid, $3::uuid, $4::bigint, $5::bigint,
  $6::bigint[], $7::text[], $8::text[], $9::bigint[], $10::text[], $11::text[],
  $12::text[], $13::text, $14::text[], $15::bigint, $16::text, $17::text,
  $18::text, $19::text, $20::inet, $21::text, $22::bool, $23::bigint,
  $24::txid_snapshot, $25::uuid, $26::txid_snapshot, $27::uuid) e
order by case when $28::bool then e.id end desc,
  case when not $28 then e.id end, audit.trail_of(e)
