-- The statements that take the schema away from all that have it, for it stays
-- where somebody has made something in it.
select distinct format('revoke all on schema audit from %s',
  coalesce(quote_ident(r.rolname), 'public'))
from audit.privilege p left join pg_roles r on r.oid = p.grantee
where p.class = 'schema'
order by 1
