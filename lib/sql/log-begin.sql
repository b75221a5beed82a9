-- Begin the transaction that prints events, in one go.
begin isolation level repeatable read, read only;
-- Events lie in the order of their ids: read in it, the first line comes at
-- once and nothing is sorted. The planner takes a scan and a sort for cheaper.
set local enable_seqscan = off;
-- Compiling a query takes longer than it saves here.
set local jit = off;
-- The application has a use for its other processors.
set local max_parallel_workers_per_gather = 0;
-- What the user typed may be refused from here on.
savepoint typed;
