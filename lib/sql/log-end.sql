-- The first id after the last month that holds an event; null where that cannot
-- be told. A statement with this bound is planned without the months to come,
-- which would take most of the time that finding one record takes. It is not
-- the view audit.partition, which opens each of them once more.
select case when min(p.hi) > '' then max(p.hi) end
from (
  -- the default partition, and any that is not ours, has none: ''
  select split_part(pg_get_expr(c.relpartbound, 0), '''', 4) collate "C" as hi
  from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'audit.event'::regclass
    and (c.relkind <> 'r' or pg_relation_size(c.oid) > 0)) p
