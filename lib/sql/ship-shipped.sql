-- What the source knows of an archive: the last seal that it had, and when.
--  $1 the archive's id  $2 the name of the trail in it
select s.seal, s.at from audit.shipped s
where s.archive = $1::uuid and s.trail = $2
