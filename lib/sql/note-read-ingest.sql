-- Nobody brings the server's log in.
select 'read_ingest', null, null, case
    when l.at is null then 'audit-ingest has brought nothing in yet'
    else format('audit-ingest has not been run since %s', audit.utc(l.at)) end,
  'audit-ingest --server'
from audit.last_ingest() l(at)
where coalesce(l.at < now() - interval '1 day', true) and exists (
  select from audit.rule r where r.enabled and 'read' = any(r.ops))
