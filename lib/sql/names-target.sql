-- What records of a table are called, and how they are found: the table's
-- identity in the trail; the column with the label, as it is called now; the
-- places of the referred columns in the order of the key, null where they are
-- not the key; the statement that finds live rows: $1 are keys, each a JSON
-- array of texts, it gives the number and the label of each that is there.
--  $1 the table's oid
--  $2 the columns that a foreign key refers to
-- There is no such statement where the role may not read these columns, or row
-- security would be asked, or a foreign server; and none that calls the input
-- function of a type that somebody made: these would run with our rights.
with home as (
  select l.id as rel, l.relid
  from (select $1::oid, 0::bigint
    union select * from pg_partition_ancestors($1::oid) with ordinality) x(relid, n)
  join audit.live l on l.relid = x.relid
  order by x.n desc
  limit 1),
bound as (
  -- the columns that rules name, bound to the table by number
  select r.name as rule, r.enabled, w.what, a.attname
  from home h
  join audit.rule_table b on b.rel = h.rel
  join audit.rule r on r.name = b.rule
  cross join lateral (
    select 'label', r.label
    union all select 'hidden', unnest(r.mask || r.exclude)) w(what, name)
  join pg_attribute a on a.attrelid = h.relid and a.attnum > 0
    and not a.attisdropped
    and case when b.relid = h.relid and exists (
        select from pg_attribute o
        where o.attrelid = h.relid and not o.attisdropped
          and o.attnum = (b.attnums ->> w.name)::int)
      then a.attnum = (b.attnums ->> w.name)::int
      else a.attname = w.name end),
label as (
  select b.attname as name from bound b
  where b.what = 'label'
    and b.attname not in (select h.attname from bound h where h.what = 'hidden')
  order by b.enabled desc, b.rule
  limit 1),
pkey as (
  select i.* from pg_index i left join home h on true
  where i.indisprimary and i.indrelid in (h.relid, $1)
  order by i.indrelid = h.relid desc nulls last
  limit 1),
place as (
  select array_agg(array_position($2::text[], a.attname::text) order by u.n) as v
  from pkey i
  cross join unnest(i.indkey::int2[]) with ordinality u(num, n)
  join pg_attribute a on a.attrelid = i.indrelid and a.attnum = u.num
  where u.n <= i.indnkeyatts),
key as (
  select v from place
  where array_position(v, null) is null and cardinality(v) = cardinality($2)),
col as (
  select a.attnum, a.attname, t.oid as type,
    -- an enum's input function is the server's
    t.oid < 16384 or y.typtype = 'e' as plain,
    case when u.name is not null
      then coalesce(array_position((select v from key), u.n::int), u.n) end as n
  from pg_attribute a
  left join unnest($2::text[]) with ordinality u(name, n) on u.name = a.attname
  cross join lateral (
    with recursive base(oid, next) as (
      select p.oid, p.typbasetype from pg_type p where p.oid = a.atttypid
      union all
      select p.oid, p.typbasetype from base b join pg_type p on p.oid = b.next)
    select oid from base where next = 0) t
  join pg_type y on y.oid = t.oid
  where a.attrelid = $1
    and (u.name is not null or a.attname = (select name from label)))
select (select rel from home), (select name from label),
  (select array_to_json(v) from key),
  case when bool_and(has_column_privilege($1, c.attnum, 'select')
        and (c.plain or c.n is null))
      and has_schema_privilege(r.relnamespace, 'usage')
      and not row_security_active($1)
      and not exists (select from pg_partition_tree($1) x join pg_class p
        on p.oid = x.relid where p.relkind = 'f')
    then format(
      'select k.n, %s from ('
      '  select u.n, array(select e.x from jsonb_array_elements_text(u.t::jsonb)'
      '    with ordinality e(x, i) order by e.i) as v'
      '  from unnest($1::text[]) with ordinality u(t, n)) k'
      ' join %s %I.%I t on %s',
      coalesce((select format(case when l.type < 16384
            then 'left(to_jsonb(t.%I) #>> ''{}'', 200)'
            else 'left(format(''%%s'', t.%I), 200)' end, l.attname)
          from col l where l.attname = (select name from label)), 'null'),
      case r.relkind when 'r' then 'only' else '' end, n.nspname, r.relname,
      string_agg(format('t.%I = k.v[%s]::%s', c.attname, c.n,
        format_type(c.type, -1)), ' and ') filter (where c.n is not null)) end
from col c, pg_class r join pg_namespace n on n.oid = r.relnamespace
where r.oid = $1
group by r.oid, r.relnamespace, r.relkind, n.nspname, r.relname
