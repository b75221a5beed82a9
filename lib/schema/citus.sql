-- citus: where an archive database has the extension citus, its events and leaves lie on the nodes of Citus; and closed months in
-- columns, where it has citus_columnar. Without them nothing here does anything.

-- Where the extension is, makes use of it: init --archive asks for that each time, as it may have come since. Returns whether
-- there was something to do.
create function audit.use_citus() returns bool language plpgsql set search_path = pg_catalog, pg_temp
 set client_min_messages = warning as $$
declare t regclass;
begin
  if to_regclass('pg_dist_partition') is null then return false; end if;
  if exists (select from pg_dist_partition where logicalrelid = 'audit.archived_event'::regclass) then return false; end if;
  perform set_config('citus.enable_ddl_propagation', 'off', true);

  -- Citus has no triggers on distributed tables: privileges alone keep these.
  for t in select 'audit.archived_leaf'::regclass union all select relid from pg_partition_tree('audit.archived_event') loop
    execute format('drop trigger "!audit_guard" on %s', t);
    execute format('drop trigger "!audit_guard_insert" on %s', t);
  end loop;

  -- In columns there is no gin and no brin: a month has these by itself, as long as it is none.
  drop index audit.archived_event_parents, audit.archived_event_txid;
  create or replace function audit.finish_month(part regclass) returns void language plpgsql set search_path = pg_catalog, pg_temp as $f$
  begin
    execute format('create index on %s using gin(parents) where parents is not null', part);
    execute format('create index on %s using brin(txid) with (pages_per_range = 32, autosummarize = on)', part);
  end $f$;
  perform audit.finish_month(p.part) from audit.partition p;

  -- A query with the parameters of a function is PL/pgSQL's there, and the nodes do not know which trails are chosen.
  execute format('create or replace function audit.matching (%s) returns setof audit.event language plpgsql stable as %L',
    pg_get_function_arguments('audit.matching'::regproc), (
      select format(E'#variable_conflict use_column\nbegin\n  return query %s;\nend', prosrc) from pg_proc where oid = 'audit.matching'::regproc));
  for t in select unnest(array['audit.event', 'audit.leaf']::regclass[]) loop
    -- what is asked of a table that is here is not asked on a node
    execute format('create or replace view %s as %s', t, regexp_replace(
      regexp_replace(pg_get_viewdef(t), E'\\( SELECT (audit\\.\\w+_trails?\\(\\)) AS \\w+\\)', E'\\1', 'g'),
      E'audit\\.\\w+_trails?\\(\\)', E'(select \\& from audit.archive_database)', 'g'));
  end loop;

  perform set_config('citus.enable_ddl_propagation', 'on', true);
  -- the changes of a record lie on one node
  perform create_distributed_table('audit.archived_event', 'place');
  perform create_distributed_table('audit.archived_leaf', 'seal');
  -- copies of what was here before
  perform truncate_local_data_after_distributing_table('audit.archived_event');
  perform truncate_local_data_after_distributing_table('audit.archived_leaf');
  return true;
end $$;

-- Puts the months that ended before this into columns, where they take a quarter of the room; what comes late is still taken.
-- A month is copied, and who reads it waits; one that is being read is left for the next time. Returns how many these were.
create function audit.close_months(before timestamptz default now() - interval '1 month') returns int language plpgsql
 security definer set search_path = pg_catalog, pg_temp set client_min_messages = warning set lock_timeout = '2s' as $$
declare month text; filled bool; done int := 0;
begin
  if to_regclass('pg_dist_partition') is null or not exists (select from pg_am where amname = 'columnar') then return 0; end if;
  perform pg_advisory_xact_lock('audit.archived_event'::regclass::oid::bigint);
  for month in select p.part from audit.partition p join pg_class c on c.oid = p.part join pg_am a on a.oid = c.relam
      where a.amname = 'heap' and p.hi <= audit.first_id(least(before, now())) order by p.lo loop
    execute format('select true from %s limit 1', month) into filled;
    continue when filled is null;
    begin
      execute format('select alter_table_set_access_method(%L, %L)', month, 'columnar');
      done := done + 1;
    exception when lock_not_available then null;
    end;
  end loop;
  return done;
end $$;

-- The months of these events, out of columns: there nothing can be erased. They are closed again the next time.
create function audit.open_months(ids uuid[]) returns void language plpgsql set search_path = pg_catalog, pg_temp
 set client_min_messages = warning as $$
declare month text;
begin
  for month in select p.part from audit.partition p join pg_class c on c.oid = p.part join pg_am a on a.oid = c.relam
      where a.amname = 'columnar' and exists (select from unnest(ids) i where i >= p.lo and i < p.hi) order by p.lo loop
    execute format('select alter_table_set_access_method(%L, %L)', month, 'heap');
    perform audit.finish_month(month::regclass);	-- it has another oid now
  end loop;
end $$;
