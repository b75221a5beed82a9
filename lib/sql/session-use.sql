-- Be in a session until the end of the transaction.
--  $1 its token
select audit.use_session($1::text)
