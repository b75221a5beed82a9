-- Gives a role a kind: what it has then, as a line, and whether it is new.
--  $1 the role
--  $2 the kind
--  $3 the tables whose events it is narrowed down to; null: all
select g.line, g.done
from (
  select case when $3::text[] is not null then array(
    select audit.known_table(t) from unnest($3) t) end) x(tables),
  audit.grant_kind($1, $2, x.tables) g
