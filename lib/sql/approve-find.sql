-- The prepared acts whose id begins like this, those that wait first.
--  $1 the beginning
select p.id
from audit.prepared p
where left(p.id::text, length($1)) = lower($1::text)
order by p.done is not null, p.id
limit 2
