-- Grants what rules with read want, and takes back what none wants any more: each
-- statement, and who has to run it; null: it has been run.
select x.owner, x.statement
from audit.sync_reads() x where audit.is_owner()
union all
select x.owner, x.statement
from audit.sync_reads_for() x where not audit.is_owner()
