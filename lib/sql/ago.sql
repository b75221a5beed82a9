-- The first id of the instant that lies an interval back from now.
--  $1 the interval as the user wrote it; its sign does not matter
--  $2 an interval after it
select audit.first_id(now() - greatest(i, -i) + $2::interval) from (select $1::interval) x(i)
