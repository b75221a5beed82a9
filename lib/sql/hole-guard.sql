-- Tables of events that the guard does not protect.
select 'guard_missing', t.relid::regclass::text, null,
  case when g.oid is null then 'nothing refuses UPDATE, DELETE and TRUNCATE'
    else 'the guard is disabled or altered' end,
  case when g.oid is null then format('select audit.protect(%L)', t.relid::regclass)
    else format('alter table %s enable always trigger "!audit_guard"',
      t.relid::regclass) end
from pg_partition_tree('audit.event') t
left join pg_trigger g on g.tgrelid = t.relid and g.tgname = '!audit_guard'
where g.oid is null or g.tgenabled <> 'A' or g.tgtype <> 58
  or g.tgfoid <> 'audit.guard()'::regprocedure or g.tgqual is not null
  or g.tgattr::text <> ''
order by 2
