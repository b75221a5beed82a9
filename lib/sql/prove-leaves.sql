-- The leaves of a seal's tree of a month, in binary.
--  $1 the seal
--  $2 the month
select leaves from audit.leaf
where seal = $1::bigint and month = $2 order by n
