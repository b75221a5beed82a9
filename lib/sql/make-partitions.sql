-- Makes the trail's partitions for the coming months.
select set_config('lock_timeout', '200ms', true), audit.make_partitions(12)
