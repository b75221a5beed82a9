-- Begin the transaction that asks for labels, in one go.
begin isolation level repeatable read, read only;
-- A record is found by its key.
set local enable_seqscan = off;
set local jit = off;
-- The application has a use for its other processors.
set local max_parallel_workers_per_gather = 0;
-- Who has locked a table must not be waited for: then there is no label.
set local lock_timeout = '1s';
-- A policy would run somebody's function with our rights.
set local row_security = off;
-- So that a label reads as the capture triggers write it.
set local timezone = 'UTC';
set local lc_monetary = 'C';
