-- For verify-cursors.sql.
--  $1 the first seal  $2 the last one  $3 the first id
select set_config('audit.seal_no', $1, true),
  set_config('audit.seal_last', $2, true),
  set_config('audit.seal_first', $3, true),
  set_config('jit', 'off', true),
  set_config('cursor_tuple_fraction', '0.01', true)
