-- The statements that put a table's triggers right, for its owner.
--  $1 its oid
select audit.mend_script($1::oid)
