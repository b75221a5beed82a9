-- The leaves beside the events, in the order in which those come.
--  setting audit.seal_first: the first id
declare verify_leaves no scroll cursor for
  select l.seal, l.month, l.n, l.first, l.leaves
  from audit.leaf l
  where l.last >= (select current_setting('audit.seal_first')::uuid)
  order by l.first;
