-- One event, as lib/row.c reads it, in binary.
--  $1 its id
select e.id, e.at, e.op, e."schema", e."table", e.key, e.label, e.actor,
  e.role, e.as_role, e.session, e.txid, e.app, e.addr, e.reason, e.rules,
  e.old, e.new, array_to_json(e.redacted)::text, e.salt, e.record, e.record_to,
  e.parents, e.parts
from audit.event e where e.id = $1::uuid
