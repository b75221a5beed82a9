-- Whether the code that does capture works. Without it no audited table can be
-- written to.
--  $1 the version of this tool
select f.hole, null, null,
  case f.hole when 'module_missing'
    then 'every change of an audited table fails, for the server cannot load'
      ' its module: ' || f.message
    else f.message || ': install its own, or do without' end,
  'audit-rule init --capture portable'
from audit.engine_fault($1) f
where f.hole is not null
