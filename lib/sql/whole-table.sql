-- How a table was at a time: the statement that copies it out, and what its
-- lines consist of. No row: there is no such identity.
--  $1 the table's identity
--  $2 the first id after the time
-- Gives: its name; the oid of the live table, null: gone; when its auditing
-- began, if later; why that cannot be told, else null; its columns of then as a
-- JSON array of names; how each comes, a letter a column, see whole.c; which
-- statement it takes, whole-HOW.sql; and what that is made of: the live rows;
-- their key, as text; their values; such a row as jsonb; the events; their key,
-- as text; and their key afterwards; and the string that stands for a value
-- that has been erased: no row has it.
with recursive
home as (
  select l.relid, format('%I.%I', l."schema", l."table") as name,
    case when c.relkind <> 'p' then 'only ' else '' end as only_it
  from audit.live l left join pg_class c on c.oid = l.relid
  where l.id = $1::int),
-- The columns from then on, each time that they changed; last those of now.
noted as (
  select row_number() over (order by c.since) as n, c.since, c.relid, c.nums,
    c.names, lead(c.since) over (order by c.since) as till
  from audit.relation_columns c
  where c.rel = $1 and c.since >= (
    select b.since from audit.relation_columns b
    where b.rel = $1 and b.since < $2::uuid order by b.since desc limit 1)),
epoch as (
  select * from noted
  union all
  select (select count(*) + 1 from noted), null, a.attrelid,
    array_agg(a.attnum order by a.attnum),
    array_agg(a.attname::text order by a.attnum), null
  from home h join pg_attribute a on a.attrelid = h.relid
  where a.attnum > 0 and not a.attisdropped
  group by a.attrelid),
-- Which of them is which column of then: number -> name, of now and of then.
-- A table that was restored numbers its columns anew: the names tell.
named as (
  select e.n, e.since, e.till, e.relid, x.now, x.now as was
  from epoch e, lateral (
    select jsonb_object(e.nums::text[], e.names) as now) x
  where e.n = 1
  union all
  select e.n, e.since, e.till, e.relid, x.now, y.was
  from named p
  join epoch e on e.n = p.n + 1
  cross join lateral (
    select jsonb_object(e.nums::text[], e.names) as now) x
  cross join lateral (
    select coalesce(jsonb_object_agg(k.key, w.value), '{}') as was
    from jsonb_each_text(x.now) k
    join jsonb_each_text(p.now) q
      on case when e.relid = p.relid then q.key = k.key
        else q.value = k.value end
    join jsonb_each_text(p.was) w on w.key = q.key) y),
-- What the rules in force hide of it.
ruled as (
  select r.mask, r.exclude, r.keep_bytes, b.attnums, b.relid
  from audit.rule_table b join audit.rule r on r.name = b.rule
  where b.rel = $1 and r.enabled),
hidden as (
  select a.attnum, x.masked, r.relid
  from home h
  cross join ruled r
  cross join lateral (
    select c, true from unnest(r.mask) c
    union all select c, false from unnest(r.exclude) c) x(name, masked)
  join pg_attribute a on a.attrelid = h.relid and a.attnum > 0
    and not a.attisdropped and case
      when r.relid = h.relid and exists (
        select from pg_attribute o
        where o.attrelid = h.relid and not o.attisdropped
          and o.attnum = (r.attnums ->> x.name)::int)
      then a.attnum = (r.attnums ->> x.name)::int else a.attname = x.name end),
live as (
  select a.attnum as num, w.value as name, format('l.%I', a.attname) as x,
    audit.base_type(a.atttypid) as typ,
    exists (select from hidden i where i.attnum = a.attnum and not i.masked)
      as excluded,
    exists (select from hidden i where i.attnum = a.attnum and i.masked)
      as masked
  from home h
  join named m on m.since is null
  join pg_attribute a on a.attrelid = h.relid and m.now ? a.attnum::text
  left join jsonb_each_text(m.was) w on w.key = a.attnum::text
  where a.attnum > 0 and not a.attisdropped),
