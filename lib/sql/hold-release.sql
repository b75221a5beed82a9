-- Release holds: their lines.
--  $1 their numbers
--  $2 why, or null
select h.line from audit.release_holds($1::int[], $2) h(line)
