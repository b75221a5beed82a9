-- End a connection, if it still is in one of these sessions.
--  $1 the sessions' ids
--  $2 its pid
select pg_terminate_backend(b.pid)
from audit.session_backends($1::text[]) b
where b.pid = $2::int
limit 1
