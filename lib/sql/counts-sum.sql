-- Counts of parts of the events, as counts.sql gives them, made one.
--  $1       these lines, as a JSON array
--  $2 .. $7 what they are counted by, in order; null: no more
select '{' || concat(to_json($2::text) || ':' || coalesce(a::text, 'null') || ',',
  to_json($3::text) || ':' || coalesce(b::text, 'null') || ',',
  to_json($4::text) || ':' || coalesce(c::text, 'null') || ',',
  to_json($5::text) || ':' || coalesce(d::text, 'null') || ',',
  to_json($6::text) || ':' || coalesce(e::text, 'null') || ',',
  to_json($7::text) || ':' || coalesce(f::text, 'null') || ',')
  || '"count":' || n || '}'
from (
  select nullif(x.v -> $2::text, 'null') a, nullif(x.v -> $3::text, 'null') b,
    nullif(x.v -> $4::text, 'null') c, nullif(x.v -> $5::text, 'null') d,
    nullif(x.v -> $6::text, 'null') e, nullif(x.v -> $7::text, 'null') f,
    sum((x.v ->> 'count')::bigint) n
  from json_array_elements($1::json) l(v), lateral (select l.v::jsonb) x(v)
  group by 1, 2, 3, 4, 5, 6) x
order by case when $2 not in ('minute', 'hour', 'day', 'week', 'month', 'year')
  then n end desc, a, b, c, d, e, f
