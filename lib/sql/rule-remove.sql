-- Removes rules: their names.
--  $1 their names
select name from audit.remove_rules($1::text[])
