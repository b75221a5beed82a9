-- What verify-cursors.sql gives, of one month's leaves.
--  settings audit.seal_no, audit.seal_last: the first and the last seal;
--  audit.seal_month: the month; audit.seal_first, audit.seal_end: its ids
declare verify_seals no scroll cursor for
  select s.no, s.at, s.horizon, s.hash, s.tree, s.line, t.state
  from audit.seal s left join audit.seal_state t on t.seal = s.no
  where s.no between current_setting('audit.seal_no')::bigint
    and current_setting('audit.seal_last')::bigint
  order by s.no;
declare verify_stamps no scroll cursor for
  select t.seal, t.reply from audit.seal_stamp t
  where t.seal between current_setting('audit.seal_no')::bigint
    and current_setting('audit.seal_last')::bigint
  order by t.seal, t.at;
declare verify_leaves no scroll cursor for
  select l.seal, l.month, l.n, l.first, l.leaves
  from audit.leaf l
  where l.month = current_setting('audit.seal_month')
    and l.first >= (select current_setting('audit.seal_first')::uuid)
    and l.first < (select current_setting('audit.seal_end')::uuid)
  order by l.first;
