-- The foreign keys of a table, in its columns' order: the columns' numbers,
-- counted from 0 without those that were dropped, and the columns that they
-- refer to, both as JSON; the other table's oid and names.
--  $1 the table's oid
with col as (
  select a.attnum, row_number() over (order by a.attnum) - 1 as n
  from pg_attribute a
  where a.attrelid = $1::oid and a.attnum > 0 and not a.attisdropped)
select
  (select json_agg(l.n order by k.i)
    from unnest(c.conkey) with ordinality k(num, i)
    join col l on l.attnum = k.num),
  (select json_agg(a.attname order by k.i)
    from unnest(c.confkey) with ordinality k(num, i)
    join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.num),
  c.confrelid, n.nspname, r.relname
from pg_constraint c
join pg_class r on r.oid = c.confrelid
join pg_namespace n on n.oid = r.relnamespace
where c.conrelid = $1::oid and c.contype = 'f'
  -- not those that the server keeps for each partition of the other table
  and not exists (select from pg_constraint p
    where p.oid = c.conparentid and p.conrelid = c.conrelid)
order by (select min(l.n) from col l where l.attnum = any(c.conkey)), c.conname
