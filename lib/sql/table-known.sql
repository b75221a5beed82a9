-- The identities of a live table, and where they are: its own and those of its
-- partitioned parents. A null one: a trigger of ours is there that this simple
-- way does not understand; see audit.live, which takes longer.
--  $1 the table's oid
select r.id, g.tgrelid
from (select $1::oid union select pg_partition_ancestors($1::oid)) t(oid)
join pg_trigger g on g.tgrelid = t.oid
  and g.tgparentid = 0 and g.tgfoid = 'audit.capture()'::regprocedure
left join audit.relation r on r.relid = g.tgrelid
  and r.id = case when g.tgname ~ '^!audit_[1-9][0-9]{0,8}$'
    then substr(g.tgname::text, 8)::int end
