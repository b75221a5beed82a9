-- The policies as a table, the most specific first.
--  $1 the time zone
select r.id, coalesce(r.line ->> 'table', '(all)'), coalesce((
    select string_agg(o, ', ' order by n)
    from json_array_elements_text(nullif(r.line ->> 'ops', '')::json)
      with ordinality o(o, n)), '(all)'),
  r.line ->> 'keep', r.line ->> 'role',
  to_char((r.line ->> 'at')::timestamptz at time zone $1::text,
    'YYYY-MM-DD HH24:MI')
from audit.retention_list r
order by r.n
