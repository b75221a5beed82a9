-- For the transaction that seals: what it commits is on disk before the seal is
-- printed, and the application has a use for its other processors.
select set_config('synchronous_commit', case
    when current_setting('synchronous_commit') in ('on', 'remote_apply')
    then current_setting('synchronous_commit') else 'on' end, true),
  set_config('max_parallel_workers_per_gather', '0', true)
