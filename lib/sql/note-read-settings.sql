-- Settings of the server by which the log says less than it could, or more than
-- it should. What this role may not see is not told.
with s(name, setting) as (
  select name, setting from pg_settings
  where name in ('log_connections', 'log_disconnections', 'lc_messages',
    'log_truncate_on_rotation', 'log_filename', 'pgaudit.log_parameter'))
select 'read_settings', null, null, x.message, x.fix
from (
  select s.name, case s.name
      when 'log_connections' then 'logins do not come into the log'
      when 'log_disconnections' then 'logouts do not come into the log'
    end as message,
    format('alter system set %s = on; select pg_reload_conf();', s.name) as fix
  from s
  where s.name in ('log_connections', 'log_disconnections')
    and s.setting = 'off'
  union all
  select s.name, 'the values that statements were given come into the log',
    format('alter system set %s = off; select pg_reload_conf();', s.name)
  from s where s.name = 'pgaudit.log_parameter' and s.setting = 'on'
  union all
  select s.name, format('messages are not in English (%s): logins are not told',
      s.setting),
    'alter system set lc_messages = ''C''; select pg_reload_conf();'
  from s where s.name = 'lc_messages' and s.setting !~* '^($|c$|c[.]|posix|en)'
  union all
  select s.name, 'log_filename comes again, and then a log is lost',
    'alter system set log_truncate_on_rotation = off; select pg_reload_conf();'
  from s join s f on f.name = 'log_filename'
  where s.name = 'log_truncate_on_rotation' and s.setting = 'on'
    and f.setting !~ '%[YyGgCDFcsx+]'
  union all
  -- who has one of his own is not seen by ours
  select 'pgaudit.role', format('sessions of %I have another pgaudit.role',
      r.rolname),
    format('alter role %I%s reset pgaudit.role', r.rolname,
      ' in database ' || quote_ident(b.datname))
  from pg_db_role_setting d
  join pg_roles r on r.oid = d.setrole
  left join pg_database b on b.oid = d.setdatabase
  cross join unnest(d.setconfig) c
  where (d.setdatabase = 0 or b.datname = current_database())
    and c like 'pgaudit.role=%'
    and substr(c, 14) is distinct from audit.read_role()) x
where exists (
    select from audit.rule r where r.enabled and 'read' = any(r.ops))
  or audit.last_ingest() is not null
order by x.name, x.message
