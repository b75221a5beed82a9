-- What a role has to be granted to do as the trail's owner may, or an admin.
select format('grant %I to %I, or audit-rule grant %2$I admin',
  pg_get_userbyid(n.nspowner), current_user)
from pg_namespace n where n.nspname = 'audit'
