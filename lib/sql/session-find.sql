-- The sessions that were named: for each name up to two whose ids begin so.
--  $1 the names
select n.i - 1, s.session
from unnest($1::text[]) with ordinality n(name, i)
cross join lateral (
  select x.session from audit.session_list x where x.session = n.name
  union all
  (select x.session from audit.session_list x
  where not exists (
      select from audit.session_list y where y.session = n.name)
    and starts_with(x.session, n.name)
  limit 2)) s
order by n.i
