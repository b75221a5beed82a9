-- Whether the name of a set that a link table makes up, the other table's,
-- could mean something else: another link table's set, or a column.
--  $1 the link table's oid, $2 that of the owner, $3 that of the other table
select $2::oid = $3::oid
  or exists (select from pg_constraint a join pg_constraint b
      on b.conrelid = a.conrelid and b.contype = 'f' and b.confrelid = $3
    where a.contype = 'f' and a.confrelid = $2 and a.conrelid <> $1::oid
      and a.oid <> b.oid)
  or exists (select from pg_attribute a join pg_class o on o.oid = $3
    where a.attrelid = $2 and a.attname = o.relname and not a.attisdropped)
