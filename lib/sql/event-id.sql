-- The events whose id begins with some digits, two at most.
--  $1 $2 the first and the last id that do
select id from audit.event where id between $1::uuid and $2::uuid
group by id order by id limit 2
