-- The trail and the server now, and the last seal if there is one. A clock that
-- was set back must not make seals go back. What has not begun has a number above
-- our own; a snapshot's xmax is only above what has ended.
select t.id, (date_part('epoch', greatest(clock_timestamp(), s.at)) * 1000000)
    ::bigint - 946684800000000,
  (select system_identifier from pg_control_system()),
  ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int,
  current_setting('server_version_num'),
  txid_snapshot_xmin(txid_current_snapshot()),
  txid_current(),
  encode(t.seal_key, 'hex'), s.line, encode(s.tree, 'hex')
from audit.trail t left join (
  select line, tree, at from audit.seal order by no desc limit 1) s on true
