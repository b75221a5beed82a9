-- The actors who are logged in now, whoever was active last at the end: how many
-- sessions each has, since when, and of the one that was used last the address,
-- the user agent and its hints.
--  $1 the time zone
--  $2 the form of a time
select s.actor, count(*),
  to_char(min(s.opened) at time zone $1::text, $2::text),
  to_char(max(s.last_activity) at time zone $1, $2),
  trim_scale(min(s.idle_seconds)),
  (array_agg(s.addr order by s.last_activity desc, s.session desc))[1],
  (array_agg(s.user_agent order by s.last_activity desc, s.session desc))[1],
  (array_agg(s.client_hints order by s.last_activity desc, s.session desc))[1]
from audit.session_list s
where s.alive
group by s.actor
order by max(s.last_activity), s.actor collate "C"
