-- The archives in a directory that may have events between two ids, as the
-- trail knows them.
--  $1 the directory  $2 $3 the ids
select a.file, a.sha256, a.events, a.first, a.last
from audit.archive a
where a.dir = $1::text and a.first <= $3::uuid and a.last >= $2::uuid
order by a.file
