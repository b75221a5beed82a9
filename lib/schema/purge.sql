-- purge: removes events that may go, so that audit-seal can tell it from a theft.

-- The key of the advisory lock that whoever purges or erases holds.
create function audit.purge_key() returns bigint language sql immutable as $$
  select hashtextextended('audit.purge', 0) $$;
