-- The schema version of the trail, and whether the role may read events only as
-- a reader: of what is open to it.
select t.version::text,
  not has_table_privilege('audit.event', 'select')
    and coalesce(has_table_privilege(to_regclass('audit.visible'), 'select'),
      false)
from audit.trail t
