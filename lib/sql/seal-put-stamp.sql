-- Keep a time stamp of a seal, unless it is there already.
--  $1 the seal's number
--  $2 the reply, in hexadecimal digits
select audit.put_stamp($1::bigint, decode($2, 'hex'))
where not exists (select from audit.seal_stamp
  where seal = $1::bigint and reply = decode($2, 'hex'))
