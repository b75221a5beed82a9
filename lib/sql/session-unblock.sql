-- Let these sessions live again.
--  $1 their ids
--  $2 why, or null
select b.session, b.actor, b.reason, b.done
from audit.unblock_sessions($1::text[], $2::text) b
