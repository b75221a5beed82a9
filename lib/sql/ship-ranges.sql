-- For ship-events.sql: between which ids.
--  $1, $2 the first and the last of each range
select set_config('audit.ship_lo', $1::uuid[]::text, true),
  set_config('audit.ship_hi', $2::uuid[]::text, true)
