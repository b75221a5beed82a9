-- The tables of all trails of an archive database, as it numbers them and as
-- their trails do.
select id, rel from audit.archived_relation order by id
