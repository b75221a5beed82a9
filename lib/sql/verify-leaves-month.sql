-- What verify-leaves.sql gives, of one month.
--  settings audit.seal_month: the month; audit.seal_first, audit.seal_end: its
--  ids
declare verify_leaves no scroll cursor for
  select l.seal, l.month, l.n, l.first, l.leaves
  from audit.leaf l
  where l.month = current_setting('audit.seal_month')
    and l.first >= (select current_setting('audit.seal_first')::uuid)
    and l.first < (select current_setting('audit.seal_end')::uuid)
  order by l.first;
