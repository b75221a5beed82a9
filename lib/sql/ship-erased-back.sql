-- They come back, as the archive's server has them.
copy (select * from pg_temp.incoming order by id) to stdout (format binary)
