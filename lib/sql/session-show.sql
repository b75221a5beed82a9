-- Sessions with all that there is to know of them, in the order of their ids in
-- $1; the first columns are those of session-list.sql.
--  $1 their ids
--  $2 the time zone
--  $3 the form of a time
select l.session, l.actor,
  to_char(l.opened at time zone $2::text, $3::text),
  to_char(l.last_activity at time zone $2, $3), trim_scale(l.idle_seconds),
  to_char(l.closed at time zone $2, $3), l.reason,
  trim_scale(l.duration_seconds), trim_scale(l.active_seconds), l.addr,
  l.user_agent, l.client_hints, l.new_device::text, d.events, l.alive::text,
  to_json(l.groups), l.role, l.app, l.user_agent, l.details, d.operations,
  d.tables
from unnest($1::text[]) with ordinality i(session, n)
join audit.session_list l on l.session = i.session
cross join lateral (
  with x as materialized (select * from audit.session_deeds(i.session))
  select coalesce((select sum(x.events) from x), 0) as events,
    (select '{' || coalesce(string_agg(to_json(y.op) || ':' || y.n, ','
        order by y.n desc, y.op collate "C"), '') || '}'
      from (select x.op, sum(x.events) as n from x group by 1) y)
      as operations,
    (select '{' || coalesce(string_agg(to_json(y.name) || ':' || y.n, ','
        order by y.n desc, y.name collate "C"), '') || '}'
      from (
        select case x."schema" when 'public' then '' else
            quote_ident(x."schema") || '.' end || quote_ident(x."table")
            as name, sum(x.events) as n
        from x where x."table" is not null group by 1) y) as tables) d
order by i.n
