-- Whether there is a trail of which we may read the rules.
select 1
from pg_namespace n
where n.nspname = 'audit' and has_schema_privilege(n.oid, 'usage')
  and (
    select count(*) from pg_class c
    where c.relnamespace = n.oid and has_table_privilege(c.oid, 'select')
      and c.relname in ('live', 'rule_table', 'skipped')) = 3
