-- The tables that a name means, or once meant: the identity of each, and where it
-- is now; null: it is gone.
--  $1 the name
select i, l.relid
from unnest(audit.relations_named($1::text)) i left join audit.live l on l.id = i
order by i
