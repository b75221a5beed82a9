-- Removes rules.
--  $1 their names
select audit.remove_rules($1::text[])
