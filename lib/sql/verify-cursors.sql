-- What is read beside the events and their leaves: seals with the states that
-- they found, and their time stamps.
--  settings audit.seal_no, audit.seal_last: the first and the last seal
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
