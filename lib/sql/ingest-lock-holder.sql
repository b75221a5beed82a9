-- Who holds the lock of ingest-lock.sql.
--  $1 which server's log it is
select string_agg(format('pid %s (%s)', l.pid, concat_ws(', ',
    nullif(a.application_name, ''), 'role ' || a.usename)), ', ')
from pg_locks l left join pg_stat_activity a on a.pid = l.pid
where l.locktype = 'advisory' and l.granted and l.objsubid = 2
  and l.classid = 'audit.log_system'::regclass::oid
  and l.objid = hashtext($1)::oid
  and l.database = (select oid from pg_database
    where datname = current_database())
