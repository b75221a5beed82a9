-- Puts the triggers of a table right that rules cover already.
--  $1 its oid
--  $2 milliseconds to wait for it
select audit.mend($1::oid, $2::int)
