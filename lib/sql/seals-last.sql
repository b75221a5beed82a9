-- The last seal of each of these trails of an archive database; -1: none.
--  $1 the trails' numbers
select t.no, coalesce((
  select s.no from audit.seal s where s.trail = t.no order by s.no desc limit 1),
  -1)
from unnest($1::int[]) t(no)
order by t.no
