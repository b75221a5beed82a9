-- For verify-acts.sql: from which id on.
--  $1 the id
select set_config('audit.seal_first', $1, true)
