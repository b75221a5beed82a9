-- Takes a table's triggers away.
--  $1 its oid
--  $2 milliseconds to wait for it
select audit.unhang($1::oid, false, $2::int)
