-- Tables that were dropped under the rule that names them.
select 'table_dropped', format('%I.%I', l."schema", l."table"), b.rule,
  'this table is gone', format('audit-rule remove %s', b.rule)
from audit.rule_table b join audit.live l on l.id = b.rel
where l.relid is null and b.why = 'named'
order by 2, 3
