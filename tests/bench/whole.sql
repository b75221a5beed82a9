-- whole: a table "past" of :rows rows, and an update of each of them after
-- the time in "moment", in no order of the table.
create table past(like unaudited including all);
insert into past select * from item(1, :rows);
vacuum analyze past;
\! audit-rule add past --name past
create table moment as select clock_timestamp() as then;
insert into audit.event(id, at, txid, record, op, "schema", "table", key,
  label, actor, rules, old, new)
select audit.new_id(x.at), x.at, 1000 + i / 3, audit.record(r.id, x.k::text),
  'update', 'public', 'past', jsonb_build_object('id', x.k),
  'Customer ' || x.k, 'alice', 'past',
  jsonb_build_object('quantity', i % 50),
  jsonb_build_object('quantity', i % 50 + 1)
from audit.relation r, moment, generate_series(1, :rows) i,
lateral (
  select moment.then + i * interval '1 microsecond' as at,
    1 + i * 7919::bigint % :rows as k) x
where r."table" = 'past';
vacuum analyze audit.event;
