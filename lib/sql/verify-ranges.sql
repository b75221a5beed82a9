-- Where the rows of leaves begin, and how many leaves each has, in the order in
-- which events come: what several processes read is cut there.
--  setting audit.seal_first: the first id
declare verify_ranges no scroll cursor for
  select l.first, octet_length(l.leaves) / 48
  from audit.leaf l
  where l.last >= (select current_setting('audit.seal_first')::uuid)
  order by l.first;
