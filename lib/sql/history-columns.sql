-- The columns of a table, oldest first: from which event on it had them, its
-- oid, their numbers, names and types. In the end those of now, the statement that
-- reads one of its rows as the triggers would write it, the columns by which it
-- is partitioned, and its name as JSON strings.
--  $1 the table's identity
--  $2 where it is now; null: it is gone
with live as (
  select c.oid as relid, n.nspname as "schema", c.relname as "table",
    c.relkind, p.rel is not null as planned, p.bytes,
    coalesce(p.exclude, '{}') as exclude, coalesce(p.mask, '{}') as mask
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  left join audit.plan p on p.rel = $1::int and p.relid = c.oid
  where c.oid = $2::oid),
col as (
  select a.attnum, a.attname, a.atttypid, a.atttypmod, k.pos,
    case when y.typtype = 'd' then audit.base_type(a.atttypid)
      else a.atttypid end as base,
    -- nobody's cast to json runs with our rights
    a.atttypid >= 16384 and (y.typtype = 'c' or y.typbasetype >= 16384
      or y.typcategory = 'A' or exists (select from pg_cast c
        where c.castsource = a.atttypid and c.casttarget = 'json'::regtype))
      as special
  from live join pg_attribute a on a.attrelid = live.relid
  join pg_type y on y.oid = a.atttypid
  left join pg_index i on i.indrelid = live.relid and i.indisprimary
  left join lateral unnest(i.indkey::int2[]) with ordinality k(num, pos)
    on k.num = a.attnum and k.pos <= i.indnkeyatts
  where a.attnum > 0 and not a.attisdropped),
image as (
  select case when bool_or(special)
      then format('(select to_jsonb(x.*) from (select %s) x)',
        string_agg(format('%s as %I', case when special
          then audit.value_sql(atttypid, format('t.%I', attname))
          else format('t.%I', attname) end,
          attname), ', ' order by attnum))
      else 'to_jsonb(t.*)' end as sql,
    array_agg(attname::text) filter (where case when atttypid < 16384
      then atttypid else audit.base_type(atttypid) end = 'bytea'::regtype)
      as bytes,
    -- nor the input function of somebody's type, nor a domain's check
    string_agg(case when base < 16384 then format(
        't.%I = ($1::jsonb ->> %L)::%s', attname, attname,
        format_type(base, atttypmod))
      else format('format(''%%s'', t.%I) = $1::jsonb ->> %L', attname, attname)
      end, ' and ' order by pos) filter (where pos is not null) as found
  from col)
select c.since::text, c.relid::text, to_json(c.nums)::text,
  to_json(c.names)::text, to_json(c.types)::text, null, null, null, null, null
from audit.relation_columns c
where c.rel = $1
union all
select 'ffffffff-ffff-ffff-ffff-ffffffffffff', live.relid::text,
  (select to_json(array_agg(attnum order by attnum))::text from col),
  (select to_json(array_agg(attname order by attnum))::text from col),
  -- as audit.note_columns() writes them
  (select to_json(array_agg(case when atttypid in ('text'::regtype,
      'varchar'::regtype) then 'text' else format_type(atttypid, atttypmod) end
    order by attnum))::text from col),
  format('select %s from %s%I.%I t where %s',
    case when coalesce(trim.bytes, '{}') || exclude || mask = '{}'
      then image.sql
      else format('audit.trim(%s, %L, %L, %L)', image.sql,
        coalesce(trim.bytes, '{}'), exclude, mask) end,
    case relkind when 'p' then '' else 'only ' end,
    live."schema", live."table", image.found),
  (select array_agg(distinct a.attname::text)::text
    from lateral (select live.relid where live.relkind = 'p'
      union select relid from pg_partition_tree(live.relid)
        where live.relkind = 'p') m(m)
    join pg_partitioned_table p on p.partrelid = m
    join pg_attribute a on a.attrelid = m and a.attnum = any(p.partattrs)),
  to_json(live."schema")::text, to_json(live."table")::text,
  (select (not i.indimmediate)::text from pg_index i
    where i.indrelid = live.relid and i.indisprimary)
from live cross join image
cross join lateral (
  select case when live.planned then live.bytes else image.bytes end as bytes
  offset 0) trim
order by 1
