-- Columns that a rule names and that are gone. A predicate without one of its
-- columns is taken for true: everything is recorded.
select case when x.c = any(b.when_columns) then 'when_broken'
    else 'column_gone' end,
  audit.table_name(l.relid), b.rule, format('column %I is gone', x.c),
  'audit-rule apply --missing'
from audit.rule_table b
join audit.rule r on r.name = b.rule
join audit.live l on l.id = b.rel and l.relid is not null,
lateral (
  select distinct unnest(b.when_columns || r.ignore || r.exclude || r.mask
    || r.read_columns || r.label || r.actor_column)) x(c)
where (x.c = any(b.when_columns) or b.attnums ? x.c)
  and audit.bound(array[x.c], b, l.relid) = '{}'
order by 2, 3, 4
