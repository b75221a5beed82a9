-- The instant that lies an interval back from now.
--  $1 the interval as the user wrote it; its sign does not matter
select now() - greatest(i, -i) from (select $1::interval) x(i)
