-- Counts of parts of the events, as count-rows.sql gives them, made one.
--  $1 these rows, as a JSON array of arrays of texts
--  $2 what they are counted by, in order
select x.by[1], x.by[2], x.by[3], x.by[4], x.by[5], x.by[6], sum(x.n)
from (
  select array(select r.v ->> (i - 1) from generate_series(1, 6) i
      where i <= cardinality($2::text[]) order by i) as by,
    (r.v ->> 6)::bigint as n
  from json_array_elements($1::json) r(v)) x
group by x.by
order by case when coalesce(($2::text[])[1], '') not in (
    'minute', 'hour', 'day', 'week', 'month', 'year') then sum(x.n) end desc, x.by
