-- What a table's name, or a pattern, means in the trail. Where the last two
-- columns are null, it is the table as a whole, under all its names; else what
-- was recorded under a name like these: a former one, or, where rel is null,
-- one that no table with a rule had. root is where the table is now, null: it is
-- gone.
--  $1 the oid of the live table of that name; null for none
--  $2 the name, or a pattern with *, as the user wrote it
--  $3 this is an archive database: no table is here, and those that were there
--     when they were shipped last are meant as a whole
with token as (
  select x.t[1] as token, x.n,
    count(*) filter (where x.t[1] = '.') over (order by x.n) as part
  from regexp_matches($2::text, '"(?:[^"]|"")*"|[*.]|[^".*]+', 'g')
    with ordinality x(t, n)),
escaped as (
  select part, n, token, case token when '*' then '%' when '.' then ''
    else regexp_replace(case when token like '"%'
      then replace(substr(token, 2, length(token) - 2), '""', '"')
      else lower(token) end, '([\\%_])', '\\\1', 'g') end as word
  from token),
typed as (
  -- a name without a schema may be in any
  select case max(part) when 0 then '%'
      else string_agg(word, '' order by n) filter (where part = 0) end as s,
    string_agg(word, '' order by n)
      filter (where part = (select max(part) from token)) as t,
    bool_or(token = '*') as pattern
  from escaped),
name as (
  select coalesce(regexp_replace(n.nspname, '([\\%_])', '\\\1', 'g'), x.s) as s,
    coalesce(regexp_replace(c.relname, '([\\%_])', '\\\1', 'g'), x.t) as t,
    x.pattern
  from typed x
  left join pg_class c on c.oid = $1::oid
  left join pg_namespace n on n.oid = c.relnamespace),
whole as (
  select l.id, l.relid
  from audit.live l join audit.relation r on r.id = l.id, name x
  where case when $1 is null
    then case when $3::bool then r.dropped is null else l.relid is not null end
      and l."schema" like x.s and l."table" like x.t
    else l.relid in (select $1 union all select pg_partition_ancestors($1)) end),
former as (
  -- not where a live table has the name now: that is another table
  select distinct f.rel, l.relid
  from audit.relation_name f join audit.live l on l.id = f.rel, name x
  where f."schema" like x.s and f."table" like x.t
    and f.rel not in (select id from whole)
    and ($1 is null or not exists (select from whole)))
select id as rel, null as schema_like, null as table_like, relid as root from whole
union all
select f.rel, x.s, x.t, f.relid
from former f, name x
union all
select null, x.s, x.t, null from name x
where x.pattern
  or not exists (select from whole) and not exists (select from former)
