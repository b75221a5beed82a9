-- For verify-events-month.sql: what one process reads next.
--  $1 the first id  $2 the id behind the last one; null: verify-events.sql, to
--     the end
select set_config('audit.seal_first', $1, true),
  set_config('audit.seal_end', coalesce($2, ''), true)
