-- Choose trails of an archive database for this session: their numbers, ids and
-- names.
--  $1 what they are called: names, patterns with *, beginnings of ids; null or
--     empty: all
select no, id, name from audit.choose_trails($1::text[])
