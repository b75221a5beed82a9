-- Tables of the trail that the guard does not protect.
with protected as (
  select relid from pg_partition_tree('audit.event')
  union all
  select unnest(array['audit.seal', 'audit.leaf', 'audit.seal_state',
    'audit.seal_stamp']::regclass[])),
due as (
  select relid, '!audit_guard' as name, 58 as type, null as qual,
    'UPDATE, DELETE and TRUNCATE' as what
  from protected
  union all
  select relid, '!audit_guard_insert', 6, format(
    '(NOT has_table_privilege((%L::regclass)::oid, ''trigger''::text))', relid),
    'INSERT'
  from protected)
select 'guard_missing', d.relid::regclass::text, null,
  case when bool_or(g.oid is null)
    then 'nothing refuses ' || string_agg(d.what, ' nor ' order by d.what)
      filter (where g.oid is null)
    else 'the guard is disabled or altered' end,
  format('select audit.protect(%L)', d.relid::regclass)
from due d
left join pg_trigger g on g.tgrelid = d.relid and g.tgname = d.name
where g.oid is null or g.tgenabled <> 'A' or g.tgtype <> d.type
  or g.tgfoid <> 'audit.guard()'::regprocedure
  or pg_get_expr(g.tgqual, g.tgrelid) is distinct from d.qual
  or g.tgattr::text <> ''
group by d.relid
order by 2
