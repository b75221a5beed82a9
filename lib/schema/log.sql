-- log: which events match. audit-log's filters, and anybody's in SQL: select * from audit.matching(actors => '{alice}').

-- Whether a row of the trail was written in this cluster, under its transaction's number or a subtransaction's, which
-- is a later one. One that was restored from another cluster came with the transaction that loaded it, and its number
-- means nothing here.
create function audit.is_native(xmin xid, txid bigint) returns bool language sql stable as $$
  select (xmin::text::bigint - txid) & 4294967295 < 2147483648 $$;

-- The events for which all that is not null holds. A single query without SET, which the planner puts where it is
-- called: it sees the parameters' values, and what is off, and the order not asked for, costs nothing.
--  since, before       from this id on; before this id
--  id                  this one
--  low, high           record between these: the tables asked for lie in this range
--  tables              the tables' identities, where the range does not say it all
--  schemas, names      or named like this: patterns, in pairs
--  records             these records
--  keys                their keys' values, sorted: a record is a hash, the key is compared
--  actors, ops         one of these
--  role                logged in or was taken on
--  sessions            in which it happened
--  txid                likewise the transaction
--  field               this column changed
--  value               this one, as text, before or after; with field of that column
--  rule, app           the rule that asked for it; the application's name
--  network             the client's address lies in it
--  regexp              a value matches it
--  newest_first, max   no more than so many of them, from behind; for the order of the result see to ORDER BY
--  seen, seen_to       not what was committed in this snapshot; of what has a lower number the ids from seen_to on are new:
--                      after a crash the server gives the numbers of lost transactions again
--  upto                only what was committed in this snapshot
--  after               after this id
create function audit.matching(since uuid default null, before uuid default null, id uuid default null,
  low bigint default null, high bigint default null, tables bigint[] default null, schemas text[] default null,
  names text[] default null, records bigint[] default null, keys text[] default null, actors text[] default null,
  ops text[] default null, role text default null, sessions text[] default null, txid bigint default null,
  field text default null, value text default null, rule text default null, app text default null,
  network inet default null, regexp text default null, newest_first bool default false, max bigint default null,
  seen txid_snapshot default null, seen_to uuid default null, upto txid_snapshot default null, after uuid default null)
 returns setof audit.event language sql stable as $$
  select *
  from audit.event v
  where ($1 is null or v.id >= $1)
    and ($2 is null or v.id < $2)
    and ($3 is null or v.id = $3)
    and ($4 is null or v.record >= $4)
    and ($5 is null or v.record <= $5)
    and ($6 is null or v.record >> 32 = any($6)
      or $7 is not null and exists (
        select from unnest($7, $8) n(s, t)
        where v."schema" like n.s and v."table" like n.t))
    and ($9 is null or v.record = any($9) or v.record_to = any($9))
    and ($10 is null
      or v.record = any($9) and (
        select jsonb_agg(k.value order by k.value collate "C")::text
        from jsonb_each_text(v.key) k) = any($10)
      or v.record_to = any($9) and (
        -- of a bytea only the digest may be there to compare
        select jsonb_agg(coalesce(v.new ->> k.key, k.value) order by coalesce(v.new ->> k.key, k.value) collate "C")::text = any($10)
          or bool_or(jsonb_typeof(v.new -> k.key) = 'object')
        from jsonb_each_text(v.key) k))
    and ($11 is null or v.actor = any($11))
    and ($12 is null or v.op = any($12))
    and ($13 is null or v.role = $13 or v.as_role = $13)
    and ($14 is null or v.session = any($14))
    and ($15 is null or v.txid = $15)
    and ($16 is null or case v.op
      when 'insert' then v.new ->> $16 is not null
      when 'delete' then v.old ->> $16 is not null
      when 'update' then v.new ? $16 end)
    and ($17 is null
      or case when $16 is not null
        then v.old ->> $16 = $17 or v.new ->> $16 = $17
        else exists (select from jsonb_each_text(v.old) f where f.value = $17)
          or exists (select from jsonb_each_text(v.new) f where f.value = $17)
        end)
    and ($18 is null or $18 = any(string_to_array(v.rules, ',')))
    and ($19 is null or v.app = $19)
    -- an address from a log may be a host's name
    and ($20 is null or case
      when v.addr ~ '^(\d{1,3}\.){3}\d{1,3}$|^[0-9a-f.]*:[0-9a-f:.]*$'
      then v.addr::inet <<= $20 end)
    and ($21 is null
      or exists (select from jsonb_each_text(v.old) f where f.value ~ $21)
      or exists (select from jsonb_each_text(v.new) f where f.value ~ $21))
    -- a follower's window: a snapshot tells what it has seen of what commits late and what of what came back
    and ($24 is null or v.txid >= txid_snapshot_xmax($24)
      or v.txid = any(string_to_array(split_part($24::text, ':', 3), ',')::bigint[]) or v.id >= $25)
    and ($26 is null or case when $24 is null
      then txid_visible_in_snapshot(v.txid, $26) or not audit.is_native(v.xmin, v.txid)
      else txid_visible_in_snapshot(v.txid, $26) and audit.is_native(v.xmin, v.txid) end)
    and ($27 is null or v.id > $27)
  order by case when $22 then v.id end desc, case when not $22 then v.id end
  limit $23 $$;

