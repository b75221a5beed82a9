-- Take a policy away; what it was.
--  $1 the group, or null for all
select p.line ->> 'group', p.line ->> 'idle', p.line ->> 'max_age',
  p.line ->> 'max_per_actor', p.line ->> 'on_limit', p.done
from audit.remove_session_policy($1::text) p
