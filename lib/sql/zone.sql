-- The time zone of the session: db_open() has set the user's.
select current_setting('TimeZone')
