-- End a session; whether it was still open.
--  $1 its token
select audit.close_session($1::text)
