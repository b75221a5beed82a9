-- Settings by which reads that pgaudit sees do not come into the log: where it
-- counts rows it waits for the end of a statement, which it misses for COPY of a
-- table, cursors and what fails (pgaudit issue 240); and LOG is less than FATAL.
with s(name, setting) as (
  select name, setting from pg_settings
  where (name, setting) in (('pgaudit.log_rows', 'on'),
    ('log_min_messages', 'fatal'), ('log_min_messages', 'panic')))
select 'read_lost', null, x.rules, case s.name
    when 'pgaudit.log_rows' then 'with pgaudit.log_rows, COPY of a table (pg_dump),'
      || ' cursors and statements that fail do not come into the log'
    else format('with log_min_messages = %s, neither reads nor logins come'
      || ' into the log', s.setting) end,
  case s.name
    when 'pgaudit.log_rows' then
      'alter system set pgaudit.log_rows = off; select pg_reload_conf();'
    else 'alter system reset log_min_messages; select pg_reload_conf();' end
from s
cross join (
  select string_agg(r.name, ',' order by r.name collate "C") as rules
  from audit.rule r where r.enabled and 'read' = any(r.ops)) x
where x.rules is not null
order by s.name
