-- Seals, in order, so many at most, in binary.
--  $1 from this one on  $2 how many
select s.no, s.at, s.horizon, s.hash, s.tree, s.line
from audit.seal s where s.no >= $1::bigint order by s.no limit $2::bigint
