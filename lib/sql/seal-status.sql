-- How far sealing is, as a line, and whether that is too far behind: what is
-- sealed is so up to the oldest event that is not, and no later than the last
-- seal. What had begun before that seal and still runs holds back what comes.
--  $1 how far it may be behind, as an interval, or null
--  $2 the newest seal that is kept elsewhere, null for none, and
--  $3 when it was made
with last as (
  select s.no, s.at, s.horizon, s.line::json as line
  from audit.seal s order by s.no desc limit 1),
here as (
  -- the numbers of transactions mean something
  select coalesce((select l.line ->> 'system' = c.system_identifier::text
    from last l), false) as same
  from pg_control_system() c),
unsealed as (
  select count(*) as n, min(e.at) as oldest
  from audit.event e
  where (select same from here) and e.txid >= (select horizon from last)
  union all
  select count(*), min(e.at)
  from audit.event e
  where not (select same from here) and not exists (
    select from audit.sealed('00000000-0000-0000-0000-000000000000',
      'ffffffff-ffff-ffff-ffff-ffffffffffff') s(id) where s.id = e.id)),
behind as (
  select sum(u.n) as n, min(u.oldest) as oldest,
    greatest(clock_timestamp() - least(min(u.oldest), (select at from last)),
      interval '0') as lag
  from unsealed u),
held as (
  select l.pid, coalesce(a.usename, p.owner) as role,
    coalesce(a.datname, p.database) as database, a.state, p.gid as prepared,
    x.xid::text, coalesce(a.xact_start, p.prepared) as since
  from (select pid, virtualtransaction, min(transactionid::text::bigint) as xid
    from pg_locks
    where locktype = 'transactionid' and granted and mode = 'ExclusiveLock'
    group by pid, virtualtransaction
    union all
    -- who holds the lock of seal-lock.sql without a number
    select k.pid, null, null from pg_locks k
    where k.locktype = 'advisory' and k.granted and k.objsubid = 1
      and (k.classid, k.objid) = (0, 'audit.seal'::regclass::oid)
      and k.database = (select oid from pg_database
        where datname = current_database())
      and not exists (select from pg_locks o where o.pid = k.pid
        and o.locktype = 'transactionid')) l
  left join pg_stat_activity a on a.pid = l.pid
  left join pg_prepared_xacts p
    on l.pid is null and p.transaction::text::bigint = l.xid,
  lateral (select l.xid) x
  where l.pid is distinct from pg_backend_pid() and (l.xid is null
    or not exists (select from last) or ((select (line ->> 'next')::bigint from last) - l.xid - 1) & 4294967295
      < 2147483648)
  order by since, x.xid),
status as (
  select t.id as trail, l.no as seal, to_char(l.at at time zone 'UTC', f.iso) as at,
    round(date_part('epoch', clock_timestamp() - l.at)) as age_seconds,
    b.n as unsealed, to_char(b.oldest at time zone 'UTC', f.iso) as oldest,
    round(date_part('epoch', b.lag)) as lag_seconds,
    coalesce((select array_to_json(array_agg(json_strip_nulls(row_to_json(h))))
      from (select pid, prepared, role, database, state, xid,
        to_char(since at time zone 'UTC', f.iso) as since from held) h), '[]') as held_by,
    l.line ->> 'next_key' as key, encode(t.seal_key, 'hex') as registered_key,
    (select row_to_json(s) from (select st.seal, to_char(st.at at time zone 'UTC', f.iso) as at
      from audit.seal_stamp st order by st.seal desc, st.at desc limit 1) s)
      as stamp,
    (select row_to_json(a) from (select $2::bigint as seal,
        round(date_part('epoch', clock_timestamp() - $3::timestamptz))
          as age_seconds) a
      where $2 is not null) as anchor,
    coalesce((select json_agg(h order by h.name, h.archive) from (
      select sh.name, sh.archive, sh.trail, sh.seal,
        to_char(sh.at at time zone 'UTC', f.iso) as at,
        round(date_part('epoch', clock_timestamp() - sh.at)) as age_seconds,
        l.no - sh.seal as behind_seals
      from audit.shipped sh) h), '[]') as shipped,
    coalesce(b.lag > $1::interval, false) as late
  from (values ('YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) f(iso),
    audit.trail t cross join behind b left join last l on true)
select row_to_json(x), s.late
from status s, lateral (select s.trail, s.seal, s.at, s.age_seconds, s.unsealed,
  s.oldest, s.lag_seconds, s.held_by, s.key, s.registered_key, s.stamp,
  s.anchor, s.shipped) x
