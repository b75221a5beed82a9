-- The archives in a directory that the trail knows of.
--  $1 the directory
select a.file from audit.archive a where a.dir = $1::text order by a.file
