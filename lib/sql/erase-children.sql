-- The records of the trail that belong to those that are to be erased.
--  $1 what; null: what the act says  $2 the act, or null
select c from audit.live_children($1::jsonb, $2::uuid) c
