-- What would be erased, a line for each table and operation.
--  $1 what, as audit.erasure() takes it; null: what the act says
--  $2 the act, or null
select to_json(x)
from (
  select w."schema", w."table", w.op, w.events, w.fields,
    to_char(w."from" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
      as "from",
    to_char(w."to" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
      as "to",
    w.holds as held
  from audit.erase_would($1::jsonb, $2::uuid) w) x
