-- Puts the triggers of a table right that rules cover already.
--  $1 its oid
--  $2 milliseconds to wait for it
select audit.recompile(audit.hang($1::oid, $2::int))
