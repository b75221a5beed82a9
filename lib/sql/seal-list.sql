-- The lines of seals, in order.
--  $1 from this time's first id on, or null
--  $2 before this time's first id, or null
--  $3 the newest so many, or null
select x.line
from (
  select s.no, s.line from audit.seal s
  where ($1::uuid is null or audit.first_id(s.at) >= $1)
    and ($2::uuid is null or audit.first_id(s.at) < $2)
  order by s.no desc limit $3::bigint) x
order by x.no
