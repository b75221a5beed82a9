-- A file of a log went before it was read to its end: whether that is new.
--  $1 which server's log it is
--  $2 the file's head, in hexadecimal
select audit.ingest_lost($1, $2)
