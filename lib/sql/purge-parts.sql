-- The partitions in which something is to be done: the name as regclass takes
-- it, the month, whether that is over, and whether nothing is left in it; and the
-- id of this run.
--  $1 what may go
select format('audit.%I', c.relname), p.month, p.past, p.vacant
from audit.purge_parts($1::jsonb) with ordinality p(part, month, past, vacant, n)
join pg_class c on c.oid = p.part
order by p.n
