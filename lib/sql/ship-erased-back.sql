-- They come back, as the archive's server has them.
copy (select id, at, op, "schema", "table", key, label, actor, role,
  as_role, session, txid, app, addr, reason, rules, old, new, redacted, salt,
  record, record_to, parents, parts
from pg_temp.incoming order by id) to stdout (format binary)
