-- The files in the server's log directory: that, a file's name, its size and
-- when it was changed, in microseconds since 2000.
select current_setting('log_directory'), f.name, f.size,
  (extract(epoch from f.modification - timestamptz '2000-01-01 00:00:00Z')
    * 1000000)::bigint
from pg_ls_logdir() f
order by f.name collate "C"
