-- archiving: an archive database with :archived more events in it, of five
-- trails that nobody shipped, in the twelve months before this one: five
-- updates for each record. They are there to be many; a month is indexed when
-- it is full.
\set ON_ERROR_STOP on
insert into audit.archived_trail(no, id, name, shipper)
select n, gen_random_uuid(), 'other' || n, session_user
from generate_series(100, 104) n;
insert into audit.relation(id, "schema", "table", key)
select n, 'public', 'audited', '{id}' from generate_series(100, 104) n;
insert into audit.archived_relation
select n, 1, n from generate_series(100, 104) n;
insert into audit.relation_name
select n, 'public', 'audited' from generate_series(100, 104) n;

create procedure pg_temp.fill(archived bigint, m int) language plpgsql as $$
declare
  lo timestamp := date_trunc('month', now() at time zone 'UTC')
    - (13 - m) * interval '1 month';
  hi timestamp := lo + interval '1 month';
  name text := 'archived_event_' || to_char(lo, 'YYYY_MM');
  t text := 'audit.' || name;
  first bigint := date_part('epoch', lo at time zone 'UTC') * 1000;
  step float8 := date_part('epoch', hi - lo) * 12000 / archived;
begin
  execute format('create table %s (like audit.archived_event '
    'including defaults)', t);
  execute format($i$insert into %s(trail, place, id, at, txid, record, op,
      "schema", "table", key, actor, rules, old, new)
    select 100 + i %% 5, i, (lpad(to_hex(x.ms), 12, '0') || '70008'
        || lpad(to_hex(i), 15, '0'))::uuid, to_timestamp(x.ms / 1e3), i / 3,
      audit.record((100 + i %% 5)::int, (i / 25 * 12 + %s)::text), 'update',
      'public', 'audited', jsonb_build_object('id', i / 25 * 12 + %s),
      case i %% 3 when 0 then 'alice' when 1 then 'bob' else 'carol' end,
      'audited', '{"quantity": 1}', '{"quantity": 2}'
    from generate_series(0::bigint, %s) i,
    lateral (select %s + floor(i * %s)::bigint as ms) x$i$,
    t, m, m, archived / 12 - 1, first, step);
  execute format('alter table audit.archived_event attach partition %s %s', t,
    audit.month_bound(lo, hi));
  commit;
end $$;
select format('call pg_temp.fill(%s, %s)', :archived, m)
from generate_series(1, 12) m \gexec
vacuum analyze audit.archived_event;
