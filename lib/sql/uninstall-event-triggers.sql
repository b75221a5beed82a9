-- The statements that drop our event triggers.
select format('drop event trigger %I', e.evtname)
from pg_event_trigger e
join pg_proc p on p.oid = e.evtfoid
join pg_namespace o on o.oid = p.pronamespace
where o.nspname = 'audit'
order by 1
