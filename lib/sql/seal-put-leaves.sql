-- Keep leaves of a seal that this transaction made.
--  $1 its number  $2 month  $3 which of this month  $4 ids and hashes
select audit.put_leaves($1::bigint, $2, $3::int, decode($4, 'hex'))
