-- The acts that wait, as a table.
--  $1 the time zone
select left(p.id::text, 8), p.line ->> 'what',
  coalesce(p.line ->> 'as_role', p.line ->> 'by'),
  to_char(p.at at time zone $1::text, 'YYYY-MM-DD HH24:MI'),
  case when s < 3600 then s / 60 || 'm' when s < 172800 then s / 3600 || 'h'
    else s / 86400 || 'd' end,
  p.line ->> 'approved_by', p.line ->> 'does'
from audit.prepared_list p, lateral (select (p.line ->> 'age_seconds')::bigint) x(s)
order by p.at, p.id
