-- What add would refuse of the options, given the tables of one rule; no row:
-- nothing.
--  $1 the oids of the tables
--  $2 why each is covered
--  $3, $4, $5, $6 --ops, --exclude, --mask, --label; null: not given
with t as (
  select x.relid, x.why, format('%I.%I', n.nspname, c.relname) as name
  from unnest($1::oid[], $2::text[]) x(relid, why)
  join pg_class c on c.oid = x.relid
  join pg_namespace n on n.oid = c.relnamespace),
list as (
  select 'ops' as key, $3::text as list
  union all select 'exclude', $4::text
  union all select 'mask', $5::text),
hidden as (
  select distinct c
  from unnest(string_to_array($4, ',') || string_to_array($5, ',')) c),
said as (
  select c from hidden union select $6::text where $6 is not null),
has as (
  select t.relid, t.why, t.name, s.c, exists (
      select from pg_attribute a
      where a.attrelid = t.relid and a.attname = s.c and a.attnum > 0
        and not a.attisdropped) as there, exists (
      select from pg_index i
      join pg_attribute a on a.attrelid = i.indrelid
        and a.attnum = any((i.indkey::int2[])[0:i.indnkeyatts - 1])
      where i.indrelid = t.relid and i.indisprimary and a.attname = s.c)
      as in_key
  from t, said s)
select problem from (
  select 1 as n, format('%s: not a list of names: %s', key, list) as problem
  from list where '' = any(string_to_array(list, ',')) or list = ''
  union all
  select 2, format('ops: not among insert, update, delete, truncate, read: %s',
    op)
  from unnest(string_to_array($3, ',')) op
  where op not in ('insert', 'update', 'delete', 'truncate', 'read')
  union all
  select 2, format('%s: this is about changes, and the only operation is read',
    o.key)
  from (values ('exclude', $4), ('mask', $5), ('label', $6)) o(key, value)
  where o.value is not null and 'read' = all(string_to_array($3, ','))
  union all
  select 3, format('no column "%s" in %s', c, name) from has h
  where not there and (why = 'named'
    or not exists (select from has o where o.c = h.c and o.there))
  union all
  select 4, format('"%s", which is in the key of %s, cannot be hidden', c, name)
  from has where in_key and c in (select c from hidden)
  union all
  select 5, format('"%s", which is the label, cannot be hidden', $6)
  from hidden where c = $6) x
order by n, problem
limit 1
