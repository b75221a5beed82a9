-- The seals up to one that say that they are signed with a key, so many at most.
--  $1 up to this one  $2 the key, in hexadecimal digits
select line from audit.seal
where no <= $1::bigint and line like '%"key":"' || $2 || '"%'
order by no limit 1
