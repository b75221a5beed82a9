-- For the transaction that reads events by verify-events.sql, from this id on:
-- they lie in the order of their ids, and are not to be sorted.
--  $1 the first id
select set_config('audit.seal_first', $1, true),
  set_config('enable_seqscan', 'off', true),
  set_config('enable_sort', 'off', true),
  set_config('jit', 'off', true),
  set_config('max_parallel_workers_per_gather', '0', true)
