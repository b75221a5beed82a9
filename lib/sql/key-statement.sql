-- The columns of a table's key, and the statement that finds records by it: its
-- $1 are keys as the user wrote them, it gives a row for each in that order:
-- whether it is a key of these columns; audit.record() of it; its values as
-- events.sql compares them. A value passes through its column's type, so that
-- it reads as in the trail; one that the type would round is no record's: null.
-- Only built-in types do so: the input function of another would run with our
-- rights. Nothing is known of a dropped table's types.
-- And the key as an object of its columns' texts.
--  $1 the table's identity
--  $2 the oid of the live table that was named; null for none
--  $3 where the table with this identity is now; null: it is gone
with pkey as (
  -- a parent without a key may have partitions with one
  select i.* from pg_index i
  where i.indisprimary and i.indrelid in ($3::oid, $2::oid) and $3 is not null
  order by i.indrelid = $3 desc limit 1),
col as (
  select u.n, a.attname as name, t.oid as type, t.typmod
  from pkey i
  join unnest(i.indkey::int2[]) with ordinality u(num, n) on u.n <= i.indnkeyatts
  join pg_attribute a on a.attrelid = i.indrelid and a.attnum = u.num,
  lateral (
    with recursive base(oid, typmod, next, nextmod) as (
      select p.oid, a.atttypmod, p.typbasetype, p.typtypmod
      from pg_type p where p.oid = a.atttypid
      union all
      select p.oid, b.nextmod, p.typbasetype, p.typtypmod
      from base b join pg_type p on p.oid = b.next)
    select oid, typmod from base where next = 0) t
  union all
  select k.n, k.name, null, null
  from audit.relation r, unnest(r.key) with ordinality k(name, n)
  where r.id = $1::int and $3 is null)
select array_agg(name::text order by n), format(
  'select t.v is not null, audit.record(%1$s, r.v),'
  '  (select jsonb_agg(x order by x collate "C") from unnest(r.v) x),'
  '  (select jsonb_object_agg(x.c, r.v[x.n]) from unnest(%3$L::text[])'
  '    with ordinality x(c, n) where r.v is not null)'
  ' from unnest($1::text[]) with ordinality k(key, n),'
  ' lateral (select case'
  '   when k.key not like ''{%%'' then case when %2$s = 1 then array[k.key] end'
  '   when array(select jsonb_object_keys(k.key::jsonb)) <@ %3$L::text[]'
  '     and jsonb_strip_nulls(k.key::jsonb) ?& %3$L::text[]'
  '     then array(select k.key::jsonb ->> c'
  '       from unnest(%3$L::text[]) with ordinality c(c, n) order by c.n) end offset 0) t(v),'
  ' lateral (select array[%4$s]::text[] offset 0) c(v),'
  ' lateral (select case when array_position(c.v, null) is null then c.v end offset 0) r(v)'
  ' order by k.n',
  $1, count(*), array_agg(name::text order by n),
  string_agg(case when type < 16384  -- the first oid that is not the server's own
    then format('case when t.v[%1$s]::%2$s = t.v[%1$s]::%3$s'
      ' then to_jsonb(t.v[%1$s]::%3$s) #>> ''{}'' end',
      n, format_type(type, -1), format_type(type, typmod))
    else format('t.v[%s]', n) end, ', ' order by n))
from col
having count(*) > 0
