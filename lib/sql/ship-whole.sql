-- How many events seals cover.
--  $1 from this one on
select coalesce(sum(substring(s.line from '"events":(\d{1,15}),')::bigint), 0)
from audit.seal s where s.no >= $1::bigint
