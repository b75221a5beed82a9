-- Only one audit-rule at a time puts triggers on tables. None waits long.
set local lock_timeout = '200ms';
select audit.lock_rules();
