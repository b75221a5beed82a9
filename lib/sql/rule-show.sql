-- A rule, or the rules of a table, with the tables that they cover.
--  $1 a rule's name, or a table
with asked as (
  select r.name from audit.rule r where r.name = $1
  union
  select b.rule from audit.live l join audit.rule_table b on b.rel = l.id
  where not exists (select from audit.rule where name = $1)
    and l.relid = audit.find_table($1)),
covers as (
  select b.rule, format('%I.%I', l."schema", l."table") as "table", b.why,
    l.id as identity, audit.engine() as engine,
    case when l.relid is null then 'gone' else coalesce((
      select string_agg(distinct f.fault, ', ')
      from audit.faults(l.id, l.relid) f), 'ok') end as trigger
  from audit.rule_table b join audit.live l on l.id = b.rel)
select left(audit.rule_shown(r, w.reasons)::text, -1) || ',"covers":' || to_json(array(
    select x from (
      select c."table", c.why, c.identity, c.engine, c.trigger
      from covers c where c.rule = r.name
      order by c."table" collate "C") x)) || '}'
from asked join audit.rule r using (name)
left join audit.waits() w on w.rule = r.name
order by r.name collate "C"
