-- Events of a file without what is to be erased of them, those of which
-- something is, as lib/row.c reads them.
--  $1 the events  $2 what is to be erased  $3 the act, or null
--  $4 the records that belong to it
select e.id, e.at, e.op, e."schema", e."table", e.key, e.label, e.actor,
  e.role, e.as_role, e.session, e.txid, e.app, e.addr, e.reason, e.rules,
  e.old, e.new, array_to_json(e.redacted)::text, e.salt, e.record, e.record_to,
  e.parents, e.parts
from audit.erased_given($1::json, $2::jsonb, $3::uuid, $4::bigint[]) e
order by e.id
