-- Where a table is now; null: it is gone.
--  $1 its identity
select l.relid from audit.live l where l.id = $1::int
