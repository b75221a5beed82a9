-- In an archive database, events of trails that it does not have: how many.
--  $1 the numbers of those that it has
select e.trail, count(*) from audit.archived_event e
where e.trail <> all($1::int[]) group by e.trail order by e.trail
