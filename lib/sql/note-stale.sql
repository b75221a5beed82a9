-- Tables that have changed since their rules were compiled: the triggers do
-- that again for each change, which takes time.
select 'plan_stale', audit.table_name(t), b.rules,
  'the rules were compiled for this table as it was before',
  'audit-rule apply --missing'
from (
  select rel, string_agg(rule, ',' order by rule) as rules
  from audit.rule_table group by rel) b
join audit.live l on l.id = b.rel and l.hung
cross join lateral audit.tree(l.relid) t
join pg_class c on c.oid = t and c.relkind <> 'p'
left join audit.plan p on p.relid = t and p.rel = l.id
-- TRUNCATE gives it another file, and no other plan
where to_jsonb(p) - 'filenode'
  is distinct from to_jsonb(audit.plan_of(l.id, t)) - 'filenode'
order by 2
