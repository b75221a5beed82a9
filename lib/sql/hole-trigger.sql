-- Triggers that are missing, disabled or not as they should be.
select case
    when f.fault in ('altered', 'stray') then 'trigger_altered'
    when f.fault in ('disabled', 'replica') then 'trigger_disabled'
    when f.trigger like '!audit_truncate%' and f.relid <> l.relid
      then 'truncate_uncovered'
    else 'trigger_missing' end,
  audit.table_name(f.relid), b.rules,
  format('trigger %I is %s', f.trigger, case f.fault
    when 'altered' then 'not as it was made'
    when 'stray' then 'not where it belongs'
    when 'replica' then 'disabled on replicas' else f.fault end),
  case when f.fault = 'replica' then 'audit-rule apply --missing, by a superuser'
    else 'audit-rule apply --missing' end
from (
  select rel, string_agg(rule, ',' order by rule) as rules
  from audit.rule_table group by rel) b
join audit.live l on l.id = b.rel and l.relid is not null,
lateral audit.faults(l.id, l.relid) f
order by 2, 1
