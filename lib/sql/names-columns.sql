-- The columns of a table in their order: name; title, the first line of the
-- comment; whether it is the primary key by itself and says nothing, a number or
-- a UUID; whether it is in the key of partitions on any level; whether the table
-- is partitioned. A title that could be mistaken
-- for another column gets that column's name behind it.
--  $1 the table's oid
select a.attname,
  t.title || case when count(*) over (partition by t.title) > 1
      or exists (select from pg_attribute o
        where o.attrelid = a.attrelid and o.attname = t.title
          and o.attnum > 0 and o.attnum <> a.attnum and not o.attisdropped)
    then ' (' || a.attname || ')' else '' end,
  exists (select from pg_index i where i.indrelid = a.attrelid
    and i.indisprimary and i.indnkeyatts = 1 and a.attnum = i.indkey[0]
    and a.atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype,
      'uuid'::regtype)),
  exists (select from pg_partition_tree(a.attrelid) x
    join pg_attribute o on o.attrelid = x.relid and o.attname = a.attname
    where exists (select from pg_partitioned_table p
        where p.partrelid = x.relid and o.attnum = any(p.partattrs))
      -- what an expression of the key names
      or exists (select from pg_depend d
        where d.classid = 'pg_class'::regclass and d.objid = x.relid
          and d.objsubid = o.attnum and d.refclassid = 'pg_class'::regclass
          and d.refobjid = x.relid and d.refobjsubid = 0 and d.deptype = 'i')),
  c.relkind = 'p'
from pg_attribute a join pg_class c on c.oid = a.attrelid,
  lateral (
    select case when length(f.line) > 60 then left(f.line, 57) || '...'
      else f.line end
    from nullif(btrim(split_part(btrim(col_description(a.attrelid, a.attnum),
      E' \t\r\n'), E'\n', 1), E' \t\r'), '') f(line)) t(title)
where a.attrelid = $1::oid and a.attnum > 0 and not a.attisdropped
order by a.attnum
