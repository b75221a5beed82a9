-- Tables that have changed since their rules were compiled: the triggers do
-- that again for each change, which takes time.
select 'plan_stale', audit.table_name(t), b.rules,
  'the rules were compiled for this table as it was before',
  'audit-rule apply --missing'
from (
  select rel, string_agg(rule, ',' order by rule) as rules
  from audit.rule_table group by rel) b
join audit.live l on l.id = b.rel and l.hung
cross join lateral audit.plan_state(l.id, l.relid) s(t, state)
where state = 'stale'
order by 2
