-- The engine at work, whether the module does what it should where that is it,
-- and whether this role is a superuser.
--  $1 the version of the tool
select audit.engine(), f.hole is null, current_setting('is_superuser')
from audit.engine_fault($1) f
