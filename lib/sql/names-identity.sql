-- The table that an event names: its identity, and its oid, null where it is
-- gone; whether the name has meant more than one. No row: the trail never knew
-- a table of this name.
--  $1 schema, $2 table, $3 the event's id; null: not known
select n.rel, l.relid, count(*) over () > 1
from (
  select distinct f.rel from audit.relation_name f
  where f."schema" = $1 and f."table" = $2) n
left join audit.live l on l.id = n.rel
order by n.rel = (select e.record >> 32 from audit.event e where e.id = $3::uuid)
    desc nulls last,
  (l.relid is not null and l."schema" = $1 and l."table" = $2) desc, n.rel desc
limit 1
