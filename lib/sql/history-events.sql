-- The events of a record, oldest first, as lib/event.c writes them; and whether
-- this is its key before, and after; and, in an archive database, the number of
-- the trail that each is of.
--  $1 $2 from this id on; before this id; null for all
--  $3    audit.record() of its key
--  $4    the key's values as audit.matching() takes them; null: not known
select e.id, e.at, e.op, e."schema", e."table", e.key, e.label, e.actor,
  e.role, e.as_role, e.session, e.txid, e.app, e.addr, e.reason, e.rules,
  e.old, e.new, array_to_json(e.redacted)::text,
  e.record = $3, coalesce(e.record_to, e.record) = $3,
  audit.trail_of(e)
from audit.matching(since => $1::uuid, before => $2::uuid,
  records => array[$3::bigint], keys => case when $4::text is not null then array[$4::text] end,
  ops => '{insert,update,delete}') e
order by e.id
