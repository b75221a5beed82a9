-- Remove a partition that is empty, if it can be had at once.
--  $1 the run  $2 the partition  $3 what may go  $4 the act that was approved, or
--  null
select audit.purge_drop($1::uuid, $2::regclass, $3::jsonb, $4::uuid)
