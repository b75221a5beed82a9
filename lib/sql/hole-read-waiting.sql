-- What the server lacks for the rules with read.
select 'read_waiting', null, x.rules, n.reason,
  concat_ws(' ', replace(n.fix, E'\n', ' '), case n."when"
    when 'restart' then '-- then restart the server'
    when 'reload' then 'select pg_reload_conf();'
    when 'apply' then '-- then audit-rule apply --missing'
    when 'connect' then '-- counts for new connections' end)
from (
  select string_agg(r.name, ',' order by r.name collate "C") as rules
  from audit.rule r where r.enabled and 'read' = any(r.ops)) x
cross join lateral audit.read_needs() n
where x.rules is not null
order by n.n, n.reason
