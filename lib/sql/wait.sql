-- An interval in milliseconds, null if it is negative.
--  $1 the interval as the user wrote it
select case when i >= interval '0'
  then least(date_part('epoch', i) * 1000, 2000000000)::bigint end
from (select $1::interval) x(i)
