-- The events that go, in order: what an archive has to hold.
--  $1 the partition  $2 the items of the run  $3 also what no seal covers
select g.id
from audit.purge_going($1::regclass, $2::jsonb, $3::bool) g(id)
order by g.id
