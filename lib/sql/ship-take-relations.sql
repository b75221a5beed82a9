-- Tell an archive of tables.
--  $1 the trail's number  $2 what ship-relations.sql says
select audit.take_relations($1::int, $2::json)
