-- What these rules wait for: their names and why.
--  $1 their names
select r.name, array_to_string(w, '; ')
from audit.rule r
cross join lateral audit.waiting(r) w
where r.name = any($1::text[]) and w is not null
order by r.name collate "C"
