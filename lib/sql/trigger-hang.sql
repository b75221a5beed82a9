-- Puts a table's triggers right.
--  $1 its oid
--  $2 milliseconds to wait for it
select audit.hang($1::oid, $2::int)
