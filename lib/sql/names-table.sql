-- The oid of a table by its name, where no trail knows better.
--  $1 schema, $2 table
select c.oid
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p', 'f')
