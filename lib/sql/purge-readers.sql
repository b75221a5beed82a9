-- Who holds a partition, or what holds are in.
--  $1 the partition
select string_agg(distinct case
    when l.pid is null then 'a prepared transaction'
    else format('pid %s (%s)', l.pid, concat_ws(', ',
      nullif(a.application_name, ''), 'role ' || a.usename)) end, ', ')
from pg_locks l
left join pg_stat_activity a on a.pid = l.pid
where l.locktype = 'relation' and l.granted
  and l.database = (select oid from pg_database
    where datname = current_database())
  and l.relation in ($1::regclass, 'audit.hold'::regclass)
  and l.pid is distinct from pg_backend_pid()
