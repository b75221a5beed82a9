-- Hold what all that is given is true of: the hold's line, and whether it is
-- new.
--  $1     the table, as the user wrote it
--  $2 $3  its identity; audit.record() of the key, or null for all its records
--  $4     the key
--  $5     and what belongs to the record
--  $6 $7  the actor, the session
--  $8 $9  from this time on, before this time
--  $10    why
select h.line, h.done
from audit.put_hold($1, coalesce($2::int, ($3::bigint >> 32)::int), $3::bigint,
  $4::jsonb, $5::bool, $6, $7, $8::timestamptz, $9::timestamptz, $10) h
