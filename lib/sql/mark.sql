-- Where the trail stands: what a follower has seen when it has seen all of this.
-- A standby does not say which transactions are at work: there it is what is
-- older than all of them.
select t.id, c.system_identifier,
  (date_part('epoch', pg_postmaster_start_time()) * 1000000)::bigint,
  case when pg_is_in_recovery()
    then concat(pg_snapshot_xmin(s), ':', pg_snapshot_xmin(s), ':')
    else s::text end,
  -- after the snapshot: what it shows has a smaller id
  audit.first_id(clock_timestamp())
from audit.trail t, pg_control_system() c, pg_current_snapshot() s
