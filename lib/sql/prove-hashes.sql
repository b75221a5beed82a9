-- The hashes of the seals before one, in binary.
--  $1 its number
select no, hash from audit.seal where no < $1::bigint order by no
