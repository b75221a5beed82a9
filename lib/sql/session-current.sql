-- The session that the transaction is in.
select s.session, s.actor, to_json(s.groups),
  to_char(s.opened at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  to_char(s.last_activity at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  s.addr, s.user_agent, s.details
from audit.current_session() s
