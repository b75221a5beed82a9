-- The tables of a trail of an archive database, as the trail numbers them and as
-- the archive does.
--  $1 the trail's number
select r.rel, r.id from audit.archived_relation r where r.trail = $1::int
