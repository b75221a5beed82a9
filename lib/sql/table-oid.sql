-- The live table of a name, found along the user's search_path; null: none.
--  $1 the name as regclass takes it; with a * outside quotes it is none
select to_regclass($1)::oid
where regexp_replace($1, '"([^"]|"")*"', '', 'g') !~ '\*'