-- The same of events that are given, as audit-log --from reads them; "rules" is a text as in the trail.
do $do$
begin
  execute format('create function audit.matching_given (%s, given json default null) returns setof audit.event language sql stable as %L',
    pg_get_function_arguments('audit.matching'::regproc), (
      select replace(replace(p.prosrc, 'select *', (
          select 'select ' || string_agg('v.' || quote_ident(attname), ', ' order by attnum) from pg_attribute
          where attrelid = 'audit.event'::regclass and attnum > 0)),
        'audit.event', '(select g.*, ''2''::xid as xmin from json_populate_recordset(null::audit.event, $28) g)')
      from pg_proc p where p.oid = 'audit.matching'::regproc));
end $do$;

-- When a rule was switched: what was not recorded meanwhile is missing from the events of its tables.
create view audit.switched with (security_barrier) as
  select e.id, e.at, e.op, e.key ->> 'rule' as rule from audit.event e
  where e.record is null and e.op in ('rule_enable', 'rule_disable');

-- What events can be counted by. A single expression without SET, like audit.matching().
create function audit.dimension(e audit.event, name text) returns jsonb language sql stable as $$
  select case $2
    when 'op' then to_jsonb(($1).op)
    when 'schema' then to_jsonb(($1)."schema")
    when 'table' then to_jsonb(($1)."table")
    when 'key' then ($1).key
    when 'label' then to_jsonb(($1).label)
    when 'actor' then to_jsonb(($1).actor)
    when 'role' then to_jsonb(($1).role)
    when 'as_role' then to_jsonb(($1).as_role)
    when 'session' then to_jsonb(($1).session)
    when 'txid' then to_jsonb(($1).txid::text)
    when 'app' then to_jsonb(($1).app)
    when 'addr' then to_jsonb(($1).addr)
    when 'reason' then to_jsonb(($1).reason)
    when 'rules' then to_jsonb(string_to_array(($1).rules, ','))
    when 'trail' then to_jsonb(audit.trail_name(audit.trail_of($1)))
    when 'minute' then to_jsonb(to_char(($1).at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'))
    when 'hour' then to_jsonb(to_char(($1).at at time zone 'UTC', 'YYYY-MM-DD"T"HH24":00Z"'))
    when 'day' then to_jsonb(to_char(($1).at at time zone 'UTC', 'YYYY-MM-DD'))
    when 'week' then to_jsonb(to_char(($1).at at time zone 'UTC', 'IYYY-"W"IW'))
    when 'month' then to_jsonb(to_char(($1).at at time zone 'UTC', 'YYYY-MM'))
    when 'year' then to_jsonb(to_char(($1).at at time zone 'UTC', 'YYYY')) end $$;

-- A whole table as it was, for audit-history

-- The oldest values of a record, from what its events say one after the other; what has the key "" is the last that counts.
-- The first of them costs nothing: it is the state as it is.
create function audit.earlier(state jsonb, next jsonb) returns jsonb language plpgsql immutable strict parallel safe as $$
begin
  return case when state ? '' then state else next || state end;
end $$;
create aggregate audit.earliest(jsonb) (sfunc = audit.earlier, stype = jsonb, parallel = safe);

-- What an update found, with a mark for each value that has been erased since.
create function audit.mark_erased(old jsonb, redacted text[], mark text) returns jsonb language plpgsql immutable
 parallel safe as $$
begin
  return (select coalesce(jsonb_object_agg(case when r like '@@%' and substr(r, 2) = any(k) then substr(r, 2) else r end, mark), '{}')
    from unnest(redacted) r, (values ('{@key,@label,@actor,@session,@app,@addr,@reason,@old,@new}'::text[])) x(k)
    where r <> all(k)) || coalesce(old, '{}');
end $$;

-- json as the trail has it: its text, where jsonb cannot hold it.
create function audit.json_value(j json) returns jsonb language plpgsql stable strict as $$
begin
  return to_jsonb(j);
exception when others then
  return jsonb_build_object('json', j::text);
end $$;

-- An event whose key is not made of the columns of now.
create function audit.other_key(key jsonb) returns text language plpgsql stable parallel safe as $$
begin
  raise exception 'the table has had another key since, or none: %', coalesce(key::text, 'null')
    using errcode = 'feature_not_supported', hint = 'A record is asked for by its key.';
end $$;
