-- For each foreign key to a table's primary key the identity of the table that
-- has it, where that is, and a statement: it gives audit.record() of each row
-- that refers to the key $1, and its own key's values as audit.matching() takes
-- them.
--  $1 where the table is that is referred to
with col as (
  select c.oid as fk, r.id as rel, c.conrelid, f.attname as name,
    b.base, format_type(b.base, f.atttypmod) as typed,
    k.attname as refers_to
  from pg_constraint c
  join pg_index i on i.indexrelid = c.conindid and i.indisprimary
  join audit.relation r on r.relid = c.conrelid and r.dropped is null,
  unnest(c.conkey, c.confkey) u(num, to_num)
  join pg_attribute f on f.attnum = u.num
  join pg_attribute k on k.attnum = u.to_num
  join pg_type y on y.oid = f.atttypid,
  -- no check of a domain runs with our rights
  lateral (select case when y.typtype = 'd' then audit.base_type(y.oid)
    else y.oid end) b(base)
  where c.confrelid = $1::oid and c.contype = 'f' and c.conparentid = 0
    and f.attrelid = c.conrelid and k.attrelid = c.confrelid),
own as (
  select i.indrelid, string_agg(case when a.atttypid < 16384
      then format('to_jsonb(t.%I) #>> ''{}''', a.attname)
      when y.typtype = 'd' and audit.base_type(y.oid) < 16384
      then format('to_jsonb(t.%I::%s) #>> ''{}''', a.attname,
        format_type(audit.base_type(y.oid), null))
      else format('format(''%%s'', t.%I)', a.attname) end, ', ' order by u.n)
      as cols
  from pg_index i, unnest(i.indkey::int2[]) with ordinality u(num, n)
  join pg_attribute a on a.attnum = u.num
  join pg_type y on y.oid = a.atttypid
  where i.indisprimary and a.attrelid = i.indrelid and u.n <= i.indnkeyatts
    and i.indrelid in (select conrelid from col)
  group by i.indrelid)
select col.rel, col.conrelid, format(
  'select audit.record(%s, k.v), (select jsonb_agg(x order by x collate "C")'
  '  from unnest(k.v) x) from %s t, lateral (select array[%s]::text[]) k(v)'
  ' where %s', col.rel, audit.table_name(col.conrelid), own.cols,
  string_agg(case when col.base < 16384
    then format('t.%I = ($1::jsonb ->> %L)::%s', col.name, col.refers_to, typed)
    else format('format(''%%s'', t.%I) = $1::jsonb ->> %L', col.name,
      col.refers_to) end, ' and '))
from col join own on own.indrelid = col.conrelid
group by col.fk, col.rel, col.conrelid, own.cols
order by col.rel
