-- What others than the owner may do with the trail and audit-rule grant did not
-- give them, and what of it has another owner than schema audit.
with kind(kind) as (
  select unnest(string_to_array(
    'app,reader,auditor,operator,ingester,sealer,purger,admin', ','))),
due as (
  select h.holder, k.class, k.id, k.sub, k.privilege
  from (
    select audit.role_oid(g.role), g.kind from audit.grantee g
    where g."group" is null
    union
    select audit.group_of(k.kind), k.kind from kind k) h(holder, kind)
  cross join lateral audit.kind_privileges(h.kind) k
  where h.holder is not null),
held as (
  select p.class, p.id, p.sub, p.grantee, p.privilege,
    coalesce(quote_ident(r.rolname), 'public') as who
  from audit.privilege p
  left join pg_roles r on r.oid = p.grantee
  where p.is_grantable or not exists (
    select from due d
    where (d.holder, d.class, d.id, d.sub, d.privilege)
      = (p.grantee, p.class, p.id, p.sub, p.privilege))),
object(kind, id, owner) as (
  select 'schema', n.oid, n.nspowner from pg_namespace n
  where n.nspname = 'audit'
  union all
  select case c.relkind when 'S' then 'sequence' else 'table' end, c.oid,
    c.relowner
  from pg_class c
  where c.relnamespace = 'audit'::regnamespace
    and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
  union all
  select 'function', p.oid, p.proowner from pg_proc p
  where p.pronamespace = 'audit'::regnamespace)
select 'foreign_grant', x.name, null,
  format('%s has %s', h.who,
    string_agg(lower(h.privilege), ', ' order by h.privilege)),
  format('revoke %s on %s %s from %s', string_agg(
      concat(lower(h.privilege), ' (' || quote_ident(a.attname) || ')'), ', '
      order by h.privilege), h.class, o.name, h.who)
from held h
left join pg_attribute a
  on h.sub > 0 and a.attrelid = h.id and a.attnum = h.sub
cross join lateral (
  select case h.class when 'schema' then h.id::regnamespace::text
    when 'function' then h.id::regprocedure::text
    else h.id::regclass::text end) o(name)
cross join lateral (
  select concat(o.name, '(' || quote_ident(a.attname) || ')')) x(name)
group by h.class, h.id, h.sub, x.name, o.name, h.who
union all
select 'foreign_grant', x.name, null,
  format('%I owns this %s', pg_get_userbyid(o.owner), o.kind),
  format('alter %s %s owner to %I', o.kind, x.name,
    pg_get_userbyid(n.nspowner))
from object o join pg_namespace n on n.nspname = 'audit'
cross join lateral (
  select case o.kind when 'schema' then o.id::regnamespace::text
    when 'function' then o.id::regprocedure::text
    else o.id::regclass::text end) x(name)
where o.owner <> n.nspowner
union all
-- who is in a group may do what it may, whoever made him a member
select 'foreign_grant', 'audit', null,
  format('%I is a member of %I without a grant', m.rolname, g.rolname),
  format('revoke %I from %I', g.rolname, m.rolname)
from (select kind from kind union select 'read') k
join pg_roles g on g.oid = audit.group_of(k.kind)
join pg_auth_members x on x.roleid = g.oid
join pg_roles m on m.oid = x.member
join pg_namespace n on n.nspname = 'audit'
where m.oid <> n.nspowner and not exists (
  select from audit.grantee e
  where e.role = m.rolname and e.kind = k.kind and e."group" = g.rolname)
union all
select 'foreign_grant', 'audit', null,
  format('%I may change rules: it is a member of pg_write_all_data',
    m.rolname),
  format('revoke pg_write_all_data from %I', m.rolname)
from pg_roles w
join pg_auth_members x on x.roleid = w.oid
join pg_roles m on m.oid = x.member
where w.rolname = 'pg_write_all_data' and not m.rolsuper
order by 2, 4
