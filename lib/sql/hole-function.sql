-- Functions of the trail that are not as this tool installs them.
--  $1 the scripts of init, and that of the native engine, as one text
with script as (
  select m[1] as name, m[2] as head, m[3] as body
  from regexp_matches($1::text,
    'create (?:or replace )??function audit\.(\w+?)\((.*?)as \$\$(.*?)\$\$',
    'g') m),
native as (
  select m[1] as name, m[2] as module, m[3] as symbol
  from regexp_matches($1::text,
    'function audit\.(\w+?)\([^;]*?language c as ''(\w+?)'',\s*?''(.*?)''',
    'g') m),
due as (
  select name, body, null as module, head ~ 'security definer' as definer,
    array(select s[1] from regexp_matches(head,
      '\mset (\w+) (?:=|to) ', 'g') s order by 1) as settings
  from script
  union all
  select name, symbol, module, false, '{}' from native
  union all
  -- what a reader asks is made of it, see visible.sql
  select 'matching_' || v, replace(replace(s.body, 'audit.event', 'audit.' || v),
    'select *', (
      select 'select ' || string_agg('v.' || quote_ident(a.attname), ', '
        order by a.attnum)
      from pg_attribute a
      where a.attrelid = to_regclass('audit.event') and a.attnum > 0)),
    null, false, '{}'
  from script s, unnest('{visible,visible_newest}'::text[]) v
  where s.name = 'matching'),
engine as (
  select p.probin is not null as native
  from pg_proc p
  where p.pronamespace = 'audit'::regnamespace and p.proname = 'capture')
select 'function_altered', coalesce(p.oid::regprocedure::text, 'audit.' || d.name),
  null, case when p.oid is null then 'this function is missing'
    else 'this function is not as it was installed' end, null
from due d
left join pg_proc p on p.pronamespace = 'audit'::regnamespace
  and p.proname = d.name
where (p.oid is null or not exists (
    select from due o
    where o.name = p.proname and o.body = p.prosrc
      and o.module is not distinct from p.probin
      and o.definer = p.prosecdef
      and o.settings = array(
        select lower(split_part(c, '=', 1)) from unnest(p.proconfig) c
        order by 1)))
  and (d.name <> 'native_version' or exists (select from engine where native))
group by p.oid, d.name
order by 2
