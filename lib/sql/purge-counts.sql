-- What would go, as lines, and for a table: what, policy, times, counts.
--  $1 what may go  $2 whether also what is not sealed  $3 the time zone of the
--  table's times
select row_to_json(x), concat_ws('.', c."schema", c."table"), c.op,
  c.policy::text, to_char(c.first at time zone $3, f.short),
  to_char(c.last at time zone $3, f.short), c.events::text,
  pg_size_pretty(c.bytes), nullif(c.held, 0)::text, nullif(c.unsealed, 0)::text
from (values ('YYYY-MM-DD HH24:MI')) f(short),
  audit.purge_counts($1::jsonb, $2::bool) c,
  lateral (select c."schema", c."table", c.op, c.policy,
    audit.utc(c.before) as before, audit.utc(c.first) as "from",
    audit.utc(c.last) as "to", c.events, c.bytes, c.held, c.unsealed) x
