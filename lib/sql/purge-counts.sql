-- What would go, as lines, and for a table: what, policy, times, counts.
--  $1 what may go  $2 whether also what is not sealed  $3 the time zone of the
--  table's times  $4 whether only what an archive database has
select case when $4::bool then row_to_json(y) else row_to_json(x) end,
  concat_ws('.', c."schema", c."table"), c.op,
  c.policy::text, to_char(c.first at time zone $3, f.short),
  to_char(c.last at time zone $3, f.short), c.events::text,
  pg_size_pretty(c.bytes), nullif(c.held, 0)::text, nullif(c.unsealed, 0)::text
from (values ('YYYY-MM-DD HH24:MI')) f(short),
  audit.purge_counts($1::jsonb, $2::bool, $4::bool) c,
  lateral (select c."schema", c."table", c.op, c.policy,
    audit.utc(c.before) as before, audit.utc(c.first) as "from",
    audit.utc(c.last) as "to", c.events, c.bytes, c.held, c.unsealed) x,
  lateral (select x."schema", x."table", x.op, x.policy, x.before, x."from",
    x."to", x.events, x.bytes, x.held, x.unsealed as unshipped) y
