-- The statement that copies a table out as it was, where keys have changed
-- since, or can be there twice in a transaction: of those that have one key one
-- after the other, who comes first goes first.
--  $1 the live rows  $2 their key  $3 their values  $4 one as jsonb
--  $5 the events     $6 their key  $7 their key afterwards
select format($sql$
copy (
  with ev as materialized (
    select x.id, x.op, %6$s collate "C" as k,
      case when x.record_to is not null then (%7$s) collate "C" end as k2,
      case x.op when 'update' then x.old
        when 'delete' then x.old || '{"": "delete"}' end as o
    from %5$s),
  -- who comes to a key, changes under it, or goes
  touch as (
    select id, k, k2, o, op = 'insert' as comes,
      op = 'delete' or k2 is not null as goes
    from ev
    union all
    select id, k2, null, null, true, false from ev where k2 is not null),
  counted as (
    select t.*, (n.k is not null)::int
        + count(*) filter (where t.goes) over (partition by t.k)
        - count(*) filter (where t.comes) over (partition by t.k) as there,
      count(*) filter (where t.goes) over earlier as gone,
      count(*) filter (where t.comes) over earlier as come
    from touch t
    left join (select (%2$s) collate "C" as k from %1$s) n on n.k = t.k
    window earlier as (partition by t.k order by t.id
      rows between unbounded preceding and 1 preceding)),
  -- the nth that has this key; the first one was there then, if any was
  nth as materialized (
    select id, k, k2, o, comes, there > 0 as there,
      case when comes then come + 1 + (there > 0)::int else gone + 1 end as n
    from counted),
  move as materialized (
    select d.k, d.n, a.k as k2, a.n as n2
    from nth d
    join nth a on a.id = d.id and a.k = d.k2 and a.comes
    where d.k2 is not null),
  -- under which keys a record was that was there then
  walk as (
    with recursive w(first, k, n) as (
      select distinct k, k, 1::bigint from nth where there
      union all
      select w.first, m.k2, m.n2 from w join move m on m.k = w.k and m.n = w.n)
    select * from w),
  fate as (
    select y.first, audit.earliest(y.o) as old
    from (
      select w.first, t.o
      from walk w
      join nth t on t.k = w.k and t.n = w.n
      order by w.first, t.id) y
    group by y.first),
  past as (
    select case when f.old ? '' then null else w.k end as k, f.old
    from fate f
    join walk w on w.first = f.first
    where not exists (select from move m where m.k = w.k and m.n = w.n)),
  -- a live row of a key that others had came since
  known as (
    select k, old from past
    union all
    select distinct t.k, '{"": "insert"}'::jsonb from nth t
    where not exists (select from past p where p.k = t.k)
    union all
    select distinct null, '{"": "lost"}'::jsonb from ev where op = 'lost')
  select p.old, l.tableoid is null%3$s
  from %1$s
  full join known p on p.k = (%2$s) collate "C"
  where p.old is distinct from '{"": "insert"}')
to stdout$sql$, $1::text, $2::text, $3::text, $4::text, $5::text, $6::text,
  $7::text)
