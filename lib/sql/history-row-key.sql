-- The key of a row: audit.record() of it, and its values as audit.matching()
-- takes them; null where only a digest is known.
--  $1 $2 the table's identity; where it is
--  $3    the row
select audit.record($1::int, array_agg($3::jsonb ->> a.attname order by k.pos)),
  case when bool_or(jsonb_typeof($3::jsonb -> a.attname) = 'object') is not true
    then jsonb_agg($3::jsonb ->> a.attname
      order by $3::jsonb ->> a.attname collate "C") end
from pg_index i, unnest(i.indkey::int2[]) with ordinality k(num, pos),
  pg_attribute a
where i.indrelid = $2::oid and i.indisprimary and k.pos <= i.indnkeyatts
  and a.attrelid = i.indrelid and a.attnum = k.num
