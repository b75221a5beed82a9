-- The leaves of seals, in binary.
--  $1 the first one  $2 the last one
select l.seal, l.month, l.n, l.leaves from audit.leaf l
where l.seal between $1::bigint and $2::bigint
order by l.seal, l.month collate "C", l.n
