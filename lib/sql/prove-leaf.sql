-- The rows of leaves that may hold an event, in binary: the seal, what they
-- are, how many leaves of their tree stand before them, and how many it has.
--  $1 the event's id
--  $2 its month
select l.seal, l.leaves,
  (select coalesce(sum(octet_length(b.leaves)), 0) / 48 from audit.leaf b
    where b.seal = l.seal and b.month = l.month and b.n < l.n)::bigint,
  (select sum(octet_length(b.leaves)) / 48 from audit.leaf b
    where b.seal = l.seal and b.month = l.month)::bigint
from audit.leaf l
where l.first <= $1::uuid and l.last >= $1::uuid and l.month = $2
order by l.seal, l.n
