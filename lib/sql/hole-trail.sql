-- What could change or swallow an event on its way: triggers, rules and
-- policies on the trail's tables that are not ours.
select 'trail_altered', c.oid::regclass::text, null, x.message, x.fix
from pg_class c
cross join lateral (
  select format('a trigger %I that is not ours', g.tgname),
    format('drop trigger %I on %s', g.tgname, c.oid::regclass)
  from pg_trigger g
  where g.tgrelid = c.oid and g.tgname not in ('!audit_guard', '!audit_guard_insert')
    and g.tgparentid = 0
    and g.tgconstraint = 0
  union all
  select format('a rewrite rule %I that is not ours', w.rulename),
    format('drop rule %I on %s', w.rulename, c.oid::regclass)
  from pg_rewrite w where w.ev_class = c.oid
  union all
  select 'row security is on',
    format('alter table %s disable row level security', c.oid::regclass)
  where c.relrowsecurity) x(message, fix)
where c.relnamespace = 'audit'::regnamespace and c.relkind in ('r', 'p')
order by 2, 4
