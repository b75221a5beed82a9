-- Keep a seal.
--  $1 its number  $2 at  $3 to  $4 its hash  $5 the border of the tree over the
--  seals  $6 its line  $7 the state, null if it is that of the seal before
select audit.put_seal($1::bigint, $2::timestamptz, $3::bigint,
  decode($4, 'hex'), decode($5, 'hex'), $6, $7)
