-- The statements that drop the group roles of this trail; another database may
-- have a copy of it, and its own.
select format('drop role %I', r.rolname)
from (
  select distinct k.kind, n.name
  from unnest(string_to_array(
    'app,reader,auditor,operator,ingester,sealer,purger,admin,shipper,read',
    ',')) k(kind)
  cross join lateral (
    select audit.group_name(k.kind)
    union
    select g."group" from audit.grantee g where g.kind = k.kind) n(name)) x
join pg_roles r on r.rolname = x.name
where shobj_description(r.oid, 'pg_authid') = audit.group_mark(x.kind)
order by 1
