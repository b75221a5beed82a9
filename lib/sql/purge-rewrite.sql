-- Give back the space that a partition does not need any more.
--  $1 the partition
select audit.purge_rewrite($1::regclass)
