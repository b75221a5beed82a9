-- The state of rules, triggers and functions, as a text: a line each.
select coalesce(string_agg(x.line || E'\n', '' order by x.line collate "C"), '')
from (
  select concat_ws(E'\t', to_json(kind), to_json(name),
    to_json(coalesce(content, '')), to_json(version)) as line
  from audit.seal_state_now()) x
