-- Of these records those that belonged to others, too.
--  $1 the records  $2 what; null: what the act says  $3 the act, or null
select c from audit.moved_children($1::bigint[], $2::jsonb, $3::uuid) c
