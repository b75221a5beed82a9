-- The statements that an administrator has to run so that reads come into the
-- server's log, or null.
select audit.read_script()
