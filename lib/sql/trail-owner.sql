-- What a role has to be granted to do as the trail's owner may.
select format('grant %I to %I', pg_get_userbyid(n.nspowner), current_user)
from pg_namespace n where n.nspname = 'audit'
