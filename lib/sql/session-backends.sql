-- The connections that are in one of these sessions: pid, whose it is, and what
-- may end it.
--  $1 the sessions' ids
select distinct b.pid, a.usename, r.rolsuper
from audit.session_backends($1::text[]) b
left join pg_stat_activity a on a.pid = b.pid
left join pg_roles r on r.oid = a.usesysid
where b.pid <> pg_backend_pid()
order by b.pid
