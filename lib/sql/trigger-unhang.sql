-- Takes a table's triggers away that no rule needs.
--  $1 its oid
--  $2 milliseconds to wait for it
select case when audit.is_owner() then audit.unhang($1::oid, true, $2::int)
  else audit.unhang_for($1::oid, $2::int) end
