-- What a line of plan.sql says as a table shows it: a name and a value a row.
--  $1 the line
select name, text
from (
  select n, 0::bigint as m, name, text
  from (select $1::jsonb) x(j),
    lateral (
      select array(select jsonb_array_elements_text(j -> 'mask')) as mask,
        array(select jsonb_array_elements_text(j -> 'exclude')) as exclude) l,
    lateral (values
      (1, 'table', j ->> 'table'),
      (2, 'rules', (select string_agg(r, ', ')
        from jsonb_array_elements_text(nullif(j -> 'rules', 'null')) r)),
      (3, 'rows', j ->> 'rows'),
      (4, 'counted', format('for %s days', j ->> 'days')),
      (5, 'a day', format('%s inserts, %s updates, %s deletes%s',
        j ->> 'inserts_per_day', j ->> 'updates_per_day',
        j ->> 'deletes_per_day', case when j -> 'truncated_per_day' <> '0'
          then format(', %s rows truncated', j ->> 'truncated_per_day') end)),
      (6, 'events a day', j ->> 'events_per_day'),
      (7, 'bytes an event', (select string_agg(format('%s %s', k, v), ', '
          order by array_position('{insert,update,delete}', k))
        from jsonb_each_text(j -> 'bytes_per_event') b(k, v)
        where v is not null)),
      (8, 'the trail grows', format('%s a day, %s a month',
        pg_size_pretty((j ->> 'bytes_per_day')::bigint),
        pg_size_pretty((j ->> 'bytes_per_month')::bigint))),
      (9, 'writing takes', format('%s s a day longer',
        j ->> 'write_seconds_per_day')),
      (10, 'mask', nullif(array_to_string(l.mask, ', '), '')),
      (11, 'exclude', nullif(array_to_string(l.exclude, ', '), '')),
      (13, 'command', j ->> 'command')) v(n, name, text)
  where text is not null
  union all
  select 12, m, 'note', note
  from jsonb_array_elements_text($1::jsonb -> 'notes')
    with ordinality a(note, m)) o
order by n, m
