-- The statements that take back what was granted for rules with read: whether we
-- may, the statement and its owner.
select pg_has_role(c.relowner, 'usage'), x.statement || ';',
  pg_get_userbyid(c.relowner)
from (
  select g.now_relid as relid, audit.read_statement(false, g.role, g.now_relid,
    array_agg(g.now_num order by g.now_num)) as statement
  from audit.read_granted g
  join pg_roles r on r.rolname = g.role
  where g.now_relid is not null
    and g.now_num = any(audit.held_reads(r.oid, g.now_relid))
  group by g.now_relid, g.role) x
join pg_class c on c.oid = x.relid
order by 2
