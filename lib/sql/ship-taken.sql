-- The last seal of a trail that an archive has; no row: none.
--  $1 the trail's number
select t.no, t.line from audit.taken($1::int) t
