-- The events of a person or a record, in the order of the trail, as
-- lib/event.c writes them.
--  $1 whose, as audit.erasure() takes it
select e.id, e.at, e.op, e."schema", e."table", e.key, e.label, e.actor,
  e.role, e.as_role, e.session, e.txid, e.app, e.addr, e.reason, e.rules,
  e.old, e.new, array_to_json(e.redacted)::text
from audit.event e
where e.id in (
  select x.id from audit.erasure_events(audit.erasure($1::jsonb), null) x)
order by e.id
