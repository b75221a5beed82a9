-- Whether there is a trail, of whatever version.
select 1
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'audit' and c.relname = 'trail'
