-- A seal of the source, and the border of the tree over the seals up to it.
--  $1 its number
select line, encode(tree, 'hex') from audit.seal where no = $1::bigint
