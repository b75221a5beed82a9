-- A part fits into memory; and what is acknowledged, the archive has on disk.
set temp_buffers = '64MB';
select set_config('synchronous_commit', 'on', false)
where current_setting('synchronous_commit') in ('off', 'local')
