-- The events of the transactions from audit.seal_from on, before
-- audit.seal_to, that are in no leaf, in the order of their ids, as
-- lib/row.c reads them. COPY takes no parameters: these are settings
-- of the session, by seal-range.sql. In a query of their own they are looked at
-- once, and not for each event.
copy (select e.id, e.at, e.op, e."schema", e."table", e.key, e.label, e.actor,
  e.role, e.as_role, e.session, e.txid, e.app, e.addr, e.reason, e.rules,
  e.old, e.new, array_to_json(e.redacted)::text, e.salt, e.record, e.record_to,
  e.parents, e.parts
from audit.event e
where e.txid >= (select current_setting('audit.seal_from')::bigint)
  and e.txid < (select current_setting('audit.seal_to')::bigint)
  and e.id >= (select current_setting('audit.seal_lo')::uuid)
  and e.id <= (select current_setting('audit.seal_hi')::uuid)
  and not exists (
    select from audit.sealed((select current_setting('audit.seal_lo')::uuid),
      (select current_setting('audit.seal_hi')::uuid)) s(id) where s.id = e.id)
order by e.id) to stdout (format binary)
