-- archived: in an archive database, the events and seals of many trails, in the place of trail and seal; see audit-archive(7).
--
-- Each table has in front which trail a row is of. What reads a trail finds views under the names of its tables, which show the
-- trails that this session has chosen: all, if it has chosen none. Nothing here relies on triggers, on an id alone being unique,
-- or on the numbers of transactions, which are those of the sources.

create table audit.archive_database(
  one     bool  primary key default true check (one),
  id      uuid  not null default gen_random_uuid(),
  version int   not null,	-- the number of the last migration
  secret  bytea not null default sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));
comment on table audit.archive_database is 'one row: which archive this is, and its schema version';
insert into audit.archive_database(version) values (0);

-- The trails, numbered as they came; 0 is the archive's own, of what was granted in it. After a fork one id has two.
create table audit.archived_trail(
  no       int         primary key,
  id       uuid        not null,
  name     text        not null unique check (name ~ '^[^*[:cntrl:]]{1,63}$'),
  seal_key bytea,	-- the public key that the first signed seal is to be signed with, as the source has it
  shipper  text        not null,	-- the role that brought it, and may go on
  at       timestamptz not null default clock_timestamp());
create index archived_trail_id on audit.archived_trail(id);
comment on table audit.archived_trail is 'the trails in this archive';

-- The columns are those of a trail's event, behind the trail, and place, which spreads rows over the nodes of Citus and means
-- nothing else. In record, record_to and parents tables have this archive's numbers: see archived_relation.
create table audit.archived_event(
  trail     int         not null default 0,
  place     int         not null default 0,
  id        uuid        not null,
  at        timestamptz not null,
  txid      bigint      not null default txid_current(),
  record    bigint,
  record_to bigint,
  salt      uuid        not null default gen_random_uuid(),
  op        text        not null,
  "schema"  text,
  "table"   text,
  key       jsonb,
  label     text,
  actor     text        default audit.said('audit.actor'),
  role      text        not null default session_user,
  as_role   text        default nullif(current_setting('role'), 'none'),
  session   text,
  app       text        default nullif(current_setting('application_name'), ''),
  addr      text        default host(inet_client_addr()),
  reason    text        default audit.said('audit.reason'),
  rules     text,
  old       jsonb,
  new       jsonb,
  redacted  text[],
  parents   bigint[],
  parts     bytea,
  primary key (id, trail, place)) partition by range (id);
create index archived_event_record on audit.archived_event(record) where record is not null;
create index archived_event_record_to on audit.archived_event(record_to) where record_to is not null;
create index archived_event_parents on audit.archived_event using gin(parents) where parents is not null;
create index archived_event_session on audit.archived_event(session) where session is not null;
create index archived_event_act on audit.archived_event(op, id) where record is null;
create index archived_event_txid on audit.archived_event using brin(txid) with (pages_per_range = 32, autosummarize = on);
alter table audit.archived_event alter key set statistics 0, alter label set statistics 0, alter reason set statistics 0,
  alter old set statistics 0, alter new set statistics 0;
comment on table audit.archived_event is 'the events of all trails: never changed';

-- See audit.seal, audit.leaf, audit.seal_state and audit.seal_stamp of a trail.
create table audit.archived_seal(
  trail   int         not null,
  no      bigint      not null,
  at      timestamptz not null,
  horizon bigint      not null,
  hash    bytea       not null,
  tree    bytea       not null,
  line    text        not null,
  taken   timestamptz not null default clock_timestamp(),
  primary key (trail, no));
comment on table audit.archived_seal is 'the seals of all trails; of each that is here, all events are';

create table audit.archived_leaf(
  trail  int    not null,
  seal   bigint not null,
  month  text   not null,
  n      int    not null,
  first  uuid   not null,
  last   uuid   not null,
  leaves bytea  not null,
  primary key (trail, seal, month, n));
