-- Seals: their lines, and what ship-take-seals.sql and ship-take-stamps.sql take
-- of them.
--  $1 the first one  $2 the last one
select s.line, row_to_json(x)
from audit.seal s left join audit.seal_state t on t.seal = s.no,
lateral (
  select s.no, s.at, s.horizon, encode(s.hash, 'hex') as hash,
    encode(s.tree, 'hex') as tree, s.line, t.state, (
      select json_agg(json_build_object('seal', p.seal, 'at', p.at, 'reply',
        encode(p.reply, 'hex')))
      from audit.seal_stamp p where p.seal = s.no) as stamps) x
where s.no between $1::bigint and $2::bigint order by s.no
