-- What these rules wait for: their names and why.
--  $1 their names
select w.rule, array_to_string(w.reasons, '; ')
from audit.waits() w
where w.rule = any($1::text[])
order by w.rule collate "C"
