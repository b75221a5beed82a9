-- What somebody else has made in schema audit, or null.
select string_agg(pg_describe_object(d.classid, d.objid, d.objsubid), ', ')
from pg_depend d
where d.refclassid = 'pg_namespace'::regclass and d.deptype = 'n'
  and d.refobjid = (select oid from pg_namespace where nspname = 'audit')
