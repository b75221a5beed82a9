-- What an archive calls a trail.
--  $1 its number
select audit.taken_name($1::int)
