-- A piece of a file of the server's; null if there is no such file.
--  $1 its name
--  $2 from this byte on
--  $3 so many bytes at most
select pg_read_binary_file($1, $2::bigint, $3::bigint, true)
