-- Whether anything was ever erased from this trail: its id; no row: nothing.
select id from audit.event where op = 'erase' and record is null limit 1
