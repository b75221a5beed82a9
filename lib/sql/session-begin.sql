-- Begin a transaction that reads sessions, in one go.
begin isolation level repeatable read, read only;
-- Compiling a query takes longer than it saves here.
set local jit = off;
-- The application has a use for its other processors.
set local max_parallel_workers_per_gather = 0;
-- So many sessions as there may be are sorted in memory.
set local work_mem = '96MB';
-- What the user typed may be refused from here on.
savepoint typed;
