-- Grants that give less than they say, or nothing any more.
with grantee as (
  select g.role, g.kind, g."group", audit.role_oid(g.role) as who,
    audit.group_of(g.kind) as own, audit.role_oid(g."group") as used
  from audit.grantee g),
lack as (
  select g.*, string_agg(audit.privilege_text(k.class, k.id, k.sub,
      k.privilege), ', ' order by k.n)
      filter (where k.n <= 3) as first, count(*) as n
  from grantee g
  cross join lateral (
    select k.*, row_number() over (order by class, id, sub) as n
    from audit.kind_privileges(g.kind) k
    where not exists (
      select from audit.privilege p
      where p.grantee = case when g."group" is null then g.who else g.used end
        and (p.class, p.id, p.sub, p.privilege)
          = (k.class, k.id, k.sub, k.privilege))) k
  where g.who is not null and (g."group" is null or g.own = g.used)
  group by g.role, g.kind, g."group", g.who, g.own, g.used)
select 'grant_missing', null, null, x.message, coalesce(x.fix,
  'audit-rule apply --missing')
from (
  select g.role, g.kind, format('%I is %s, and there is no such role', g.role,
      g.kind) as message,
    format('audit-rule revoke %s %s', case
      when g.role ~ '^[A-Za-z0-9_][A-Za-z0-9_.-]*$' then g.role
      else '''' || replace(g.role, '''', '''\''''') || '''' end, g.kind) as fix
  from grantee g where g.who is null
  union all
  select g.role, g.kind, format('%I is %s by group %I, which is not of this '
    'database and trail', g.role, g.kind, g."group"), null
  from grantee g
  where g.who is not null and g."group" is not null
    and g.own is distinct from g.used
  union all
  select g.role, g.kind, format('%I is %s, but no member of %I', g.role, g.kind,
    g."group"), null
  from grantee g
  where g.who is not null and g.own = g.used
    and not audit.is_member(g.who, g.own)
  union all
  select l.role, l.kind, format('%I is %s and lacks %s%s', coalesce(l."group",
    l.role), l.kind, l.first, case when l.n > 3
      then format(' and %s more', l.n - 3) else '' end), null
  from lack l) x
order by x.role collate "C", x.kind, x.message
