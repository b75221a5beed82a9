-- Where events are, the oldest first.
select p.part, audit.month_of(p.lo) from (
  select part, lo from audit.partition
  union all select 'audit.event_rest'::regclass, null) p
order by p.lo nulls last
