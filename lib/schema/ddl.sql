-- ddl: what the event triggers of init --event-trigger call. They look after tables that change or come, with the
-- trail owner's rights and in the transaction of whoever changes them: nothing here may fail that, but that his session has
-- ended.

-- The rules' identities that a table has a part in: its own and those of its parents.
create function audit.ruled(t oid) returns setof int language sql stable set search_path = pg_catalog, pg_temp as $$
  select l.id from audit.live l
  where l.relid in (select relid from pg_partition_ancestors(t) union select t)
    and exists (select from audit.rule_table b where b.rel = l.id) $$;

-- What there is to know of a table's definition.
create function audit.note_ddl(i int, t oid, command text, object text) returns void language sql
 set search_path = pg_catalog, pg_temp as $$
  select audit.note('ddl', l."schema", l."table", i, null, null, jsonb_strip_nulls(jsonb_build_object('command', command, 'object', object,
      'xid', audit.subtransaction(),
      'columns', (select jsonb_object_agg(a.attname, format_type(a.atttypid, a.atttypmod)) from pg_attribute a
        where a.attrelid = t and a.attnum > 0 and not a.attisdropped))))
  from audit.live l where l.id = i $$;

-- Backends that are putting triggers on a table from an event trigger, which then is not to see that. A row is never
-- seen by another transaction. It is no setting because the application could set that.
create table audit.mending(pid int not null);
comment on table audit.mending is 'always empty: used inside event triggers';

-- Whether this transaction keeps writers off a table anyway.
create function audit.held(t oid) returns bool language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from pg_locks l where l.pid = pg_backend_pid() and l.locktype = 'relation' and l.relation = t
    and l.mode in ('ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')) $$;

-- After a change of table t: gives its new partitions their truncate triggers, covers what a rule means now, and
-- compiles. No table is locked that is not so already, and what somebody has disabled stays so.
create function audit.catch_up(t oid) returns void language plpgsql set search_path = pg_catalog, pg_temp
 set lock_timeout = '200ms' as $$
declare r audit.rule; w record; d record;
begin
  insert into audit.mending values (pg_backend_pid());
  for d in select m.ddl, m.relid, i as id from audit.ruled(t) i join audit.live l on l.id = i
      join audit.faults(i, l.relid) f on f.trigger = '!audit_truncate_' || i and f.fault = 'missing' and f.relid <> l.relid
      join audit.mend_ddl(i, l.relid) m on m.relid = f.relid and m.ddl not like 'drop%'
      where audit.held(f.relid) loop
    execute d.ddl;
    perform audit.note_triggers(d.relid, d.id, array['missing'], array[d.ddl]);
  end loop;
  for r in select * from audit.rule loop
    for w in select x.* from audit.wanted(array(select l.relid from audit.rule_table b join audit.live l on l.id = b.rel
          where b.rule = r.name and b.why = 'named' and l.relid is not null), r.patterns, r.related) x
        where audit.held(x.relid) and not exists (
          select from audit.rule_table b where b.rule = r.name and b.rel = audit.identity_of(x.relid)) loop
      perform audit.hang(w.relid, 200);
      perform audit.recompile_noted(audit.cover_table(r, w.relid, w.why));
    end loop;
  end loop;
  perform audit.recompile(i) from audit.ruled(t) i;	-- of which there is an event
  perform audit.sync_reads(t);
  delete from audit.mending where pid = pg_backend_pid();
end $$;

create function audit.on_ddl() returns event_trigger language plpgsql security definer
 set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off
 set transform_null_equals = off as $$
declare c record;
begin
  if exists (select from audit.mending where pid = pg_backend_pid()) then return; end if;
  for c in select distinct d.objid, d.command_tag, d.object_identity from pg_event_trigger_ddl_commands() d
      where d.classid = 'pg_class'::regclass and exists (select from audit.application a where a.relid = d.objid) loop
    perform audit.note_ddl(i, c.objid, c.command_tag, c.object_identity) from audit.ruled(c.objid) i;
    perform audit.catch_up(c.objid);
  end loop;
exception
  when sqlstate 'UA011' or sqlstate 'UA012' or sqlstate 'UA013' or sqlstate 'UA014' then raise;
  when others then raise warning 'audit: what % changes may not be audited in full: %', tg_tag, sqlerrm
    using hint = 'audit-rule check tells; audit-rule apply --missing mends it.';
end $$;

create function audit.on_drop() returns event_trigger language plpgsql security definer
 set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off
 set transform_null_equals = off as $$
declare o record;
begin
  for o in select d.object_identity, r.id, r.relid from pg_event_trigger_dropped_objects() d join audit.relation r
      on case d.object_type when 'table' then r.relid = d.objid and r.dropped is null
        when 'trigger' then d.address_names[3] in ('!audit_' || r.id, '!audit_truncate_' || r.id) end
      where exists (select from audit.rule_table b where b.rel = r.id) and (d.object_type = 'table' or not exists (
        select from pg_event_trigger_dropped_objects() t where t.object_type = 'table' and t.objid = r.relid)) loop
    perform audit.note_ddl(o.id, o.relid, tg_tag, o.object_identity);
    perform audit.recompile(o.id);
  end loop;
exception
  when sqlstate 'UA011' or sqlstate 'UA012' or sqlstate 'UA013' or sqlstate 'UA014' then raise;
  when others then raise warning 'audit: what % drops is not in the trail: %', tg_tag, sqlerrm;
end $$;
