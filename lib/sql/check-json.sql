-- Fails where this is no JSON that the server can keep.
--  $1 the text
select $1::jsonb
