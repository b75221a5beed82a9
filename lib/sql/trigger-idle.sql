-- The tables with triggers that a rule needed once and none needs now.
select distinct i.relid, audit.table_name(i.relid)
from audit.idle_triggers(null) i
where exists (select from audit.relation_name n where n.rel = i.id)
order by 2
