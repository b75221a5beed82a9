-- Puts the triggers of a table right that rules cover already.
--  $1 its oid
--  $2 milliseconds to wait for it
select case when audit.is_owner() then audit.mend($1::oid, $2::int)
  else audit.mend_for($1::oid, $2::int) end
