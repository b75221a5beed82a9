-- How many events match, for each combination of what they are counted by: the
-- most frequent first, but times in their order where one comes first.
--  $1 .. $27 what audit.matching() takes, in its order
--  $28 .. $33 what to count by, as audit.dimension() knows it; null: no more
select '{' || concat(to_json($28::text) || ':' || coalesce(a::text, 'null') || ',',
  to_json($29::text) || ':' || coalesce(b::text, 'null') || ',',
  to_json($30::text) || ':' || coalesce(c::text, 'null') || ',',
  to_json($31::text) || ':' || coalesce(d::text, 'null') || ',',
  to_json($32::text) || ':' || coalesce(e::text, 'null') || ',',
  to_json($33::text) || ':' || coalesce(f::text, 'null') || ',')
  || '"count":' || n || '}'
from (
  select audit.dimension(v, $28) a, audit.dimension(v, $29) b,
    audit.dimension(v, $30) c, audit.dimension(v, $31) d,
    audit.dimension(v, $32) e, audit.dimension(v, $33) f, count(*) n
  from audit.matching($1::uuid, $2::uuid, $3::uuid, $4::bigint, $5::bigint,
    $6::bigint[], $7::text[], $8::text[], $9::bigint[], $10::text[],
    $11::text[], $12::text[], $13::text, $14::text[], $15::bigint, $16::text,
    $17::text, $18::text, $19::text, $20::inet, $21::text, $22::bool,
    $23::bigint, $24::txid_snapshot, $25::uuid, $26::txid_snapshot,
    $27::uuid) v
  group by 1, 2, 3, 4, 5, 6) x
order by case when $28 not in ('minute', 'hour', 'day', 'week', 'month', 'year')
  then n end desc, a, b, c, d, e, f
