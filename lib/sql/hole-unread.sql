-- Tables of which a TRUNCATE would not keep the rows, because the trail's owner
-- may not read them.
select 'truncate_unread', audit.table_name(t), b.rules,
  format('%I may not read %s, so that TRUNCATE keeps no rows', o.rolname,
    case when s.may then 'what a policy hides' else 'this table' end),
  case when not s.may
    then format('grant select on %s to %I', audit.table_name(t), o.rolname) end
from (
  select x.rel, string_agg(x.rule, ',' order by x.rule) as rules
  from audit.rule_table x join audit.rule r on r.name = x.rule
  where 'truncate' = any(r.ops) group by x.rel) b
join audit.live l on l.id = b.rel and l.relid is not null
cross join lateral audit.tree(l.relid) t
join pg_class c on c.oid = t and c.relkind = 'r'
join pg_namespace n on n.nspname = 'audit'
join pg_roles o on o.oid = n.nspowner
cross join lateral (
  select has_table_privilege(o.oid, t, 'select') as may) s
where not s.may or c.relrowsecurity and not o.rolsuper and not o.rolbypassrls
  and (c.relforcerowsecurity or not pg_has_role(o.oid, c.relowner, 'usage'))
order by 2
