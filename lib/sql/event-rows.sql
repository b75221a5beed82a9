-- The events that match, in the order of the trail, as a table shows them: id,
-- time, op, table, key, label, who, what changed in short; and the number of its
-- trail, in an archive database.
--  $1 .. $27 what audit.matching() takes, in its order
--  $28       print the newest first
--  $29       the time zone
--  $30       whether the terminal has more than ASCII
-- A value looks like one of another kind nowhere: NULL, (masked) and (erased)
-- are none, and a text that could be mistaken for them stands in quotes.
select e.id,
  to_char(e.at at time zone $29::text, 'YYYY-MM-DD HH24:MI:SS'), e.op,
  case when e."schema" <> 'public' then quote_ident(e."schema") || '.'
    else '' end || quote_ident(e."table"),
  case when '@key' = any(e.redacted) then '(erased)' else (
    select string_agg(case when k.text ~ '^$|^[(''\s]|\s$|,'
        then '''' || replace(k.text, '''', '''''') || ''''
        else k.text end, ', ' order by k.n)
    from jsonb_each_text(e.key) with ordinality j(key, value, n),
      lateral (select left(j.value, 100), j.n) k(text, n)) end,
  case when '@label' = any(e.redacted) then '(erased)'
    when e.label = '' then '''''' else left(e.label, 100) end,
  case when '@actor' = any(e.redacted) then '(erased)'
    when e.actor is null then '(' || e.role || ')'
    when e.actor ~ '^[(''\s]|\s$'
      then '''' || replace(left(e.actor, 100), '''', '''''') || ''''
    else left(e.actor, 100) end,
  (select string_agg(f.field || ' ' || v.text, ', ' order by f.n)
        filter (where f.i <= 20)
      || case when count(*) > 20 then ', ' || m.more else '' end
    from (
      select case when x.field ~ '^[^\s,''"()]+$' then x.field
          else quote_ident(x.field) end as field, x.n,
        row_number() over (order by x.n) as i,
        coalesce(x.field = any(e.redacted), false) as erased,
        case when e.new is null then null when e.old is not null
          then coalesce(e.old -> x.field, 'null') end as old,
        case when e.new is null then e.old -> x.field
          else coalesce(e.new -> x.field,
            case when d.log then x.value end, 'null') end as new
      from jsonb_each(coalesce((
          select jsonb_object_agg(r, null) from unnest(e.redacted) r
          where r <> all('{@key,@label,@actor,@session,@app,@addr,@reason,@old}')
            and r <> '@new'), '{}')
        || case when e.op = 'update' then e.new
          when d.log then (e.new - '{kind,backend,database,recorded_at,object,
              attribution}'::text[])
            || case when e.addr is null then '{}'
              else jsonb_build_object('addr', e.addr) end
          else coalesce(e.old, '{}') || coalesce(e.new, '{}') end)
        with ordinality x(field, value, n)
      where x.field = any(e.redacted) or case
        when e.old is null or e.new is null
          then x.value <> 'null' and not coalesce(e.key ? x.field, false)
        when e.op <> 'update'
          then e.old -> x.field is distinct from e.new -> x.field
        else true end
      order by x.n
      limit 21) f
    cross join lateral (
      select string_agg(case
          when f.erased then '(erased)'
          when s.v = 'null' then 'NULL'
          when s.v = '{"masked": true}' then '(masked)'
          when jsonb_typeof(s.v) = 'object' and s.v ?& '{bytes,sha256}'
            then format('(%s bytes, sha256 %s%s)', s.v ->> 'bytes',
              left(s.v ->> 'sha256', 8), m.more)
          when jsonb_typeof(s.v) = 'string'
            and (t.text ~* '^$|^null$|^[(''\s]|\s$|,'
              or strpos(t.text, m.arrow) > 0)
            then '''' || replace(t.text, '''', '''''') || ''''
          else t.text end, ' ' || m.arrow || ' ' order by s.side)
      from (values (1, f.old), (2, f.new)) s(side, v)
      cross join lateral (
        select case when length(u.text) > 80 then left(u.text, 79) || m.more
          else u.text end
        from (select left(s.v #>> '{}', 81)) u(text)) t(text)
      where s.side = 2 or s.v is not null and not f.erased
        and not (s.v = '{"masked": true}' and f.new = s.v)) v(text)),
  audit.trail_of(e)
from audit.matching($1::uuid, $2::uuid, $3::uuid, $4::bigint, $5::bigint,
  $6::bigint[], $7::text[], $8::text[], $9::bigint[], $10::text[], $11::text[],
  $12::text[], $13::text, $14::text[], $15::bigint, $16::text, $17::text,
  $18::text, $19::text, $20::inet, $21::text, $22::bool, $23::bigint,
  $24::txid_snapshot, $25::uuid, $26::txid_snapshot, $27::uuid) e
-- of what the server's log told, where it came from, and not how it was told
cross join lateral (
  select e.op in ('read', 'denied', 'login', 'logout', 'login_failed', 'gap')
    and coalesce(e.new ->> 'kind' = 'database', false)) d(log)
-- chr() of what the database's encoding has not fails when it is planned, too
cross join (
  select chr(case when fancy then 8594 else 45 end)
      || case when fancy then '' else '>' end as arrow,
    chr(case when fancy then 8230 else 46 end)
      || case when fancy then '' else '..' end as more
  from (select $30::bool and getdatabaseencoding() = 'UTF8') x(fancy)) m
order by case when $28::bool then e.id end desc,
  case when not $28 then e.id end, audit.trail_of(e)
