-- Event triggers of init that do not work.
select 'trigger_disabled', null, null,
  format('event trigger %I is disabled', evtname),
  format('alter event trigger %I enable always', evtname)
from pg_event_trigger
where evtname in ('audit_ddl', 'audit_drop') and evtenabled not in ('A', 'O')
order by evtname
