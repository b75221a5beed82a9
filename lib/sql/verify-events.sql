-- What seal-events.sql gives, of all events from the id audit.seal_first on.
copy (select e.id, e.at, e.op, e."schema", e."table", e.key, e.label, e.actor,
  e.role, e.as_role, e.session, e.txid, e.app, e.addr, e.reason, e.rules,
  e.old, e.new, array_to_json(e.redacted)::text, e.salt, e.record, e.record_to,
  e.parents, e.parts
from audit.event e
where e.id >= (select current_setting('audit.seal_first')::uuid)
order by e.id) to stdout (format binary)
