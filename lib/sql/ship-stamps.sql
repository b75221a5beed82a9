-- The time stamps of seals up to one, as JSON, that are newer than a time; null
-- for none. Who was at work meanwhile may have come late.
--  $1 the last seal  $2 the time, null: all
select json_agg(json_build_object('seal', p.seal, 'at', p.at, 'reply',
  encode(p.reply, 'hex')))
from audit.seal_stamp p
where p.seal <= $1::bigint
  and ($2::timestamptz is null or p.at > $2::timestamptz - interval '1 hour')
