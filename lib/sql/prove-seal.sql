-- A seal as it was printed.
--  $1 its number; null: the newest
select line from audit.seal
where no = coalesce($1::bigint, (select max(no) from audit.seal))
