-- The holds as a table.
--  $1 the time zone
select h.id,
  concat_ws(', ', (h.line ->> 'table') || coalesce(' ' || (
        select case when count(*) = 1 then max(k.value) end
        from json_each_text(nullif(h.line ->> 'key', '')::json) k),
      ' ' || (h.line ->> 'key'), '')
    || case when (h.line ->> 'related')::bool then ' and related' else '' end,
    'actor ' || (h.line ->> 'actor'), 'session ' || (h.line ->> 'session'),
    'since ' || to_char((h.line ->> 'since')::timestamptz at time zone $1::text,
      'YYYY-MM-DD HH24:MI'),
    'until ' || to_char((h.line ->> 'until')::timestamptz at time zone $1::text,
      'YYYY-MM-DD HH24:MI')),
  h.line ->> 'why', h.line ->> 'role',
  to_char((h.line ->> 'at')::timestamptz at time zone $1::text,
    'YYYY-MM-DD HH24:MI')
from audit.hold_list h
order by h.id
