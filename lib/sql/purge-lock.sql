-- Whether this connection now is the one that may purge and erase, until it
-- ends.
select pg_try_advisory_lock(audit.purge_key())
