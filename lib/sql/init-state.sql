-- What schema audit is before init: whether there is one, whether it is ours,
-- whether we may make one, with what it would take; whether it is an archive
-- database.
select n.oid is not null, (
    select count(*) = 2 from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = n.oid and c.relname = 'trail' and c.relkind in ('r', 'v')
      and a.attname in ('version', 'secret')),
  has_database_privilege(current_database(), 'create'),
  format('grant create on database %I to %I', current_database(), current_user),
  exists (select from pg_class c where c.relnamespace = n.oid
    and c.relname = 'archived_event')
from (select) x left join pg_namespace n on n.nspname = 'audit'
