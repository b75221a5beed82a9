-- retention: how long events are kept, what is held, and who has to approve.

-- What a policy may let go. The other events are acts of the trail itself: rules, grants, policies, purges. They are few,
-- say what became of the rest, and stay.
create function audit.purgeable_ops() returns text[] language sql immutable as $$
  select '{insert,update,delete,truncate,gap,read,denied,login,logout,login_failed,session_block,session_unblock,session_policy}'::text[] $$;
