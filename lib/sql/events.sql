-- The events that match, in the order of the trail, as lib/event.c writes them.
-- A filter is off where its parameter is null. The statement is planned with the
-- parameters' values: what is off, and the order not asked for, costs nothing.
--  $1 $2   from this id on; before this id
--  $3      this id
--  $4 $5   record between these: the tables asked for lie in this range
--  $6      the tables' identities, where the range does not say it all
--  $7 $8   or named like this: schema and table patterns, in pairs
--  $9      records
--  $10     their key's values, sorted: a record is a hash, the key is compared
--  $11 $12 actors; ops
--  $13     role that logged in or that was taken on
--  $14 $15 session; transaction
--  $16     this column changed
--  $17     this value, as text, before or after; with $16 of that column
--  $18 $19 rule; application name
--  $20     client address within this network
--  $21     a value matches this regular expression
--  $22 $23 newest first, no more than this many of them
--  $24     print the newest first
select e.id, e.at, e.op, e."schema", e."table", e.key, e.label, e.actor,
  e.role, e.as_role, e.session, e.txid, e.app, e.addr, e.reason, e.rules,
  e.old, e.new, array_to_json(e.redacted)::text
from (
  select *
  from audit.event v
  where ($1::uuid is null or v.id >= $1)
    and ($2::uuid is null or v.id < $2)
    and ($3::uuid is null or v.id = $3)
    and ($4::bigint is null or v.record >= $4)
    and ($5::bigint is null or v.record <= $5)
    and ($6::bigint[] is null or v.record >> 32 = any($6)
      or $7::text[] is not null and exists (
        select from unnest($7, $8::text[]) n(s, t)
        where v."schema" like n.s and v."table" like n.t))
    and ($9::bigint[] is null or v.record = any($9) or v.record_to = any($9))
    and ($10::text[] is null
      or v.record = any($9) and (
        select jsonb_agg(k.value order by k.value collate "C")::text
        from jsonb_each_text(v.key) k) = any($10)
      or v.record_to = any($9) and (
        -- of a bytea only the digest may be there to compare
        select jsonb_agg(x order by x collate "C")::text = any($10)
          or bool_or(jsonb_typeof(v.new -> k.key) = 'object')
        from jsonb_each_text(v.key) k, coalesce(v.new ->> k.key, k.value) x))
    and ($11::text[] is null or v.actor = any($11))
    and ($12::text[] is null or v.op = any($12))
    and ($13::text is null or v.role = $13 or v.as_role = $13)
    and ($14::text is null or v.session = $14)
    and ($15::bigint is null or v.txid = $15)
    and ($16::text is null or case v.op
      when 'insert' then v.new ->> $16 is not null
      when 'delete' then v.old ->> $16 is not null
      when 'update' then v.new ? $16 end)
    and ($17::text is null
      or case when $16 is not null
        then v.old ->> $16 = $17 or v.new ->> $16 = $17
        else exists (select from jsonb_each_text(v.old) f where f.value = $17)
          or exists (select from jsonb_each_text(v.new) f where f.value = $17)
        end)
    and ($18::text is null or $18 = any(string_to_array(v.rules, ',')))
    and ($19::text is null or v.app = $19)
    -- an address from a log may be a host's name
    and ($20::inet is null or case
      when v.addr ~ '^(\d{1,3}\.){3}\d{1,3}$|^[0-9a-f.]*:[0-9a-f:.]*$'
      then v.addr::inet <<= $20 end)
    and ($21::text is null
      or exists (select from jsonb_each_text(v.old) f where f.value ~ $21)
      or exists (select from jsonb_each_text(v.new) f where f.value ~ $21))
  order by case when $22::bool then v.id end desc,
    case when not $22 then v.id end
  limit $23::bigint) e
order by case when $24::bool then e.id end desc,
  case when not $24 then e.id end
