-- Who holds the lock of ship-lock.sql: any role may take it.
--  $1 the trail's number
select string_agg(format('pid %s (%s)', l.pid, concat_ws(', ',
    nullif(a.application_name, ''), 'role ' || a.usename)), ', ')
from pg_locks l left join pg_stat_activity a on a.pid = l.pid
where l.locktype = 'advisory' and l.granted and l.objsubid = 2
  and (l.classid, l.objid)
    = ('audit.archived_trail'::regclass::oid, $1::int::oid)
  and l.database = (select oid from pg_database
    where datname = current_database())
