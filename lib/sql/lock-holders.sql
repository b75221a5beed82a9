-- Who holds a table, one of its partitions, or the rules.
--  $1 the table's oid
--  $2 readers too
select string_agg(distinct case
    when l.pid is null then 'a prepared transaction'
    else format('pid %s (%s)', l.pid, concat_ws(', ',
      nullif(a.application_name, ''), 'role ' || a.usename)) end, ', ')
from pg_locks l
left join pg_stat_activity a on a.pid = l.pid
where l.locktype = 'relation' and l.granted
  and l.database = (select oid from pg_database where datname = current_database())
  and (l.relation in (select audit.tree($1::oid))
      and ($2::bool or l.mode not in ('AccessShareLock', 'RowShareLock'))
    or l.relation = 'audit.rule'::regclass
      and l.mode in ('ShareRowExclusiveLock', 'RowExclusiveLock'))
  and l.pid is distinct from pg_backend_pid()
