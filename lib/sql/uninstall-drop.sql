-- The statements that drop what init made, in order. None of them takes along
-- what somebody else has made: it is refused where that depends on ours.
--  $1 the scripts of init, as one text
with made as (
  select distinct m[1] as kind, m[2] as name from regexp_matches($1::text,
    'create (?:or replace )?(table|view|type|function|aggregate) audit\.(\w+)',
    'g') m),
space as (select oid from pg_namespace where nspname = 'audit'),
relation as (
  -- a function that returns a view's rows goes before it
  select c.oid, c.relkind, exists (
    select from pg_depend d where d.refclassid = 'pg_type'::regclass
      and d.refobjid = c.reltype and d.classid = 'pg_proc'::regclass) as late
  from pg_class c join space s on s.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v') and (c.relispartition
    or c.relname in (select name from made where kind in ('table', 'view')))),
routine as (
  -- those that a table's default or trigger calls go after the tables, and so
  -- do those of a view that goes late
  select p.oid, exists (
    select from pg_depend d where d.refclassid = 'pg_proc'::regclass
      and d.refobjid = p.oid
      and d.classid in ('pg_attrdef'::regclass, 'pg_trigger'::regclass,
        'pg_constraint'::regclass)
      or d.refclassid = 'pg_proc'::regclass and d.refobjid = p.oid
      and d.objid in (select w.oid from pg_rewrite w join relation r
        on r.oid = w.ev_class where r.late)) as late
  from pg_proc p join space s on s.oid = p.pronamespace
  where p.proname in (
    select name from made where kind in ('function', 'aggregate'))),
step as (
  select 1, 'drop view ' || string_agg(oid::regclass::text, ', ')
    from relation where relkind = 'v' and not late
  union all
  select 2, 'drop routine ' || string_agg(oid::regprocedure::text, ', ')
    from routine where not late
  union all
  select 3, 'drop view ' || string_agg(oid::regclass::text, ', ')
    from relation where relkind = 'v' and late
  union all
  select 4, 'drop table ' || string_agg(oid::regclass::text, ', ')
    from relation where relkind <> 'v'
  union all
  select 5, 'drop type ' || string_agg(t.oid::regtype::text, ', ')
    from pg_type t join space s on s.oid = t.typnamespace
    where t.typname in (select name from made where kind = 'type')
  union all
  select 6, 'drop function ' || string_agg(oid::regprocedure::text, ', ')
    from routine where late)
select s.ddl from step s(n, ddl) where s.ddl is not null order by s.n
