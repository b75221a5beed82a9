-- What ship-events.sql gives goes there.
copy pg_temp.incoming(
  id, at, op, "schema", "table", key, label, actor, role,
  as_role, session, txid, app, addr, reason, rules, old, new, redacted, salt,
  record, record_to, parents, parts)
from stdin (format binary)
