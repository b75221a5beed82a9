-- The role, where none of these tables' events is open to it as a reader: who
-- may not read a table's key may read none.
--  $1 their identities
select current_user
where not exists (
  select from audit.readable r
  where r.id = any($1::int[]) and (r.whole or not exists (
    select from pg_index i, unnest(i.indkey::int2[]) with ordinality k(num, pos)
    where i.indrelid = r.relid and i.indisprimary and k.pos <= i.indnkeyatts
      and not has_column_privilege(r.relid, k.num, 'select'))))
