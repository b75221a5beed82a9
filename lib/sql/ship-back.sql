-- And comes back, as the archive's server has it.
copy (select id, at, op, "schema", "table", key, label, actor, role,
  as_role, session, txid, app, addr, reason, rules, old, new, redacted, salt,
  record, record_to, parents, parts
from pg_temp.incoming) to stdout (format binary)
