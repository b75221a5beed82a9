-- What others than the owner may do with the trail, and what of it has another
-- owner than schema audit.
with object(kind, name, target, owner, acl, preset) as (
  select 'schema', 'audit', 'audit', n.nspowner, n.nspacl,
    acldefault('n', n.nspowner)
  from pg_namespace n where n.nspname = 'audit'
  union all
  select case c.relkind when 'S' then 'sequence' else 'table' end,
    c.oid::regclass::text, c.oid::regclass::text, c.relowner, c.relacl,
    acldefault(case c.relkind when 'S' then 's' else 'r' end::"char",
      c.relowner)
  from pg_class c
  where c.relnamespace = 'audit'::regnamespace
    and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
  union all
  select 'table', format('%s(%I)', c.oid::regclass, a.attname),
    c.oid::regclass::text, c.relowner, a.attacl, null
  from pg_class c join pg_attribute a on a.attrelid = c.oid
  where c.relnamespace = 'audit'::regnamespace and a.attacl is not null
  union all
  select 'function', p.oid::regprocedure::text, p.oid::regprocedure::text,
    p.proowner, p.proacl, acldefault('f', p.proowner)
  from pg_proc p where p.pronamespace = 'audit'::regnamespace)
select 'foreign_grant', o.name, null,
  format('%s has %s', x.grantee,
    string_agg(lower(g.privilege_type), ', ' order by g.privilege_type)),
  format('revoke all on %s %s from %s', o.kind, o.target, x.grantee)
from object o, aclexplode(coalesce(o.acl, o.preset)) g
left join pg_roles r on r.oid = g.grantee,
lateral (select coalesce(quote_ident(r.rolname), 'public') as grantee) x
where g.grantee <> o.owner
group by o.kind, o.name, o.target, x.grantee
union all
select 'foreign_grant', o.name, null,
  format('%I owns this %s', pg_get_userbyid(o.owner), o.kind),
  format('alter %s %s owner to %I', o.kind, o.target,
    pg_get_userbyid(n.nspowner))
from object o join pg_namespace n on n.nspname = 'audit'
where o.owner <> n.nspowner and o.preset is not null
order by 2, 4