alter table audit.archived_leaf alter leaves set storage external;
create index archived_leaf_first on audit.archived_leaf(trail, first);
create index archived_leaf_last on audit.archived_leaf(trail, last);
comment on table audit.archived_leaf is 'what the seals of all trails cover';

create table audit.archived_seal_state(
  trail int    not null,
  seal  bigint not null,
  state text   not null,
  primary key (trail, seal));
comment on table audit.archived_seal_state is 'what was captured, and how, when a seal was made';

create table audit.archived_seal_stamp(
  trail int         not null,
  seal  bigint      not null,
  at    timestamptz not null,
  reply bytea       not null,
  primary key (trail, seal, at));
comment on table audit.archived_seal_stamp is 'time stamps of seals';

select audit.protect(t) from unnest(array['audit.archived_event', 'audit.archived_seal', 'audit.archived_leaf',
  'audit.archived_seal_state', 'audit.archived_seal_stamp']::regclass[]) t;

-- Which trails

-- The numbers of those that this session has chosen, sorted; null: all.
create function audit.chosen() returns int[] language sql stable as $$
  select nullif(current_setting('audit.trails', true), '')::int[] $$;

-- The lowest and the highest of them: conditions on these find their way to the index, and leave its order alone. The planner
-- asks for them often, so that they are settings of their own.
create function audit.first_trail() returns int language sql stable as $$
  select coalesce(nullif(current_setting('audit.first_trail', true), '')::int, 0) $$;
create function audit.last_trail() returns int language sql stable as $$
  select coalesce(nullif(current_setting('audit.last_trail', true), '')::int, 2147483647) $$;
-- All of them, where those between are not meant, too.
create function audit.some_trails() returns int[] language sql stable as $$
  select case when cardinality(audit.chosen()) > 1 then audit.chosen() end $$;

create view audit.trail as
  select d.one, coalesce(t.id, d.id) as id, d.version, t.seal_key, d.secret
  from audit.archive_database d left join audit.archived_trail t on t.no = audit.first_trail() and t.no = audit.last_trail();
comment on view audit.trail is 'the trail that was chosen, else this archive';

-- These show what was chosen of the tables. The planner sees what the functions say, and so how much that is; where there is Citus
-- its nodes do not know, and are told the values.
do $do$
declare made text; t text; cols text;
  bound text := case when exists (select from pg_extension where extname = 'citus') then '(select audit.%s_trail())' else 'audit.%s_trail()' end;
begin
  foreach made in array array['create view audit.event', 'create view audit.seal', 'create view audit.leaf',
      'create view audit.seal_state', 'create view audit.seal_stamp'] loop
    t := split_part(made, '.', 2);
    select string_agg(format('x.%I', attname), ', ' order by attnum) into cols from pg_attribute
      where attrelid = ('audit.archived_' || t)::regclass and attnum > 0 and attname not in ('trail', 'place', 'taken');
    execute format('%s as select %s, x.trail from audit.archived_%s x where x.trail >= %s and x.trail <= %s
        and case when (select audit.some_trails()) is null then true else x.trail = any((select audit.some_trails())::int[]) end',
      made, cols, t, format(bound, 'first'), format(bound, 'last'));
    execute format('comment on view audit.%I is %L', t, format('audit.archived_%s, of the trails that are chosen', t));
  end loop;
end $do$;

-- Chooses trails for this session: by a name, a pattern with *, or the beginning of an id; none, or null: all.
create function audit.choose_trails(words text[]) returns table(no int, id uuid, name text) language plpgsql
 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare w text; found int[]; all_found int[] := '{}';
