-- Fails where this is no interval.
--  $1 the interval
select $1::interval
