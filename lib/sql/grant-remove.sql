-- Takes a kind away from a role: what it had, as a line; null: nothing.
--  $1 the role
--  $2 the kind
select r.line, r.done from audit.revoke_kind($1, $2) r
