-- Makes the trail's partitions for the coming months, as its owner, whoever we
-- are.
select set_config('role', pg_get_userbyid(n.nspowner), true),
  set_config('lock_timeout', '200ms', true), audit.make_partitions(12)
from pg_namespace n where n.nspname = 'audit'
