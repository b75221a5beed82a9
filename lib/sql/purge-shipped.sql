-- The archive database that has the most of this trail, and up to which seal; and
-- those that have values that were erased here.
select h.name, h.seal::text, audit.utc(h.at), true
from audit.purge_shipped() h
where h.archive is not null
union all
select s.name, s.seal::text, audit.utc(s.at), false
from audit.shipped s where not audit.shipped_erased(s.erased)
