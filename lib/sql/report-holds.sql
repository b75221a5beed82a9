-- The holds that are about a person or a record, a line each.
--  $1 whose, as audit.erasure() takes it
with e as materialized (
  select x.id
  from audit.erasure_events(audit.erasure($1::jsonb), null) x
  where exists (select from audit.hold))
select audit.hold_line(h)
from audit.hold h
where h.actor = $1::jsonb ->> 'actor'
  or exists (
    select from e join audit.event v on v.id = e.id
    where audit.hold_covers(h, v))
order by h.id
