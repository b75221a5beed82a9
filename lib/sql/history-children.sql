-- The records that belong or belonged to a record, by what the trail says: the
-- identity of their table, where that is now (null: it is gone), audit.record()
-- of their key and its values as audit.matching() takes them (null: the table
-- has no key), and an event that says so (null: as well).
--  $1    the ids of the record's events
--  $2 $3 audit.record() of its key, the key's values
--  $4    its table's identity
--  $5 $6 from this id on; before this id; null for all
with own as (
  select e.record, (select jsonb_agg(k.value order by k.value collate "C")
      from jsonb_each_text(e.key) k)::text as vals
  from audit.event e where e.id = any($1::uuid[])
  union
  select e.record_to, (select jsonb_agg(x order by x collate "C")
      from jsonb_each_text(e.key) k, coalesce(e.new ->> k.key, k.value) x)::text
  from audit.event e where e.id = any($1) and e.record_to is not null
  union
  select $2::bigint, $3::text),
child as (
  select distinct e.record, (
      select jsonb_agg(k.value order by k.value collate "C")
      from jsonb_each_text(e.key) k) as vals,
    case when e.key is not null then e.id end as id
  from audit.event e
  where e.parents && (select array_agg(o.record) from own o)
    and ($5::uuid is null or e.id >= $5) and ($6::uuid is null or e.id < $6)
    -- a record is a hash: the columns that refer to it are compared, as far as
    -- they are known
    and (not exists (select from audit.plan p where p.rel = e.record >> 32)
      or exists (
        select from audit.plan p, unnest(p.parents) f,
          unnest(array[e.old, e.new]) i, audit.key_values(i, f.cols) v
        where p.rel = e.record >> 32 and f.rel = $4::int and i is not null
          and (array_position(v, null) is not null
            or (select jsonb_agg(x order by x collate "C") from unnest(v) x)::text
              in (select o.vals from own o)))))
select record >> 32, l.relid, record, vals, child.id
from child left join audit.live l on l.id = record >> 32
order by child.id
