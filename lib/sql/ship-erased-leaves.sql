-- Those of them that the archive still has with these values: their leaves.
--  $1 the trail's number
select id, leaf from audit.erased_leaves($1::int)
