-- Where verifying begins, and what there is. What a seal's line says is taken
-- by patterns here, for it may say anything.
--  $1 the first seal is one made from this time's first id on, else the last
--     one; null: the first one
--  $2 the last seal is one made before this time's first id, or null
--  $3 only what is of this month: 2026-11; the seals are those from the first to
--     the last that covers something of it, or the newest alone; or null
with month as (
  select min(l.seal) as no, max(l.seal) as last from audit.leaf l
  where l.month = $3::text
    and l.first >= audit.first_id(($3 || '-01')::timestamp at time zone 'UTC')
    and l.first < audit.first_id((($3 || '-01')::timestamp
      + interval '1 month') at time zone 'UTC')),
bound as (
  select coalesce(case when $3::text is not null then m.no
      when $1::uuid is null then 0 else (
      select min(no) from audit.seal where audit.first_id(at) >= $1) end,
    (select max(no) from audit.seal), 0) as no,
    coalesce(m.last, (select max(no) from audit.seal
      where $2::uuid is null or audit.first_id(at) < $2), -1) as last
  from month m),
covered as (
  select count(*) as seals,
    sum(substring(s.line from '"events":(\d{1,15}),')::bigint) as events,
    min(substring(s.line from '"first":"([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})"')
      collate "C") as first
  from audit.seal s, bound b where s.no between b.no and b.last)
select t.id, (select system_identifier from pg_control_system()),
  txid_snapshot_xmax(txid_current_snapshot()), encode(t.seal_key, 'hex'), b.no,
  b.last, c.seals, coalesce(c.events, 0),
  case when $3::text is not null
      then audit.first_id(
      ($3 || '-01')::timestamp at time zone 'UTC')::text
    when b.no = 0 then '00000000-0000-0000-0000-000000000000'
    else coalesce(c.first, 'ffffffff-ffff-ffff-ffff-ffffffffffff') end,
  l.horizon, l.line, p.line, encode(p.tree, 'hex'), case when b.no > 0 then (
    select state from audit.seal_state where seal < b.no
    order by seal desc limit 1) end
from audit.trail t cross join bound b cross join covered c
left join audit.seal l on l.no = b.last
left join audit.seal p on p.no = b.no - 1
