-- End all sessions of an actor and let him have no other.
--  $1 the actor
--  $2 why, or null
--  $3 whether their connections are ended, too
select b.session, b.actor, b.reason, b.done
from audit.block_actor($1::text, $2::text, $3::bool) b
