-- What another role has approved of.
--  $1 the act
select a -> 'items', coalesce(a ->> 'unsealed', 'false'), a ->> 'archive',
  coalesce(a ->> 'shipped', 'false')
from audit.check_approval($1::uuid, 'run') a
