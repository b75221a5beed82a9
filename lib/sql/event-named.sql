-- Whether there is an event of a table that has never had a rule.
--  $1 $2 its schema and name, as patterns of LIKE
select 1 from audit.event where "schema" like $1 and "table" like $2 limit 1
