-- citus: where an archive database has the extension citus, its events and leaves lie on the nodes of Citus, and closed months in
-- columns, if it has citus_columnar. init --archive runs this each time, after all the others: the extension may have come since.

-- Puts the months all of which was before this into columns, which takes an eighth of the room; what is late goes into them all
-- the same. Returns how many these were: none where there is no Citus. A month is copied; who writes or reads it waits.
create or replace function audit.close_months(before timestamptz default now() - interval '1 month') returns int language plpgsql
 security definer set search_path = pg_catalog, pg_temp set client_min_messages = warning set lock_timeout = '2s' as $$
declare month text; filled bool; done int := 0;
begin
  if to_regproc('alter_table_set_access_method') is null or not exists (select from pg_am where amname = 'columnar') then return 0; end if;
  perform pg_advisory_xact_lock('audit.archived_event'::regclass::oid::bigint);
  for month in select p.part from audit.partition p join pg_class c on c.oid = p.part join pg_am a on a.oid = c.relam
      where a.amname = 'heap' and p.hi <= audit.first_id(before) order by p.lo loop
    execute format('select exists (select from %s)', month) into filled;
    continue when not filled;
    execute format('select alter_table_set_access_method(%L, ''columnar'')', month);
    done := done + 1;
  end loop;
  return done;
end $$;

do $do$
declare t regclass;
begin
  if not exists (select from pg_extension where extname = 'citus') then return; end if;

  -- Citus has no triggers on distributed tables: there privileges alone keep events; and in columns no gin and no brin, so that
  -- months have these by themselves.
  create or replace function audit.finish_month(part regclass) returns void language plpgsql as $$
  begin
    execute format('create index on %s using gin(parents) where parents is not null', part);
    execute format('create index on %s using brin(txid) with (pages_per_range = 32, autosummarize = on)', part);
  end $$;

  -- A query in a function with parameters is PL/pgSQL's there.
  execute format('create or replace function audit.matching (%s) returns setof audit.event language plpgsql stable as %L',
    pg_get_function_arguments('audit.matching'::regproc), (
      select format(E'#variable_conflict use_column\nbegin\n  return query %s;\nend', prosrc) from pg_proc
      where oid = 'audit.matching'::regproc and prosrc not like '#variable%'));

  create or replace function audit.note(op text, "schema" text, "table" text, rel int, key jsonb, old jsonb, new jsonb)
   returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
  declare t timestamptz := clock_timestamp(); i uuid := audit.new_id(t);
  begin
    insert into audit.archived_event(place, id, at, op, record, "schema", "table", key, old, new)
      values (uuid_hash(i), i, t, op, audit.record(rel, null::text), "schema", "table", key, old, new);
  end $$;

  if exists (select from pg_dist_partition where logicalrelid = 'audit.archived_event'::regclass) then return; end if;
  perform set_config('client_min_messages', 'warning', true);
  for t in select 'audit.archived_leaf'::regclass union all select relid from pg_partition_tree('audit.archived_event') loop
    execute format('drop trigger "!audit_guard" on %s', t);
    execute format('drop trigger "!audit_guard_insert" on %s', t);
  end loop;
  drop index audit.archived_event_parents, audit.archived_event_txid;
  perform audit.finish_month(p.part) from audit.partition p;
  perform set_config('citus.enable_ddl_propagation', 'on', true);
  -- an index spreads by what all its columns are unique: changes of one record lie on one node, and so do the leaves of one seal
  perform create_distributed_table('audit.archived_event', 'place');
  perform create_distributed_table('audit.archived_leaf', 'seal');
  perform truncate_local_data_after_distributing_table(x) from unnest(array['audit.archived_event', 'audit.archived_leaf']::regclass[]) x;
end $do$;
