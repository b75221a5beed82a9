-- Whether an act erases a record or an actor; null: it does so no more.
--  $1 the act
select coalesce(p.act ->> 'what', 'record') from audit.prepared p
where p.id = $1::uuid
