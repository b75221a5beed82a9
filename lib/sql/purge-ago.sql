-- The time that lies an interval back from now, in UTC; null: that is not in the
-- past.
--  $1 the interval as the user wrote it
select case when i > interval '0' then audit.utc(now() - i) end
from (select $1::interval) x(i)
