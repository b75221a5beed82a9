-- One ingester a log, until the session ends: whether this is the one.
--  $1 which server's log it is
select pg_try_advisory_lock('audit.log_system'::regclass::oid::int,
  hashtext($1))
