-- Register the key that the first signed seal is to be signed with, which is an
-- event. Once there is such a seal it is that one's key and no other.
--  $1 the public key, in hexadecimal digits
with signed as (
  select x.key
  from audit.seal s, lateral (select s.line::json ->> 'key') x(key)
  where x.key is not null order by s.no limit 1),
done as (
  update audit.trail t set seal_key = decode($1, 'hex')
  from (select seal_key from audit.trail) was
  where t.seal_key is distinct from decode($1, 'hex')
    and not exists (select from signed where key <> $1)
  returning was.seal_key)
select audit.note('init', null, null, null, null,
  case when seal_key is not null
    then jsonb_build_object('seal_key', encode(seal_key, 'hex')) end,
  jsonb_build_object('seal_key', $1::text))
from done
