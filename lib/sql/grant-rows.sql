-- Who was granted what, as a table shows it: role, kind, group, tables.
select g.role, g.kind, coalesce(g."group", ''), (
  select string_agg(regexp_replace(t, '^public\.', ''), ', ' order by n)
  from json_array_elements_text(l.line -> 'tables') with ordinality x(t, n))
from audit.grantee g
cross join lateral (
  select case json_typeof(x.line -> 'tables') when 'array' then x.line
    else '{"tables":[]}' end
  from (select audit.grant_line(g)) x(line)) l(line)
order by g.role collate "C", g.kind
