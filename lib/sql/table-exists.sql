-- Whether there is a table of this name.
--  $1 the name
select audit.find_table($1)
