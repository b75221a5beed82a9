-- Tables that a rule means and does not cover yet.
select case w.why when 'pattern' then 'pattern_uncovered'
    when 'related' then 'related_uncovered'
    when 'child' then case
      when exists (select from pg_inherits i where i.inhrelid = w.relid)
        then 'child_uncovered' else 'partition_detached' end
    else 'table_uncovered' end,
  audit.table_name(w.relid), r.name, case w.why
    when 'pattern' then 'the rule''s pattern means this table'
    when 'related' then 'this table references one of the rule''s'
    when 'child' then case
      when exists (select from pg_inherits i where i.inhrelid = w.relid)
        then 'this table inherits from one of the rule''s'
      else 'this table was a partition of one of the rule''s' end end,
  'audit-rule apply --missing'
from audit.rule r, lateral audit.wanted(
  array(
    select l.relid from audit.rule_table b
    join audit.live l on l.id = b.rel and l.relid is not null
    where b.rule = r.name and b.why = 'named'),
  r.patterns, r.related) w
where not exists (
  select from audit.rule_table b join audit.live l on l.id = b.rel
  where b.rule = r.name and l.relid = w.relid)
order by 2, 3
