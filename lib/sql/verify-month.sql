-- For verify-events-month.sql and verify-cursors-month.sql: a month, and where it
-- ends.
--  $1 the month: 2026-11
select set_config('audit.seal_month', $1, true),
  set_config('audit.seal_end', audit.first_id((($1 || '-01')::timestamp
    + interval '1 month') at time zone 'UTC')::text, true)
