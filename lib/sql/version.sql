-- the schema version of the trail
select t.version::text from audit.trail t
