-- events: a trail of :events events over three months, five for each record of
-- the table "audited": an insert, three updates of a column, a delete.
insert into audit.event(id, at, txid, record, op, "schema", "table", key,
  label, actor, rules, old, new)
select audit.new_id(x.at), x.at, 1000 + i / 3, audit.record(r.id, x.k::text),
  x.op, 'public', 'audited', jsonb_build_object('id', x.k),
  'Customer ' || x.k, (array['alice', 'bob', 'carol'])[1 + i % 3], 'audited',
  case x.op when 'delete' then x.image
    when 'update' then jsonb_build_object('quantity', i % 50) end,
  case x.op when 'insert' then x.image
    when 'update' then jsonb_build_object('quantity', i % 50 + 1) end
from audit.relation r, generate_series(0, :events - 1) i
join unaudited u on u.id = 1 + i % 20000,
lateral (
  select date_trunc('month', now()) + i * (interval '90 days' / :events) as at,
    1 + i % (:events / 5) as k,
    case i / (:events / 5) when 0 then 'insert' when 4 then 'delete'
      else 'update' end as op,
    to_jsonb(u) as image) x
where r."table" = 'audited';

-- ten records with 20 revisions each that are still there, from 2000000001 on
insert into audited select * from item(2000000001, 10);
select 'update audited set quantity = quantity + 1 where id > 2000000000'
from generate_series(1, 19) \gexec
vacuum analyze audit.event;
