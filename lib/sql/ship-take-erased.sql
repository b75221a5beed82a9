-- Put them into their places.
--  $1 the trail's number
select audit.take_erased($1::int)
