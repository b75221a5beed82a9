-- What an archive database needs for so many events a day, as a line.
--  $1 the events, or null: as was measured  $2 what plan-archive-trail.sql
--  measured, or null
-- The numbers of the model. Measured on 2026-11-23 on a virtual machine with two
-- processors of an AMD EPYC, PostgreSQL 15, in memory, while others used it:
-- 300,003 updates of a table of six columns, sealed at once, shipped by one
-- connection, read and verified by one process.
with constant as (
  select 400 as bytes,		-- an event there, with its indexes: 396
    51 as leaf,			-- its leaf: 51
    50000 as shipped,		-- events a second and connection: 54,000
    150000 as verified,		-- events a second and process: 190,000
    4 as columnar,		-- so many times smaller in columns, with indexes; of Citus
    -- of a node, which is assumed: bytes, of which so much is used; processes
    -- that may verify; events a second that it takes all day long
    4e12 as disk, 0.8 as full_to, 8 as processes, 25000 as taken),
said as (
  select coalesce($1::numeric, ($2::jsonb ->> 'events')::numeric) as events,
    coalesce(round(($2::jsonb ->> 'bytes')::numeric), c.bytes) as bytes,
    coalesce(round(($2::jsonb ->> 'leaf')::numeric), c.leaf) as leaf,
    coalesce(case when $1 is null then ($2::jsonb ->> 'seals')::numeric end,
      case when coalesce($1::numeric, 0) <= 10000 then 1
        when $1::numeric <= 10000000 then 24 else 1440 end) as seals
  from constant c),
need as (
  select s.*, s.events * s.bytes as day, s.events * s.leaf as leaves,
    s.events / 86400 as rate,
    s.events * (s.bytes + s.leaf) * 365 as heap,
    -- two months as they came, ten in columns
    s.events * (s.bytes * (60 + 305.0 / c.columnar) + s.leaf * 365) as packed
  from said s, constant c),
size as (
  select n.*, n.heap > c.disk * c.full_to or n.rate > c.taken as citus
  from need n, constant c),
node as (
  select s.*, case when s.citus then s.packed else s.heap end as kept,
    case when s.citus then greatest(2, ceil(s.packed / (c.disk * c.full_to)),
      ceil(s.rate / c.taken)) else 1 end as nodes
  from size s, constant c)
select row_to_json(x)
from (
  select round(n.events) as events_per_day,
    coalesce($2::jsonb ->> 'since', null) as measured_since,
    ($2::jsonb ->> 'days')::numeric as days,
    n.bytes as bytes_per_event, n.leaf as leaf_bytes_per_event,
    round(n.day + n.leaves) as bytes_per_day,
    round((n.day + n.leaves) * 30) as bytes_per_month,
    round(n.heap) as bytes_per_year,
    trim_scale(round(n.seals, 2)) as seals_per_day,
    ceil(n.events / greatest(n.seals, 0.01)) as events_per_seal,
    12 as partitions_per_year, round(n.events * 30) as events_per_partition,
    round(n.day * 30) as bytes_per_partition,
    n.citus, n.nodes,
    case when n.citus then greatest(32, power(2, ceil(log(2, n.nodes * 4))))
      end::bigint as shards_per_partition,
    round(n.kept) as kept_bytes_per_year,
    ceil(n.kept / (c.disk * c.full_to)) as disks_4tb_per_year,
    round(n.events / c.shipped, 1) as ship_seconds_per_day,
    greatest(1, ceil(n.rate * 2 / c.shipped)) as ship_streams,
    round(86400 / greatest(n.seals, 0.01)
      + ceil(n.events / greatest(n.seals, 0.01)) / c.shipped
        / greatest(1, ceil(n.rate * 2 / c.shipped))) as ship_lag_seconds,
    round(n.events / c.verified, 1) as verify_seconds_per_day,
    round(n.events * 365 / c.verified / 3600, 2) as verify_hours_per_year,
    -- of a year, in a night of eight hours
    ceil(n.events * 365 / c.verified / 28800) as verify_processes,
    array_remove(array[
      case when $2 is null then 'nothing was measured: an event is taken for '
        || n.bytes || ' bytes, as small rows are' end,
      case when $2 is not null and ($2::jsonb ->> 'days')::numeric < 7
        then 'measured for less than a week' end,
      case when n.events > 1e9 then 'one database does not write so much: it is '
        'that of many sources together' end,
      case when n.citus and n.rate > c.taken then 'one machine does not take so '
        'many events a second: Citus' end,
      case when n.citus and n.rate <= c.taken then 'a year does not fit on one '
        'machine of 4 TB: Citus, or larger disks' end,
      case when ceil(n.events * 365 / c.verified / 28800) > c.processes * n.nodes
        then 'a year is verified in more than a night: verify months, with -s'
        end], null) as notes
  from node n, constant c) x
