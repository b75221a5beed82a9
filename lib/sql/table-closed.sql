-- The role, where none of these tables' events is open to it as a reader.
--  $1 their identities
select current_user
where not exists (select from audit.readable r where r.id = any($1::int[]))
