-- The instant that a time names.
--  $1 the time as the user wrote it
select $1::timestamptz
