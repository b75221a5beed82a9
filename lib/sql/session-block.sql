-- End these sessions.
--  $1 their ids
--  $2 why, or null
--  $3 whether their connections are ended, too
select b.session, b.actor, b.reason, b.done
from audit.block_sessions($1::text[], $2::text, $3::bool) b
