-- A time in the past, in UTC; null: it is none.
--  $1 the time as the user wrote it
select case when isfinite(t) and t < now() then audit.utc(t) end
from (select $1::timestamptz) x(t)
