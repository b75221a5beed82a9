-- The archive database that has the most of this trail, and up to which seal; no
-- row: none has anything.
select h.name, h.seal::text, audit.utc(h.at)
from audit.purge_shipped() h
where h.archive is not null
