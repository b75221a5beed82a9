-- Close the sessions that have ended without anybody saying so.
--  $1 only say which they are
select x.session, x.actor, x.reason,
  to_char(x.closed at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
from audit.expire_sessions($1::bool) x
order by x.closed, x.session
