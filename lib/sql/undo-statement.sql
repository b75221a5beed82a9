-- The statement that brings a record to what it shall be, and the condition
-- that finds it as it is now; or what stands in the way. Reads pg_catalog only.
-- A script that undoes events has this query inside a function.
--  $1 $2 its table's schema and name
--  $3    the key that it has now; null: its table has none, and the statement
--        finds it by its tableoid and ctid, which are its own $1 and $2
--  $4    its columns that matter as they are now; null: it is to be inserted
--  $5    what these columns shall be; null: it is to be deleted
-- Values are as the trail has them. A value is written as text and cast to its
-- column's type; an array or composite is read by jsonb_to_record().
with rel as (
  select c.oid, case c.relkind when 'p' then '' else 'ONLY ' end as only_it,
    format('%I.%I', n.nspname, c.relname) as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1::text and c.relname = $2::text
    and c.relkind in ('r', 'p')),
col as (
  select a.attnum, a.attname::text as name, a.attgenerated <> '' as generated,
    a.attidentity = 'a' as always,
    format_type(a.atttypid, a.atttypmod) as type,
    b.oid as base, b.typrelid as composite,
    b.typelem <> 0 and b.typlen = -1 as is_array,
    exists (select from pg_type e join pg_cast s on s.castsource = e.oid
      where e.oid = case when b.typelem <> 0 and b.typlen = -1
          then b.typelem else b.oid end
        and e.typname = 'hstore' and s.casttarget = 'json'::regtype) as hstore
  from rel join pg_attribute a on a.attrelid = rel.oid
    and a.attnum > 0 and not a.attisdropped
  cross join lateral (
    with recursive b as (
      select p.* from pg_type p where p.oid = a.atttypid
      union all
      select p.* from b join pg_type p on p.oid = b.typbasetype)
    select * from b where typtype <> 'd') b),
given as (
  select 'key' as part, k.name, k.value
  from jsonb_each($3::jsonb) k(name, value)
  union all
  select 'is', i.name, null from jsonb_object_keys($4::jsonb) i(name)
  union all
  select 'shall', s.name, s.value from jsonb_each($5::jsonb) s(name, value)),
gone as (
  select string_agg(distinct quote_ident(g.name), ', ') as names
  from given g where g.name not in (select name from col)),
literal as (
  select g.part, c.attnum, quote_ident(c.name) as name, c.base, c.generated,
    c.always,
    case
      when g.value is null or jsonb_typeof(g.value) = 'null' then 'NULL'
      when held.it then
        format('%s::%s', quote_literal(g.value ->> 'json'), c.type)
      when c.base in ('json'::regtype, 'jsonb'::regtype) then
        format('%s::%s', quote_literal(g.value::text), c.type)
      when c.hstore and jsonb_typeof(g.value) = 'object' then
        format('%s::%s', quote_literal(h.texts ->> 0), c.type)
      when c.hstore and jsonb_typeof(g.value) = 'array'
        or jsonb_typeof(g.value) in ('array', 'object')
          and (c.is_array or c.composite <> 0) then
        format('(SELECT v FROM pg_catalog.jsonb_to_record(%s) x(v %s))',
          quote_literal(jsonb_build_object('v', case when c.hstore
            then h.texts else g.value end)::text), c.type)
      else format('%s::%s', quote_literal(g.value #>> '{}'), c.type)
    end as text
  from given g join col c on c.name = g.name
  cross join lateral (
    -- {"json": text} stands for what jsonb cannot hold, unless it is a value
    select jsonb_typeof(g.value) = 'object'
      and jsonb_typeof(g.value -> 'json') = 'string'
      and g.value = jsonb_build_object('json', g.value -> 'json')
      and case
        when c.base = 'json'::regtype then
          g.value ->> 'json' ~
            E'\\\\u(0000|[dD][89a-fA-F])|[eE][+-]?[0-9]{4}|[0-9]{250}'
          or length(g.value ->> 'json')
            - length(translate(g.value ->> 'json', '[{', '')) > 1000
        when c.composite <> 0 then not exists (
          select from pg_attribute a where a.attrelid = c.composite
            and a.attnum > 0 and not a.attisdropped
          having array_agg(a.attname::text) = '{json}')
        else c.is_array end) held(it)
  cross join lateral (
    -- hstore casts itself to json, and not back; its array has one dimension
    select jsonb_agg(case when jsonb_typeof(e.v) <> 'object' then e.v
      else to_jsonb(coalesce((
        select string_agg(format('"%s"=>%s', q.k,
          coalesce('"' || q.v || '"', 'NULL')), ', ')
        from jsonb_each_text(e.v) p(k, v), lateral (select
          replace(replace(p.k, chr(92), chr(92) || chr(92)), '"', chr(92) || '"'),
          replace(replace(p.v, chr(92), chr(92) || chr(92)), '"', chr(92) || '"')
          ) q(k, v)), '')) end order by e.n)
    from jsonb_array_elements(case jsonb_typeof(g.value) when 'array'
        then g.value else jsonb_build_array(g.value) end)
      with ordinality e(v, n)
    where c.hstore) h(texts)
  where g.part <> 'is'),
-- what somebody made has its equality in any schema
equal as (
  select l.*, coalesce((
    select format('OPERATOR(%I.%s)', n.nspname, o.oprname)
    from pg_amop m join pg_operator o on o.oid = m.amopopr
      join pg_namespace n on n.oid = o.oprnamespace
    where l.base >= 16384 and m.amopmethod = 403 and m.amopstrategy = 3
      and m.amoplefttype = l.base and m.amoprighttype = l.base
    order by o.oid limit 1), '=') as op
  from literal l where l.part = 'key'),
found as (
  select case when $3 is null then 'tableoid = $1 AND ctid = $2'
    else string_agg(format('%s %s %s', name, op, text), ' AND '
      order by attnum) end as condition
  from equal),
parts as (
  select string_agg(name, ', ' order by attnum) as names,
    string_agg(text, ', ' order by attnum) as texts,
    string_agg(format('%s = %s', name, text), ', ' order by attnum) as pairs,
    coalesce(bool_or(always), false) as always
  from literal where part = 'shall' and not generated)
select
  case
    when not exists (select from rel) then 'there is no such table'
    when gone.names is not null then 'there is no column ' || gone.names
    when parts.names is null and $4 is not null and $5 is not null
      then 'only what is generated has changed'
  end as problem,
  found.condition,
  case
    when $5 is null then format(E'DELETE FROM %s%s\nWHERE %s',
      rel.only_it, rel.name, found.condition)
    when $4 is not null then format(E'UPDATE %s%s\nSET %s\nWHERE %s',
      rel.only_it, rel.name, parts.pairs, found.condition)
    when parts.names is null then
      format('INSERT INTO %s DEFAULT VALUES', rel.name)
    else format(E'INSERT INTO %s (%s)\n%sVALUES (%s)', rel.name, parts.names,
      case when parts.always then 'OVERRIDING SYSTEM VALUE ' else '' end,
      parts.texts)
  end as statement
from gone, found, parts left join rel on true
