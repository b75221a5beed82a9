-- A place for the events of a trail, in this session.
--  $1 its number
select audit.take_begin($1::int)
