-- What happened to some tables before a time, as what may go.
--  $1 the tables' names or patterns  $2 the operations, or null: all
--  $3 the time
select audit.before_items($1::text[], string_to_array($2::text, ','),
  $3::timestamptz)
