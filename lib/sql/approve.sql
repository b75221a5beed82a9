-- Approve of an act: its line, and whether nobody had before.
--  $1 its id
select a.line, a.done from audit.approve_act($1::uuid) a
