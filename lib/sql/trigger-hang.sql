-- Puts a table's triggers right.
--  $1 its oid
--  $2 milliseconds to wait for it
select case when audit.is_owner() then audit.hang($1::oid, $2::int)
  else audit.hang_for($1::oid, $2::int) end
