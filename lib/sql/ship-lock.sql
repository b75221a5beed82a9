-- One shipper at a time of a trail: until the session ends.
--  $1 its number
select pg_advisory_lock('audit.archived_trail'::regclass::oid::int, $1::int)