-- The jsonb of a value, and how its text comes cheaper where that is the same.
valued as (
  select l.*, case
      when l.masked then $$'{"masked": true}'::jsonb$$
      when l.typ = 'bytea'::regtype and not k.bytes then format(
        $$case when %1$s is not null then jsonb_build_object('bytes',
          octet_length(%1$s), 'sha256', encode(sha256(%1$s), 'hex')) end$$, l.x)
      when l.typ = 'json'::regtype then format('audit.json_value(%s)', l.x)
      else audit.value_sql(l.typ, l.x) end as json,
    case
      when l.masked or l.typ = 'bytea'::regtype and not k.bytes
        or l.typ in ('json'::regtype, 'float4'::regtype, 'float8'::regtype)
        then 'j'
      when l.typ in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype,
        'numeric'::regtype) then 'n'
      when l.typ = 'bool'::regtype then 'b'
      when l.typ = 'timestamp'::regtype then 't'
      when l.typ = 'timestamptz'::regtype then 'z'
      when l.typ = 'jsonb'::regtype then 'J'
      when t.typelem <> 0 and t.typlen = -1 or t.typtype = 'c' then 'j'
      when l.typ < 16384 or audit.value_sql(l.typ, l.x) = format($$case when %s is not null then to_jsonb(format('%%s', %1$s)) end$$, l.x)
        then 's'
      else 'j' end as kind
  from live l
  join pg_type t on t.oid = l.typ
  cross join (
    select coalesce(bool_or(keep_bytes), false) as bytes from ruled) k),
pkey as (
  select u.n, v.*, not i.indimmediate as deferrable
  from home h
  join pg_index i on i.indrelid = h.relid and i.indisprimary
  cross join unnest(i.indkey::int2[]) with ordinality u(num, n)
  join valued v on v.num = u.num
  where u.n <= i.indnkeyatts and not exists (
    select from unnest(i.indkey::int2[]) c join valued y on y.num = c
    where y.masked or y.excluded)
  union all
  select k.n, null, w.value, null, null, false, false, null, null, false
  from home h
  cross join audit.relation r
  cross join unnest(r.key) with ordinality k(name, n)
  join named m on m.n = (select max(n) from named)
  join jsonb_each_text(m.now) c on c.value = k.name
  left join jsonb_each_text(m.was) w on w.key = c.key
  where r.id = $1 and h.relid is null),
col as (
  select c.value as name, v.x, v.json,
    case when v.name is null or v.excluded then '-' else v.kind end as kind,
    row_number() over (
      order by octet_length(c.value), c.value collate "C") as n
  from named m
  cross join jsonb_each_text(m.was) c
  left join valued v on v.name = c.value
  where m.n = 1),
-- Names that events after the time call these columns by, if others.
renamed as (
  select m.n, m.till, jsonb_object_agg(c.value, w.value) filter (
      where w.value is not null and (k.n > 0 or l.kind <> '-')) as names,
    bool_or(case when w.value is null then c.value in (select name from col)
      else w.value <> c.value end) as differs
  from named m
  cross join jsonb_each_text(m.now) c
  left join jsonb_each_text(m.was) w on w.key = c.key
  left join col l on l.name = w.value
  cross join (select count(*) as n from pkey) k
  where m.since is not null
  group by m.n, m.till),
-- The pieces of the statement: l is a live row, e an event, x what it says by
-- the names of then.
key as (
  select count(*) as n, bool_or(p.name is null) as unknown,
    coalesce(bool_or(p.deferrable), false) as deferrable,
    bool_or(p.typ = 'bytea'::regtype and p.kind = 'j') as digest,
    string_agg(format('x.key ->> %L', p.name), ', ' order by p.n) as was,
    string_agg(format('coalesce(x.new ->> %L, x.key ->> %1$L)', p.name), ', '
      order by p.n) as next,
    string_agg(case when p.typ in ('int2'::regtype, 'int4'::regtype,
        'int8'::regtype, 'numeric'::regtype, 'text'::regtype,
        'varchar'::regtype, 'uuid'::regtype)
      then p.x || '::text' else format('(%s) #>> %L', p.json, '{}') end,
      ', ' order by p.n) as now
  from pkey p),
mark as (
  select gen_random_uuid()::text as erased),
