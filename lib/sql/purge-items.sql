-- What the policies let go by now, for audit.purge_month() and the like.
select coalesce(jsonb_agg(to_jsonb(c) order by c.rel, c.op), '[]')
from audit.retention_cutoffs(now()) c
