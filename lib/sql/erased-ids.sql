-- Those of some events that have lost values by erasure.
--  $1 their ids
select id from audit.event where id = any($1::uuid[]) and redacted is not null
