-- Columns of a type with a cast to json that somebody made: the trail keeps
-- their text instead.
select 'untrusted', audit.table_name(t), b.rules,
  format('a cast to json that is not called: the text is kept of %s',
    array_to_string(audit.untrusted(t), ', ')), null
from (
  select rel, string_agg(rule, ',' order by rule) as rules
  from audit.rule_table group by rel) b
join audit.live l on l.id = b.rel and l.relid is not null,
lateral audit.tree(l.relid) t
where audit.untrusted(t) <> '{}'
order by 2
