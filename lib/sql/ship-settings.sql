-- For the transaction that reads events by ship-events.sql: they lie in the
-- order of their ids, and are not to be sorted.
select set_config(s, 'off', true)
from unnest(array['enable_seqscan', 'enable_bitmapscan', 'enable_sort', 'jit'])
  s
union all select set_config('max_parallel_workers_per_gather', '0', true)
