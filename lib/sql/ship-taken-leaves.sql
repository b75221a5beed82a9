-- The rows of leaves that an archive has of seals that it has not, in binary.
--  $1 the trail's number  $2 from this seal on
select t.seal, t.month, t.n from audit.taken_leaves($1::int, $2::bigint) t
order by t.seal, t.month collate "C", t.n
