-- Take policies away: the line of each that there was.
--  $1 the tables, names and patterns; null: that for all
--  $2 the operations, with commas between; null: that for all
select p.line
from audit.remove_retention($1::text[], string_to_array($2::text, ',')) p(line)
