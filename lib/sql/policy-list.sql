-- The policies as lines, the most specific first; and a line where acts need to
-- be approved.
select p.line
from (
  select r.line::text, r.n from audit.retention_list r
  union all
  select '{"require_approval":true}', null
  from audit.purge_setting s where s.require_approval) p(line, n)
order by p.n nulls last
