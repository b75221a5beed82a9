-- Only one audit-rule at a time puts triggers on tables. None waits long.
set local lock_timeout = '200ms';
lock table audit.rule in share row exclusive mode;
