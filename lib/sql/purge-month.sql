-- Remove a whole month, if that can be.
--  $1 the run  $2 the partition  $3 what may go  $4 the act that was approved, or
--  null  $5 the archive, or null
select m.done, coalesce(m.events, 0), coalesce(m.bytes, 0), audit.utc(m.first),
  audit.utc(m.last), coalesce(m.held, 0), array_to_string(m.holds, ' '),
  array_to_string(m.policies, ' '), m.event, null, null, null
from audit.purge_month($1::uuid, $2::regclass, $3::jsonb, $4::uuid, $5::jsonb) m
