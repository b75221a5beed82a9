-- Whether the event triggers are there.
select 1 from pg_event_trigger where evtname in ('audit_ddl', 'audit_drop')
having count(*) = 2
