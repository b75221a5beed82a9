-- Removes the other rules.
--  $1 the names of those to keep
select audit.prune_rules($1::text[])
