-- Have an archive take the time stamps of seals.
--  $1 the trail's number  $2 an array of what ship-seals.sql says
select audit.take_stamp($1::int, p.seal, p.at, decode(p.reply, 'hex'))
from json_to_recordset($2::json) s(stamps json),
  json_to_recordset(s.stamps) p(seal bigint, at timestamptz, reply text)
where s.stamps is not null
