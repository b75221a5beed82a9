-- The id of a run.
select gen_random_uuid()
