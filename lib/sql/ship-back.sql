-- And comes back, as the archive's server has it.
copy (select * from pg_temp.incoming) to stdout (format binary)
