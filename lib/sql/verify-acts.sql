-- What verify-events.sql gives, of audit-purge's acts alone.
copy (select e.id, e.at, e.op, e."schema", e."table", e.key, e.label, e.actor,
  e.role, e.as_role, e.session, e.txid, e.app, e.addr, e.reason, e.rules,
  e.old, e.new, array_to_json(e.redacted)::text, e.salt, e.record, e.record_to,
  e.parents, e.parts
from audit.event e
where e.op in ('purge', 'erase') and e.record is null
  and e.id >= (select current_setting('audit.seal_first')::uuid)
order by e.id) to stdout (format binary)
