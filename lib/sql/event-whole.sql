-- All of the events that match, for a table that shows one: what a row is of (1
-- the event, 2 its values), its name, the value before, the value after. Of the
-- event itself there is one value.
--  $1 .. $27 what audit.matching() takes, in its order
--  $28       the time zone
-- A value looks like one of another kind nowhere: see event-rows.sql.
with e as materialized (
  select *
  from audit.matching($1::uuid, $2::uuid, $3::uuid, $4::bigint, $5::bigint,
    $6::bigint[], $7::text[], $8::text[], $9::bigint[], $10::text[],
    $11::text[], $12::text[], $13::text, $14::text[], $15::bigint, $16::text,
    $17::text, $18::text, $19::text, $20::inet, $21::text, $22::bool,
    $23::bigint, $24::txid_snapshot, $25::uuid, $26::txid_snapshot,
    $27::uuid)),
fields as (
  select e.id, 2 as part, x.n, x.field,
    case when x.field = any(e.redacted) then '{"redacted": true}'
      else e.old -> x.field end as old,
    case when x.field = any(e.redacted) then '{"redacted": true}'
      else e.new -> x.field end as new
  from e cross join lateral jsonb_each(coalesce((
      select jsonb_object_agg(r, null) from unnest(e.redacted) r
      where r <> all('{@key,@label,@actor,@session,@app,@addr,@reason,@old}')
        and r <> '@new'), '{}')
    || coalesce(e.old, '{}') || coalesce(e.new, '{}'))
    with ordinality x(field, value, n)
  union all
  select e.id, 1, h.n, h.name, null, case
      when '@' || h.name = any(e.redacted) then '{"redacted": true}'
      else coalesce(h.value, 'null') end
  from e cross join lateral (values
    (1, 'id', to_jsonb(e.id)),
    (2, 'at', to_jsonb(to_char(e.at at time zone $28::text,
        'YYYY-MM-DD HH24:MI:SS.US ') || $28::text
      || to_char(e.at at time zone 'UTC',
        ' = YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))),
    (3, 'op', to_jsonb(e.op)),
    (4, 'schema', to_jsonb(e."schema")),
    (5, 'table', to_jsonb(e."table")),
    (6, 'key', e.key),
    (7, 'label', to_jsonb(e.label)),
    (8, 'actor', to_jsonb(e.actor)),
    (9, 'role', to_jsonb(e.role)),
    (10, 'as_role', to_jsonb(e.as_role)),
    (11, 'session', to_jsonb(e.session)),
    (12, 'txid', to_jsonb(e.txid)),
    (13, 'app', to_jsonb(e.app)),
    (14, 'addr', to_jsonb(e.addr)),
    (15, 'reason', to_jsonb(e.reason)),
    (16, 'rules', to_jsonb(replace(e.rules, ',', ', '))),
    (17, 'redacted', to_jsonb(array_to_string(e.redacted, ', '))),
    (18, 'trail', to_jsonb(audit.trail_of(e))))
    h(n, name, value))
select f.part, f.field, v.before, v.after
from fields f
cross join lateral (
  select max(t.text) filter (where s.side = 1),
    max(t.text) filter (where s.side = 2)
  from (values (1, f.old), (2, f.new)) s(side, v)
  cross join lateral (
    select case
      when s.v = 'null' then 'NULL'
      when s.v = '{"masked": true}' then '(masked)'
      when s.v = '{"redacted": true}' then '(erased)'
      when jsonb_typeof(s.v) = 'object' and s.v ?& '{bytes,sha256}'
        then format('(%s bytes, sha256 %s)', s.v ->> 'bytes', s.v ->> 'sha256')
      when jsonb_typeof(s.v) = 'string'
        and s.v #>> '{}' ~* '^$|^null$|^[(''\s]|\s$'
        then '''' || replace(s.v #>> '{}', '''', '''''') || ''''
      else s.v #>> '{}' end) t(text)) v(before, after)
order by f.id, f.part, f.n
