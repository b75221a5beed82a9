-- What has arrived in an archive database: seals of these trails, the earliest
-- first, each with the ids between which its events lie; null: it has none.
--  $1 the trails' numbers
--  $2 the last seal of each that is known; -1: none
select s.trail, s.no, x.lo, left(x.hi, 18) || '-ffff-ffffffffffff'
from unnest($1::int[], $2::bigint[]) t(no, seal)
join audit.seal s on s.trail = t.no and s.no > t.seal
cross join lateral (
  select min(l.first::text collate "C") as lo, max(l.last::text collate "C") as hi
  from audit.leaf l where l.trail = s.trail and l.seal = s.no) x
order by s.at, s.trail, s.no
