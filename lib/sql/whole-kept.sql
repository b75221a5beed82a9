-- The statement that copies a table out as it was, where no record's key has
-- changed since: for each record the oldest former values, which a "delete"
-- makes a whole row; of one that was inserted since there is none.
--  $1 the live rows  $2 their key  $3 their values  $4 one as jsonb
--  $5 the events     $6 their key  $7 their key afterwards
select format($sql$
copy (
  select p.old, l.tableoid is null%3$s
  from %1$s
  full join (
    select y.k, audit.earliest(y.o) as old
    from (
      select %6$s collate "C" as k, case x.op when 'update' then x.old
          when 'delete' then x.old || '{"": "delete"}'
          when 'lost' then '{"": "lost"}'
          else '{"": "insert"}' end as o
      from %5$s
      order by 1, x.id) y
    group by y.k) p on p.k = (%2$s) collate "C"
  where p.old is distinct from '{"": "insert"}')
to stdout$sql$, $1::text, $2::text, $3::text, $4::text, $5::text, $6::text,
  $7::text)
