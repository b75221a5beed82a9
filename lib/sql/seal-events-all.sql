-- What seal-events.sql gives, of all transactions before audit.seal_to and of
-- those that came from another cluster, whose numbers mean nothing here.
copy (select e.id, e.at, e.op, e."schema", e."table", e.key, e.label, e.actor,
  e.role, e.as_role, e.session, e.txid, e.app, e.addr, e.reason, e.rules,
  e.old, e.new, array_to_json(e.redacted)::text, e.salt, e.record, e.record_to,
  e.parents, e.parts
from audit.event e
where (e.txid < (select current_setting('audit.seal_to')::bigint)
    or not audit.is_native(e.xmin, e.txid))
  and e.id >= (select current_setting('audit.seal_lo')::uuid)
  and e.id <= (select current_setting('audit.seal_hi')::uuid)
  and not exists (
    select from audit.sealed((select current_setting('audit.seal_lo')::uuid),
      (select current_setting('audit.seal_hi')::uuid)) s(id) where s.id = e.id)
order by e.id) to stdout (format binary)
