-- Takes a table's triggers away that no rule needs.
--  $1 its oid
--  $2 milliseconds to wait for it
select audit.unhang($1::oid, true, $2::int)
