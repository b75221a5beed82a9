-- Open a session: its id, its token, or why there is none.
--  $1 the actor
--  $2 the address, or null
--  $3 the user agent, or null
--  $4 the groups, or null
--  $5 the details, or null
select o.session, o.token, o.refused
from audit.open_session($1::text, $2::text, $3::text, $4::text[], $5::jsonb) o
