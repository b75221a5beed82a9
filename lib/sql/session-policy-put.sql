-- Set what is among the settings of a policy; null takes a setting away.
--  $1 the group, or null for all
--  $2 the settings
select p.line ->> 'group', p.line ->> 'idle', p.line ->> 'max_age',
  p.line ->> 'max_per_actor', p.line ->> 'on_limit', p.done
from audit.put_session_policy($1::text, $2::jsonb) p
