-- What is known of this trail: how many events a day were sealed, in how many
-- seals, and what they take here; no row: nothing was sealed.
with few as (
  select s.no, s.at, (s.line::json ->> 'events')::bigint as events
  from audit.seal s
  where s.at > now() - interval '30 days'),
-- the first of them covers what was written since the one before it
span as (
  select coalesce((select max(s.at) from audit.seal s
        where s.no < (select min(f.no) from few f)),
      (select to_timestamp(('x' || left(replace(min(l.first::text collate "C"),
          '-', ''), 12))::bit(48)::bigint / 1000.0)
        from audit.leaf l where l.seal = (select min(f.no) from few f)),
      (select min(f.at) from few f)) as since,
    (select max(f.at) from few f) as until),
part as (
  select sum(pg_total_relation_size(c.oid)) as bytes, sum(c.reltuples) as rows
  from audit.partition p join pg_class c on c.oid = p.part
  where c.reltuples >= 1000)
select jsonb_build_object('since', audit.utc(s.since),
  'days', round(d.days::numeric, 2),
  'events', (select sum(f.events) from few f) / d.days,
  'seals', (select count(*) from few f) / d.days,
  'bytes', (select p.bytes / nullif(p.rows, 0) from part p),
  'leaf', (select pg_total_relation_size('audit.leaf')::float8
    / nullif(sum(octet_length(l.leaves)) / 48, 0) from audit.leaf l))
from span s,
  lateral (select greatest(extract(epoch from s.until - s.since), 3600)::float8
    / 86400 as days) d
where exists (select from few)
