-- Let an actor have sessions again.
--  $1 the actor
--  $2 why, or null
select b.session, b.actor, b.reason, b.done
from audit.unblock_actor($1::text, $2::text) b
