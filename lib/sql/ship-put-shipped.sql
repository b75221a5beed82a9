-- Let the source know what an archive has. Where that is lost, it is told again.
--  $1 the archive's id  $2 its database  $3 the name of the trail in it  $4 the
--  last seal  $5 its hash
select audit.put_shipped($1::uuid, $2, $3, $4::bigint, decode($5, 'hex'))
