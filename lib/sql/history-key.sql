-- The key that a record had before or after an event: audit.record() of it, and
-- its values as audit.matching() takes them; null where only a digest is known.
--  $1 the event's id
--  $2 after it
select case when $2::bool then coalesce(e.record_to, e.record)
    else e.record end,
  (select case when bool_or(jsonb_typeof(x.value) = 'object') is not true
      then jsonb_agg(x.value #>> '{}' order by x.value #>> '{}' collate "C") end
    from jsonb_each(e.key) k,
      lateral (select case when $2 then coalesce(e.new -> k.key, k.value)
        else k.value end) x(value))
from audit.event e
where e.id = $1::uuid