-- What the events say, by the names of then. An update is marked where values
-- have been erased: what it found is no later one's. Without its key
-- nobody knows which row it was about.
said as (
  select format($$(select e.id, %s, e.record, e.record_to, %s
      from audit.event e
      where e.id >= %L and e.record between %s and %s
        and (e.record <> %4$s or e.op in ('insert', 'update', 'delete'))) x$$,
    case when r.keyed
      then $$case when '@key' = any(e.redacted) then 'lost' else e.op end as op$$
      else 'e.op' end,
    string_agg(case when r.alike then f.x || ' as ' || f.name
      else format($$case when e.%1$s is not null then (
        select coalesce(jsonb_object_agg(m.value, o.value), '{}')
        from jsonb_each(%2$s) o join jsonb_each_text(%3$s) m
          on m.key = o.key) end as %1$s$$, f.name, f.x, r.names) end, ', '),
    $2::uuid, $1::bigint << 32, ($1::bigint << 32) + 4294967295) as events
  from (
    select k.n > 0 as keyed,
      r.n = 0 or not r.differs and k.n > 0 as alike,
      r.names
    from (select k.n from key k) k cross join (
      select count(*) as n, bool_or(r.differs) as differs,
        'case' || string_agg(format(' when %s then %L::jsonb',
          case when r.till is null then 'true'
            else format('e.id < %L', r.till) end, r.names), '' order by r.n)
          || ' end' as names
      from renamed r) r) r
  cross join lateral (
    select n as name, case when n = 'old' and r.keyed then format(
        $$case when e.redacted is null or e.op <> 'update' then e.old
          else audit.mark_erased(e.old, e.redacted, %L) end$$, mark.erased)
      else 'e.' || n end as x
    from unnest('{key,old,new}'::text[]) n cross join mark) f
  group by r.keyed, r.alike, r.names),
moved as (
  select k.n > 0 and (k.deferrable or exists (
    select from audit.event e
    where e.id >= $2::uuid and e.record_to between $1::bigint << 32
      and ($1::bigint << 32) + 4294967295)) as any
  from key k)
select h.name, h.relid,
  -- the first digits of an id are its time in 1/4096 of a millisecond
  (select to_char(timestamp 'epoch' + (min('x0' || overlay(replace(left(
        b.since::text, 18), '-', '') placing '' from 13 for 1))::bit(64)::bigint
        * 125 + 511) / 512 * interval '1 microsecond',
      'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    from audit.relation_columns b
    where b.rel = $1 and not exists (select from noted)),
  case when exists (select from audit.relation_purged p
        where p.rel = $1 and audit.first_id(p.before) > $2::uuid)
      then 'events of that time may have been purged'
    when k.unknown then 'its key of now was none then'
    when m.any and k.digest then 'a key of type bytea has changed since'
    when k.n = 0 and exists (
      select from audit.event e
      where e.record = $1::bigint << 32 and e.id >= $2::uuid
        and e.redacted is not null
        and audit.mark_erased(null, e.redacted, '') <> '{}')
    then 'values have been erased since, and its rows have no key' end,
  (select coalesce(json_agg(name order by n), '[]') from col),
  (select coalesce(string_agg(kind, '' order by n), '') from col),
  case when k.n = 0 then 'keyless' when m.any then 'moved' else 'kept' end,
  coalesce(h.only_it || audit.table_name(h.relid) || ' l',
    '(select null::oid as tableoid, null::text as k where false) l'),
  case when h.relid is null then 'l.k' when k.n = 1 then k.now
    else format('jsonb_build_array(%s)::text', k.now) end,
  (select string_agg(', ' || case kind when 'j' then json else x end, ''
      order by n) from col where kind <> '-'),
  format($$(select to_jsonb(j.*)::text from (select %s) j)$$,
    (select string_agg(format('%s as %I', json, name), ', ') from col
      where kind <> '-')),
  s.events,
  -- its hash tells whether a key is made of the same columns
  format('case when hashtextextended(%1$s, 0) & 4294967295'
    ' = x.record & 4294967295 then %1$s'
    ' when x.op <> ''lost'' then audit.other_key(x.key) end',
    case when k.n = 1 then k.was
      else format('jsonb_build_array(%s)::text', k.was) end),
  case when k.n = 1 then k.next
    else format('jsonb_build_array(%s)::text', k.next) end,
  to_json(mark.erased)
from home h cross join key k cross join said s cross join moved m
cross join mark
