-- What verify-events.sql gives, of the events in some ranges of ids, which are in
-- order. Settings, since COPY takes no parameters.
copy (select e.*
from unnest((select current_setting('audit.ship_lo')::uuid[]),
  (select current_setting('audit.ship_hi')::uuid[])) r(lo, hi),
lateral (
  select e.id, e.at, e.op, e."schema", e."table", e.key, e.label, e.actor,
    e.role, e.as_role, e.session, e.txid, e.app, e.addr, e.reason, e.rules,
    e.old, e.new, array_to_json(e.redacted)::text, e.salt, e.record,
    e.record_to, e.parents, e.parts
  from audit.event e where e.id >= r.lo and e.id <= r.hi order by e.id) e)
to stdout (format binary)
