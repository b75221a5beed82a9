-- Where an UPDATE moves a row to another partition, the trail has a delete and
-- then an insert, one right after the other. The other one of such a pair, no
-- row if the event is in none.
--  $1 the id of the delete or insert
--  $2 the columns by which the table is partitioned
select o.id
from audit.event e
cross join lateral (
  -- one statement makes both
  (select x.* from audit.event x
  where e.op = 'delete' and x.txid = e.txid and x.id > e.id
    and x.id < audit.first_id(e.at + interval '1 second')
  order by x.id limit 1)
  union all
  (select x.* from audit.event x
  where e.op = 'insert' and x.txid = e.txid and x.id < e.id
    and x.id >= audit.first_id(e.at - interval '1 second')
  order by x.id desc limit 1)) o
where e.id = $1::uuid
  and o.op = case e.op when 'delete' then 'insert' else 'delete' end
  and o.record >> 32 = e.record >> 32
  and o.key - $2::text[] = e.key - $2::text[]
  -- where nothing else is in the key, the rest of the row tells
  and (e.key - $2::text[] <> '{}'
    or coalesce(o.old, e.old) - $2::text[] = coalesce(o.new, e.new) - $2::text[])
