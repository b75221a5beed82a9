-- Which record an event is about: its table's identity, where that is now (null:
-- it is gone), audit.record() of it, and its key's values as audit.matching()
-- takes them; no row: about none.
--  $1 the event's id
select e.record >> 32,
  (select l.relid from audit.live l where l.id = e.record >> 32), e.record, (
  select jsonb_agg(k.value order by k.value collate "C")
  from jsonb_each_text(e.key) k)
from audit.event e
where e.id = $1::uuid and e.key is not null
  and e.op in ('insert', 'update', 'delete')
