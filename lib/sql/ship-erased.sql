-- What ship-events.sql gives, of the events that have lost values.
copy (select e.id, e.at, e.op, e."schema", e."table", e.key, e.label, e.actor,
  e.role, e.as_role, e.session, e.txid, e.app, e.addr, e.reason, e.rules,
  e.old, e.new, array_to_json(e.redacted)::text, e.salt, e.record,
  e.record_to, e.parents, e.parts
from audit.event e where e.parts is not null order by e.id)
to stdout (format binary)
