-- The first id that a purge has left alone for sure; no row: none was about this
-- table.
--  $1 the table's identity
select audit.first_id(p.before)::text
from audit.relation_purged p
where p.rel = $1::int
