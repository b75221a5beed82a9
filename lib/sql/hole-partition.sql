-- Months among this and the next three that the trail has no partition for.
select 'no_partition', null, null,
  format('no partition for %s', to_char(m, 'YYYY-MM')),
  'audit-rule apply --missing'
from generate_series(0, 3) i,
lateral (
  select date_trunc('month', now() at time zone 'UTC') + i * interval '1 month'
) x(m)
where not exists (
  select from audit.partition p
  where p.lo <= audit.first_id(m at time zone 'UTC')
    and p.hi > audit.first_id(m at time zone 'UTC'))
order by m
