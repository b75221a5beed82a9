-- The actors who are blocked, by name.
--  $1 the time zone
--  $2 the form of a time
select b.actor, to_char(b.since at time zone $1::text, $2::text), b.blocked_by,
  b.why
from audit.session_blocked b
order by b.actor collate "C"
