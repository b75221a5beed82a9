-- What rule-show.sql says of a rule as a table shows it: what a row is of (1 the
-- rule, 2 a table that it covers), then its name and value, or the columns of
-- the covered table.
--  $1 the rule's line
select part, a, b, c, d, e
from (
  select 1 as part, o.n, o.key as a, case json_typeof(o.value)
      when 'array' then array_to_string(array(
        select json_array_elements_text(o.value)), ', ')
      else o.value #>> '{}' end as b, null as c, null as d, null as e
  from json_each($1::json) with ordinality o(key, value, n)
  where o.key <> 'covers'
  union all
  select 2, c.n, c.line ->> 'table', c.line ->> 'why', c.line ->> 'trigger',
    c.line ->> 'identity', c.line ->> 'engine'
  from json_array_elements($1::json -> 'covers') with ordinality c(line, n)) x
order by part, n
