-- Leaves a table out on purpose.
--  $1 the table
--  $2 why
select audit.skip_table($1, $2)
