-- Remove sessions and tables that no event refers to.
--  $1 the run  $2 what may go  $3 the act that was approved, or null
select r.sessions, r.more, r.event
from audit.purge_rest($1::uuid, $2::jsonb, $3::uuid) r
