-- Enables or disables rules: the names of those that were not so before.
--  $1 their names
--  $2 enable
select audit.switch_rules($1::text[], $2::bool)
