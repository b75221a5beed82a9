-- Who is asked: the cluster, the database, and since when all lines of the log
-- are known, in microseconds since 2000.
--  $1 which server's log it is; null: the cluster's own
select coalesce($1::text, c.system_identifier::text), current_database(),
  (select (extract(epoch from l.since - timestamptz '2000-01-01 00:00:00Z')
      * 1000000)::bigint
    from audit.log_system l
    where l.system = coalesce($1::text, c.system_identifier::text))
from pg_control_system() c
