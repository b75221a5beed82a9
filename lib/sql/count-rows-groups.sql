-- The events that match: their ids, what count-rows.sql counts them by, and which
-- trail each is of.
--  $1 .. $27 what audit.matching() takes, in its order
--  $28       the newest first
--  $29       what to count by, in order
--  $30       the time zone
select v.id, x.by[1], x.by[2], x.by[3], x.by[4], x.by[5], x.by[6],
  audit.trail_of(v)
from audit.matching($1::uuid, $2::uuid, $3::uuid, $4::bigint, $5::bigint,
  $6::bigint[], $7::text[], $8::text[], $9::bigint[], $10::text[], $11::text[],
  $12::text[], $13::text, $14::text[], $15::bigint, $16::text, $17::text,
  $18::text, $19::text, $20::inet, $21::text, $22::bool, $23::bigint,
  $24::txid_snapshot, $25::uuid, $26::txid_snapshot, $27::uuid) v
cross join lateral (
  select array(
    select case
      when f.format is not null
        then to_char(v.at at time zone $30::text, f.format)
      when d.text is null then 'NULL'
      when d.text ~* '^$|^null$|^[(''\s]|\s$'
        then '''' || replace(d.text, '''', '''''') || ''''
      else d.text end
    from unnest($29::text[]) with ordinality b(name, n)
    left join (values ('minute', 'YYYY-MM-DD HH24:MI'),
      ('hour', 'YYYY-MM-DD HH24":00"'), ('day', 'YYYY-MM-DD'),
      ('week', 'IYYY-"W"IW'), ('month', 'YYYY-MM'), ('year', 'YYYY'))
      f(name, format) on f.name = b.name
    cross join lateral (
      select case when f.format is null then case b.name
        when 'rules' then replace(v.rules, ',', ', ')
        else audit.dimension(v, b.name) #>> '{}' end end) d(text)
    order by b.n)) x(by)
order by case when $28::bool then v.id end desc,
  case when not $28 then v.id end, audit.trail_of(v)
