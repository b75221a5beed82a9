-- Removes the other rules: what was done, to which, as list printed it.
--  $1 the names of those to keep
select 'remove', name, rule
from audit.remove_rules(array(
  select r.name from audit.rule r where r.name <> all($1::text[])))
