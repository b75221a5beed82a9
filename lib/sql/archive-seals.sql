-- From when to when the seals were made that cover events between two ids; null
-- for no end. Where none does, it is the last seal.
--  $1 $2 the ids
--  $3    also events that no seal covers
select to_char(lo.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  case when not $3::bool and c.hi is not null
    then to_char((hi.at + interval '1 microsecond') at time zone 'UTC',
      'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') end
from (
    select min(l.seal) as lo, max(l.seal) as hi from audit.leaf l
    where l.last >= $1::uuid and l.first <= $2::uuid) c
  join audit.seal lo
    on lo.no = coalesce(c.lo, (select max(s.no) from audit.seal s))
  left join audit.seal hi on hi.no = c.hi
