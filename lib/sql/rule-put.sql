-- Puts a rule in place: what was done, its name, and how list prints it.
--  $1 the rule as a line
--  $2 not to change one that is there
select done, name, rule from audit.put_rule($1::jsonb, $2::bool)
