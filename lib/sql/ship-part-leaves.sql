-- The leaves from one row to another, in binary.
--  $1 .. $3 the first one's seal, month, n  $4 .. $6 the last one's
select l.seal, l.month, l.n, l.leaves from audit.leaf l
where l.seal between $1::bigint and $4::bigint
  and (l.seal, l.month collate "C", l.n) >= ($1::bigint, $2, $3::int)
  and (l.seal, l.month collate "C", l.n) <= ($4::bigint, $5, $6::int)
order by l.seal, l.month collate "C", l.n
