-- Tables with neither a rule nor a reason for that. A partition goes with its
-- parent.
select 'no_rule', format('%I.%I', a."schema", a."table"), null,
  'this table has no rule', format('audit-rule add %s', quote_literal(
    format('%I.%I', a."schema", a."table")))
from audit.application a
where a.relid not in (select s.relid from audit.skipped s)
  and not exists (
    select from audit.live l join audit.rule_table b on b.rel = l.id
    where l.relid = a.relid
      or l.relid in (select relid from pg_partition_ancestors(a.relid)))
  and not exists (
    select from pg_partition_ancestors(a.relid) p
    where p.relid <> a.relid)
order by 2
