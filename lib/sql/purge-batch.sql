-- Remove what may go among the next events of a partition; the columns begin as
-- those of purge-month.sql.
--  $1 the run  $2 the partition  $3 what may go  $4 the act that was approved, or
--  null  $5 the archive, or null  $6 the event to go on behind, or null  $7
--  whether also what is not sealed
select true, b.events, coalesce(b.bytes, 0), audit.utc(b.first),
  audit.utc(b.last), b.held, array_to_string(b.holds, ' '),
  array_to_string(b.policies, ' '), b.event, b.open, b.upto, b.more
from audit.purge_batch($1::uuid, $2::regclass, $3::jsonb, after => $6::uuid,
  unsealed => $7::bool, act => $4::uuid, archive => $5::jsonb) b
