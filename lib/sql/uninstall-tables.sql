-- The tables that carry triggers of ours. Nothing of ours but the triggers'
-- functions need be there. Parents first: their partitions' clones go along.
select distinct g.tgrelid, format('%I.%I', n.nspname, c.relname),
  c.relispartition,
  pg_has_role(c.relowner, 'usage'), pg_get_userbyid(c.relowner)
from pg_trigger g
join pg_class c on c.oid = g.tgrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_proc p on p.oid = g.tgfoid
join pg_namespace o on o.oid = p.pronamespace
where o.nspname = 'audit' and n.nspname <> 'audit' and g.tgparentid = 0
order by c.relispartition, 2
