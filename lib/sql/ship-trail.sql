-- The number that an archive gives a trail.
--  $1 its id  $2 the name that it is to have, null: the one that it has
--  $3 its registered key, or null  $4 it is to have another name, for it begins anew
select audit.take_trail($1::uuid, $2, decode($3, 'hex'), $4::bool)
