-- How long this session waits for what another audit-rule holds.
--  $1 milliseconds; 0 would mean for ever
select set_config('lock_timeout', greatest($1::int, 1)::text, false)
