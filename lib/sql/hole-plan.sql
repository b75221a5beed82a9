-- Tables whose triggers do not work by the rules, as they would be compiled.
select 'plan_altered', audit.table_name(t), b.rules,
  format('what the triggers work by is %s', state),
  'audit-rule apply --missing'
from (
  select rel, string_agg(rule, ',' order by rule) as rules
  from audit.rule_table group by rel) b
join audit.live l on l.id = b.rel and l.hung
cross join lateral audit.plan_state(l.id, l.relid) s(t, state)
where state in ('missing', 'altered')
order by 2
