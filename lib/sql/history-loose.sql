-- The events of a table without a key that tell of records which belong to one,
-- as history-events.sql gives them.
--  $1 $2 from this id on; before this id; null for all
--  $3    audit.record() of the table, without a key
--  $4    audit.record() of the key of what they belong to
select e.id, e.at, e.op, e."schema", e."table", e.key, e.label, e.actor,
  e.role, e.as_role, e.session, e.txid, e.app, e.addr, e.reason, e.rules,
  e.old, e.new, array_to_json(e.redacted)::text, true, true, audit.trail_of(e)
from audit.event e
where e.parents && array[$4::bigint] and e.record = $3::bigint
  and ($1::uuid is null or e.id >= $1) and ($2::uuid is null or e.id < $2)
order by e.id