begin
  foreach w in array coalesce(words, '{}') loop
    found := array(select t.no from audit.archived_trail t where t.name = w);
    if found = '{}' then
      found := array(select t.no from audit.archived_trail t
        where w like '%*%' and t.name like replace(regexp_replace(w, E'([\\\\%_])', E'\\\\\\1', 'g'), '*', '%')
          or w ~ '^[0-9a-fA-F-]{4,36}$' and t.id::text like lower(w) || '%' and t.no > 0);
    end if;
    if found = '{}' then
      raise exception 'no such trail: %', w using errcode = 'undefined_object', hint = coalesce(
        'The archive has ' || (select string_agg(t.name, ', ' order by t.no) from audit.archived_trail t where t.no > 0) || '.',
        'The archive has none yet.');
    end if;
    all_found := all_found || found;
  end loop;
  all_found := array(select distinct f from unnest(all_found) f order by f);
  perform set_config('audit.trails', case when all_found <> '{}' then all_found::text else '' end, false),
    set_config('audit.first_trail', coalesce(all_found[1]::text, ''), false),
    set_config('audit.last_trail', coalesce(all_found[cardinality(all_found)]::text, ''), false);
  return query select t.no, t.id, t.name from audit.archived_trail t
    where all_found = '{}' or t.no = any(all_found) order by t.no;
end $$;

create function audit.trail_of(e audit.event) returns int language sql stable as $$
  select ($1).trail $$;
create function audit.trail_name(no int) returns text language sql stable as $$
  select t.name from audit.archived_trail t where t.no = $1 $$;

-- Months

create view audit.partition as
  select c.oid::regclass as part, b[1]::uuid as lo, b[2]::uuid as hi
  from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid,
    regexp_match(pg_catalog.pg_get_expr(c.relpartbound, c.oid), '^FOR VALUES FROM \(''(.*)''\) TO \(''(.*)''\)$') b
  where i.inhparent = 'audit.archived_event'::regclass;

-- What a month's table has that its columns do not say.
create function audit.finish_month(part regclass) returns void language sql set search_path = pg_catalog, pg_temp as $$
  select audit.protect($1) $$;

-- They are attached, which waits for no reader.
create function audit.make_months(months timestamp[]) returns int language plpgsql
 set search_path = pg_catalog, pg_temp set client_min_messages = warning set default_tablespace = ''
 set default_table_access_method = heap as $$
declare m timestamp; name text; made int := 0;
begin
  -- mostly they are there, and nobody waits for anybody
  if not exists (select from unnest(months) x where not audit.has_month(x)) then return 0; end if;
  perform pg_advisory_xact_lock('audit.archived_event'::regclass::oid::bigint);
  foreach m in array months loop
    continue when audit.has_month(m);
    name := 'archived_event_' || to_char(m, 'YYYY_MM');
    execute format('create table audit.%I (like audit.archived_event including all)', name);
    execute format('alter table audit.%I alter key set statistics 0, alter label set statistics 0, alter reason set statistics 0,
      alter old set statistics 0, alter new set statistics 0', name);
    perform audit.finish_month(format('audit.%I', name)::regclass);
    perform audit.reset_privileges();
    execute format('alter table audit.archived_event attach partition audit.%I %s', name, audit.month_bound(m, m + interval '1 month'));
    made := made + 1;
  end loop;
  return made;
end $$;

-- None is made ahead, however many are asked for: planning a query looks at each.
create or replace function audit.make_partitions(ahead int) returns int language sql security definer
 set search_path = pg_catalog, pg_temp as $$
  select audit.make_months(array[date_trunc('month', now() at time zone 'UTC')]) $$;

-- An event of the archive's own, whose month may be new.
create or replace function audit.note(op text, "schema" text, "table" text, rel int, key jsonb, old jsonb, new jsonb)
 returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare t timestamptz := clock_timestamp(); i uuid := audit.new_id(t);
begin
  perform audit.make_partitions(0);
  insert into audit.archived_event(place, id, at, op, record, "schema", "table", key, old, new)
    values (uuid_hash(i), i, t, op, audit.record(rel, null::text), "schema", "table", key, old, new);
end $$;

-- What hangs triggers, and tables with rules, is there for readers to look at, and for nobody to use.
create function audit.capture() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'an archive database captures nothing' using errcode = 'feature_not_supported';
end $$;
create function audit.capture_truncate() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'an archive database captures nothing' using errcode = 'feature_not_supported';
end $$;
