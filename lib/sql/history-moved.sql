-- Where an UPDATE moves a row to another partition, the trail has a delete and
-- then an insert, one right after the other. The other one of such a pair, no
-- row if the event is in none.
--  $1 the id of the delete or insert
--  $2 the columns by which the table is partitioned
with e as (select * from audit.event where id = $1::uuid),
o as (
  -- one statement makes both
  (select x.* from audit.event x
  where x.txid = (select txid from e where op = 'delete') and x.id > $1
    and x.id < (select audit.first_id(at + interval '1 second') from e)
  order by x.id limit 1)
  union all
  (select x.* from audit.event x
  where x.txid = (select txid from e where op = 'insert') and x.id < $1
    and x.id >= (select audit.first_id(at - interval '1 second') from e)
  order by x.id desc limit 1))
select o.id
from e cross join o
where o.op = case e.op when 'delete' then 'insert' else 'delete' end
  and o.record >> 32 = e.record >> 32
  and o.key - $2::text[] = e.key - $2::text[]
  -- where nothing else is in the key, the rest of the row tells
  and (e.key - $2::text[] <> '{}'
    or coalesce(o.old, e.old) - $2::text[] = coalesce(o.new, e.new) - $2::text[])
