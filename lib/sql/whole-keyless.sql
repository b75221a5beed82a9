-- The statement that copies a table without a key out as it was: how many rows
-- of each kind there are, less those that came since, and those that went. Only
-- of the columns that are there still. Fewer than none: a null for each.
--  $1 the live rows  $2 their key  $3 their values  $4 one as jsonb
--  $5 the events     $6 their key  $7 their key afterwards
select format($sql$
copy (
  select case when c.n > 0 then c.image end, c.n < 0
  from (
    select y.image, sum(y.n) as n
    from (
      select %4$s, 1 from %1$s
      union all
      select i.image, i.n
      from (
        select x.op, x.old, x.new,
          case when x.key is not null then audit.other_key(x.key) end as odd
        from %5$s) x
      cross join lateral (values
        (case when x.odd is null then x.old::text end, 1),
        ((case x.op when 'insert' then x.new when 'update' then x.old || x.new
          end)::text, -1)) i(image, n)
      where i.image is not null) y(image, n)
    group by y.image) c
  cross join lateral generate_series(1, abs(c.n)))
to stdout$sql$, $1::text, $2::text, $3::text, $4::text, $5::text, $6::text,
  $7::text)
