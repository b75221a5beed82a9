-- The first id of the first month that holds an event, and the first one after
-- the last such month; no row where that cannot be told. A statement with these
-- bounds is planned without the months to come, which would take most of the
-- time that finding one record takes; and without the default partition, beside
-- which PostgreSQL looks for a first event in each month before it gives one.
-- It is not the view audit.partition, which opens each of them once more.
select min(p.lo), max(p.hi)
from (
  -- the default partition, and any that is not ours, has none: ''
  select split_part(x.bound, '''', 2) collate "C" as lo,
    split_part(x.bound, '''', 4) collate "C" as hi
  from pg_inherits i join pg_class c on c.oid = i.inhrelid,
    lateral (select pg_get_expr(c.relpartbound, 0) as bound) x
  where i.inhparent in ('audit.event'::regclass,
      to_regclass('audit.archived_event'))
    and (c.relkind <> 'r' or pg_relation_size(c.oid) > 0
      -- what there is, is on the nodes of Citus
      or to_regclass('pg_catalog.pg_dist_partition') is not null)) p
having min(p.hi) > ''
