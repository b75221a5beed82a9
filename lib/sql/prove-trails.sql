-- The trails of an archive database, of those that are chosen, that have an event.
--  $1 its id
select trail from audit.event where id = $1::uuid order by trail
