-- What an administrator has to run, for pgaudit.role names a role that goes with
-- the trail; or null.
select format('alter database %I reset pgaudit.role', current_database())
where current_setting('pgaudit.role', true) = audit.group_name('read')
