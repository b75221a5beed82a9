-- Erase an actor from the events of a partition: from how many.
--  $1 what; null: what the act says
--  $2 the act, or null
--  $3 the partition
select audit.erase_actor($1::jsonb, $2::uuid, $3::regclass)
