-- Have an archive take time stamps; those that it has do not matter.
--  $1 the trail's number  $2 an array of objects
select audit.take_stamp($1::int, p.seal, p.at, decode(p.reply, 'hex'))
from json_to_recordset($2::json) p(seal bigint, at timestamptz, reply text)
