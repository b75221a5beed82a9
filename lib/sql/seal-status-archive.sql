-- How far an archive database has a trail, as a line, and whether that is too far
-- behind.
--  $1 how old its last seal may be, as an interval, or null
--  $2 the trail's number
--  $3 the newest seal that is kept elsewhere, null for none, and
--  $4 when it was made
with last as (
  select s.no, s.at, s.taken, s.line::json as line
  from audit.archived_seal s
  where s.trail = $2::int order by s.no desc limit 1),
status as (
  select t.name as trail, t.id, l.no as seal,
    to_char(l.at at time zone 'UTC', f.iso) as at,
    round(date_part('epoch', clock_timestamp() - l.at)) as age_seconds,
    to_char(l.taken at time zone 'UTC', f.iso) as taken,
    (select coalesce(sum(
        substring(s.line from '"events":(\d{1,15}),')::bigint), 0)
      from audit.archived_seal s where s.trail = t.no) as events,
    t.shipper, l.line ->> 'next_key' as key,
    encode(t.seal_key, 'hex') as registered_key,
    (select row_to_json(s) from (select st.seal,
        to_char(st.at at time zone 'UTC', f.iso) as at
      from audit.archived_seal_stamp st where st.trail = t.no
      order by st.seal desc, st.at desc limit 1) s) as stamp,
    (select row_to_json(a) from (select $3::bigint as seal,
        round(date_part('epoch', clock_timestamp() - $4::timestamptz))
          as age_seconds) a
      where $3 is not null) as anchor,
    coalesce(clock_timestamp() - l.at > $1::interval, $1 is not null) as late
  from (values ('YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) f(iso),
    audit.archived_trail t left join last l on true
  where t.no = $2::int)
select row_to_json(x), s.late
from status s, lateral (select s.trail, s.id, s.seal, s.at, s.age_seconds,
  s.taken, s.events, s.shipper, s.key, s.registered_key, s.stamp, s.anchor) x
