-- The seals that name another key than their own, so many at most.
--  $1 before this one
--  $2 without this one
--  $3 how many
select s.line
from (select no, line, line::jsonb j from audit.seal
  where no < $1::bigint and no <> $2::bigint offset 0) s
where s.j ->> 'key' <> s.j ->> 'next_key' order by s.no limit $3::bigint
