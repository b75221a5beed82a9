-- Have an archive take the events that are there, with their leaves.
--  $1 the trail's number  $2 seals  $3 months  $4 which of the month  $5 leaves,
--  in binary
select audit.take_part($1::int, $2::bigint[], $3::text[], $4::int[],
  $5::bytea[])
