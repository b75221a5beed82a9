-- The tables that a rule for a table or a pattern would cover, and why. Means
-- the same as audit.wanted(), but needs no trail. Where the name cannot have a
-- rule there is one row without a table that says so.
--  $1 the name or pattern as the user wrote it
--  $2 the oid of the table of that name; null where there is none
--  $3 whether the tables that reference these are wanted, too
--  $4 what plan-trail.sql says; null where there is no trail
with recursive application as (
  select c.oid as relid, n.nspname::text as s, c.relname::text as t
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and c.relpersistence <> 't'
    and n.nspname !~ '^pg_'
    and n.nspname not in ('information_schema', 'audit')),
token as (
  select x.t[1] as token, x.n,
    count(*) filter (where x.t[1] = '.') over (order by x.n) as part
  from regexp_matches($1::text, '"(?:[^"]|"")*"|[*.]|[^".*]+', 'g')
    with ordinality x(t, n)),
word as (
  select part, n, token, case token when '*' then '%' when '.' then ''
    else regexp_replace(case when token like '"%'
      then replace(substr(token, 2, length(token) - 2), '""', '"')
      else lower(token) end, '([\\%_])', '\\\1', 'g') end as word
  from token),
typed as (
  select coalesce(bool_or(token = '*'), false) as pattern,
    case max(part) when 0 then '%'
      else string_agg(word, '' order by n) filter (where part = 0) end as s,
    string_agg(word, '' order by n)
      filter (where part = (select max(part) from token)) as t,
    max(part) > 1 or string_agg(token, '' order by n) <> $1 as bad
  from word),
problem as (
  select case
      when x.pattern and (x.bad or '' in (x.s, x.t))
        then format('bad pattern: %s', $1)
      when not x.pattern and $2::oid is null
        then format('no such table: %s', $1)
      when n.nspname = 'audit' then 'in schema audit'
      when n.nspname ~ '^pg_' and c.relpersistence <> 't'
        or n.nspname = 'information_schema' then 'a table of the system'
      when c.relpersistence = 't' then 'a temporary table'
      when c.relkind = 'f'
        then 'a foreign table: its server would not tell of changes'
      when c.relkind not in ('r', 'p') then 'no table' end as problem,
    $2::oid is not null as found
  from typed x
  left join pg_class c on c.oid = $2::oid
  left join pg_namespace n on n.oid = c.relnamespace),
skipped as (
  select e::oid as relid
  from jsonb_array_elements_text($4::jsonb -> 'skipped') e),
pattern as (
  select a.relid from typed x
  join application a on x.pattern and a.s like x.s and a.t like x.t
  where not exists (
    select from pg_depend d
    where d.classid = 'pg_class'::regclass and d.objid = a.relid
      and d.deptype = 'e')),
said as (
  select $2::oid as relid, 1 as n, 'named' as why where $2::oid is not null
  union all
  select p.relid, 2, 'pattern' from pattern p
  where not exists (
    select from pg_partition_ancestors(p.relid) x(a)
    where a <> p.relid and a in (select o.relid from pattern o))),
meant as (
  select * from said
  union
  select c.conrelid, 3, 'related'
  from said s, lateral (
    select s.relid as t union select relid from pg_partition_tree(s.relid)) x,
    pg_constraint c
  where $3::bool and c.contype = 'f' and c.conparentid = 0
    and c.confrelid = x.t),
child as (
  select * from meant
  union
  select i.inhrelid, 4, 'child'
  from child c
  join pg_inherits i on i.inhparent = c.relid
  join pg_class k on k.oid = i.inhrelid and not k.relispartition),
wanted as (
  select distinct on (c.relid) c.relid, c.n, c.why, a.s, a.t
  from child c join application a on a.relid = c.relid
  where c.why = 'named' or c.relid not in (select relid from skipped)
  order by c.relid, c.n)
select null as relid, null as why,
  case when found then format('%s is %s and cannot have a rule', $1, problem)
    else problem end as problem
from problem where problem is not null
union all
(select w.relid, w.why, null from wanted w, problem p where p.problem is null
order by w.n, w.s collate "C", w.t collate "C")
