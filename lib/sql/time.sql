-- The first id of the instant that a time names.
--  $1 the time as the user wrote it
--  $2 an interval after it
select audit.first_id($1::timestamptz + $2::interval)
