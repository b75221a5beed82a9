-- Stores what was read of a log: how many events were new, and how many cannot
-- be stored.
--  $1 which server's log it is
--  $2 the events, as a JSON array
--  $3 what to know of the sessions that changed, likewise
--  $4 how far the log was read: see audit.ingest()
select i.stored, i.refused
from audit.ingest($1, $2::json, $3::json, $4::json) i
