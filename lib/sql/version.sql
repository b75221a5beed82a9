-- The schema version of the trail, and whether the role may read events only as
-- a reader: of what is open to it; and whether this is an archive database.
select t.version::text,
  not has_table_privilege('audit.event', 'select')
    and coalesce(has_table_privilege(to_regclass('audit.visible'), 'select'),
      false),
  to_regclass('audit.archived_event') is not null
from audit.trail t
