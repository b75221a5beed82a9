-- purging: a trail of :events events in the month before the last, of the table
-- "audited", a hundred of them of one record, and of :mixed events in the last
-- month, every other one an update.
select audit.make_partition('event_ago_' || i, audit.month_bound(
  m - i * interval '1 month', m - (i - 1) * interval '1 month'))
from date_trunc('month', now() at time zone 'UTC') m, generate_series(1, 2) i;

insert into audit.event(id, at, record, op, "schema", "table", key, label,
  actor, rules, old, new)
select audit.new_id(x.at), x.at, audit.record(r.id, x.k::text), x.op, 'public',
  'audited', jsonb_build_object('id', x.k), 'Customer ' || x.k,
  (array['alice', 'bob', 'carol'])[1 + i % 3], 'audited',
  jsonb_build_object('quantity', i % 50), jsonb_build_object('quantity',
    i % 50 + 1)
from audit.relation r,
  (values (2, :events, :events / 100), (1, :mixed, 0)) p(ago, n, each),
  generate_series(0, p.n - 1) i,
  lateral (
    select date_trunc('month', now()) - p.ago * interval '1 month'
        + i * (interval '27 days' / p.n) as at,
      case when p.each > 0 and i % p.each = 0 then 1000000000
        else 1 + i % 100000 end as k,
      case when p.ago = 1 and i % 2 = 1 then 'insert' else 'update' end as op
    offset 0) x
where r."table" = 'audited';
vacuum analyze audit.event;
