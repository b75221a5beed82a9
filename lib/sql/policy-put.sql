-- Keep events for so long: the policy's line, whether it is new, and to how many
-- tables it applies by now.
--  $1 the tables, names and patterns; null: all
--  $2 the operations, with commas between; null: all
--  $3 the interval
select p.line, p.done, p.known
from audit.put_retention($1::text[], string_to_array($2::text, ','), $3::text) p
