-- The policies: first that for all, then by group.
select p.line ->> 'group', p.line ->> 'idle', p.line ->> 'max_age',
  p.line ->> 'max_per_actor', p.line ->> 'on_limit'
from audit.session_policies p
order by p.line ->> 'group' collate "C" nulls first
