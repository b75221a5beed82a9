-- The statements that take our triggers off a table, for its owner.
--  $1 its oid
select string_agg(format(E'drop trigger %I on %s;\n', g.tgname,
  audit.table_name(g.tgrelid)), '' order by g.tgname)
from pg_trigger g
where g.tgrelid = $1::oid and g.tgparentid = 0 and g.tgfoid in (
  'audit.capture()'::regprocedure, 'audit.capture_truncate()'::regprocedure)
