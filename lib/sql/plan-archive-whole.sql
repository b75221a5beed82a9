-- What a line of plan-archive.sql says as a table shows it: a name and a value
-- a row.
--  $1 the line
select name, text
from (
  select n, 0::bigint as m, name, text
  from (select $1::jsonb) x(j), (values ('FM999,999,999,999,990')) f(n0),
    lateral (values
      (1, 'events a day', to_char((j ->> 'events_per_day')::numeric, n0)),
      (2, 'measured', case when j -> 'measured_since' <> 'null' then format(
        'for %s days', j ->> 'days') end),
      (3, 'bytes an event', format('%s, and %s of its leaf',
        j ->> 'bytes_per_event', j ->> 'leaf_bytes_per_event')),
      (4, 'it grows', format('%s a day, %s a month, %s a year',
        pg_size_pretty((j ->> 'bytes_per_day')::numeric),
        pg_size_pretty((j ->> 'bytes_per_month')::numeric),
        pg_size_pretty((j ->> 'bytes_per_year')::numeric))),
      (5, 'seals', format('%s a day, of %s events', j ->> 'seals_per_day',
        to_char((j ->> 'events_per_seal')::numeric, n0))),
      (6, 'partitions', format('%s a year, of %s events, %s',
        j ->> 'partitions_per_year',
        to_char((j ->> 'events_per_partition')::numeric, n0),
        pg_size_pretty((j ->> 'bytes_per_partition')::numeric))),
      (7, 'machines', case when (j ->> 'citus')::bool then format(
        '%s nodes of Citus, %s shards a partition', j ->> 'nodes',
        j ->> 'shards_per_partition') else '1' end),
      (8, 'a year takes', format('%s%s: %s of 4 TB',
        pg_size_pretty((j ->> 'kept_bytes_per_year')::numeric),
        case when (j ->> 'citus')::bool then ', ten months in columns' else '' end,
        case when j ->> 'disks_4tb_per_year' = '1' then '1 disk'
          else (j ->> 'disks_4tb_per_year') || ' disks' end)),
      (9, 'shipping', format('%s s a day, by %s; %s s behind',
        j ->> 'ship_seconds_per_day',
        case when j ->> 'ship_streams' = '1' then '1 stream'
          else (j ->> 'ship_streams') || ' streams' end,
        j ->> 'ship_lag_seconds')),
      (10, 'verifying', format('%s s a day, %s hours a year, by one process',
        j ->> 'verify_seconds_per_day', j ->> 'verify_hours_per_year')),
      (11, 'in a night', format('a year by %s', case
        when j ->> 'verify_processes' = '1' then '1 process'
        else (j ->> 'verify_processes') || ' processes' end))) v(n, name, text)
  where text is not null
  union all
  select 12, m, 'note', note
  from jsonb_array_elements_text($1::jsonb -> 'notes')
    with ordinality a(note, m)) o
order by n, m
