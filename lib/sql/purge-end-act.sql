-- An act is done.
--  $1 the act
select audit.end_act($1::uuid)
