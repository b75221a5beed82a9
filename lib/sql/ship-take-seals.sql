-- Have an archive take seals, all whose leaves it has.
--  $1 the trail's number  $2 an array of what ship-seals.sql says
select audit.take_seal($1::int, s.no, s.at, s.horizon, decode(s.hash, 'hex'),
  decode(s.tree, 'hex'), s.line, s.state)
from json_to_recordset($2::json) s(no bigint, at timestamptz, horizon bigint,
  hash text, tree text, line text, state text)
order by s.no
