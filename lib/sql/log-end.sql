-- The first id after the last month that holds an event; null where that cannot
-- be told. A statement with this bound is planned without the months to come,
-- which would take most of the time that finding one record takes.
with part as materialized (select part, hi from audit.partition)
select hi
from (select part, hi from part where hi is not null order by hi desc offset 0)
  newest_first
where pg_relation_size(part) > 0
  -- the only other one is the default partition, and that is empty
  and pg_relation_size('audit.event_rest') = 0
  and (select count(*) from part where hi is null) = 1
limit 1
