-- What a whole table as it was needs of the transaction. Nothing of it changes
-- what the user typed, and that has been read by now.
-- Values as the trail writes them.
set local timezone = 'UTC';
set local datestyle = 'ISO';
set local intervalstyle = 'postgres';
set local extra_float_digits = 1;
set local bytea_output = 'hex';
set local lc_monetary = 'C';
-- Rows that a policy hides would be missing: then it is an error.
set local row_security = off;
-- All events since are read, and all rows: hashed, not sorted, and by what is
-- as fast for few events and faster than an index for many. Where they are
-- many, two more processes read and sort them.
set local enable_seqscan = on;
set local enable_indexscan = off;
set local enable_mergejoin = off;
set local max_parallel_workers_per_gather = 2;
set local work_mem = '128MB';
set local jit = off
