-- triggers: puts the capture triggers on tables and takes them away. Runs with its caller's rights: the trail's owner,
-- or who is a member of it and may more. For an admin there are hang_for(), mend_for() and unhang_for().

-- Whether the caller is the trail's owner, a member of it, or a superuser.
create function audit.is_owner() returns bool language sql stable set search_path = pg_catalog, pg_temp as $$
  select pg_has_role(n.nspowner, 'usage') from pg_namespace n where n.nspname = 'audit' $$;

-- The tables that a rule can cover.
create view audit.application as
  select c.oid as relid, n.nspname as "schema", c.relname as "table", c.relowner as owner
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and c.relpersistence <> 't'
    and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'audit');

-- Where each identity is now, and its name; relid is null where its table is gone. Without its trigger it is known
-- by oid and name: after dump and restore the oid alone could be another table's.
create view audit.live as
  select distinct on (r.id) r.id, c.oid as relid, coalesce(n.nspname, r."schema") as "schema",
    coalesce(c.relname, r."table") as "table", g.oid is not null as hung
  from audit.relation r
  left join pg_catalog.pg_trigger g on g.tgname::text = '!audit_' || r.id and g.tgparentid = 0
    and g.tgfoid = 'audit.capture()'::regprocedure
  left join audit.application a on a.relid = r.relid and a."schema" = r."schema" and a."table" = r."table"
  left join pg_catalog.pg_class c on c.oid = coalesce(g.tgrelid, a.relid)
  left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  order by r.id, g.tgrelid = r.relid desc nulls last, g.tgrelid;

create function audit.table_name(t oid) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = t $$;

-- A table and its partitions of all levels. Few, so that indexes are used: else the catalogs are read as a whole.
create function audit.tree(t oid) returns setof oid language sql stable rows 3 set search_path = pg_catalog, pg_temp as $$
  select t union select relid from pg_partition_tree(t) $$;

-- The identity that a trigger of ours tells, null where its name does not fit what it does.
create function audit.told_by(g pg_trigger) returns int language sql stable cost 1000 set search_path = pg_catalog, pg_temp as $$
  select case when g.tgargs = convert_to(m[2], 'UTF8') || '\x00'
    and (m[1] is null) = (g.tgfoid = 'audit.capture()'::regprocedure) then m[2]::int end
  from regexp_match(g.tgname, '^!audit_(truncate_)?([1-9][0-9]{0,8})$') m $$;

-- Whether identity k, which a trigger on table t tells, is that table's. Not if the table that had it when it was
-- last seen carries it still: then t is a copy.
create function audit.at_home(k int, t oid) returns bool language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return exists (select from audit.relation r where r.id = k and (r.relid = t or not exists (
    select from pg_trigger g where g.tgrelid = r.relid and g.tgparentid = 0 and g.tgname = '!audit_' || k
      and g.tgfoid = 'audit.capture()'::regprocedure)));
end $$;

-- The identity of a table, null if it has none; see audit.live.
create function audit.identity_of(t oid) returns int language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return coalesce((select min(audit.told_by(g)) from pg_trigger g where g.tgrelid = t and g.tgparentid = 0
      and g.tgfoid = 'audit.capture()'::regprocedure and audit.at_home(audit.told_by(g), t)),
    (select min(r.id) from audit.relation r join audit.application a on a.relid = r.relid and a."schema" = r."schema"
      and a."table" = r."table" where r.relid = t));
end $$;

create function audit.identify(t oid) returns int language plpgsql set search_path = pg_catalog, pg_temp as $$
declare i int := audit.identity_of(t);
begin
  if i is null then
    insert into audit.relation(relid, "schema", "table", key)
      select t, a."schema", a."table", audit.primary_key(t) from audit.application a where a.relid = t returning id into i;
  end if;
  return i;
end $$;

-- What is wrong with the triggers of identity i on table t and its partitions: missing, disabled, altered, or one
-- is there that does not belong: stray. Before version 15 only a superuser can have a clone fire on a replica too;
-- one that does not is: replica.
create function audit.faults(i int, t oid) returns table(relid oid, trigger text, fault text) language plpgsql stable
 rows 3 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query
  with member as (select x as relid, c.relkind from audit.tree(t) x join pg_class c on c.oid = x),
  due as (
    select relid, '!audit_' || i as name, 'audit.capture()'::regprocedure as fn, 29 as type, relid <> t as clone from member
    union all
    select relid, '!audit_truncate_' || i, 'audit.capture_truncate()'::regprocedure, 34, false from member where relkind in ('r', 'p'))
  select d.relid, d.name, f.fault from due d left join pg_trigger g on g.tgrelid = d.relid and g.tgname = d.name::name,
    lateral (select case
      when g.oid is null then 'missing'
      when g.tgfoid <> d.fn or g.tgtype <> d.type or (g.tgparentid <> 0) <> d.clone or audit.told_by(g) is distinct from i
        or g.tgqual is not null or g.tgattr::text <> '' or g.tgdeferrable or g.tgconstraint <> 0 then 'altered'
      when g.tgenabled = 'O' and g.tgisinternal then 'replica'
      when g.tgenabled <> 'A' then 'disabled' end) f(fault)
  where f.fault is not null
  union all
  select m.relid, g.tgname, 'stray' from member m join pg_trigger g on g.tgrelid = m.relid and g.tgparentid = 0
    and g.tgfoid in ('audit.capture()'::regprocedure, 'audit.capture_truncate()'::regprocedure)
    and g.tgname not in (select d.name from due d where d.relid = m.relid),
    lateral (select audit.told_by(g)) x(k)
  where k is null or g.tgfoid = 'audit.capture()'::regprocedure and not audit.at_home(k, m.relid);
end $$;

-- Locks a table and its partitions, waiting for ms at most, all in all: so long the writers behind us may wait.
create function audit.lock_tree(t oid, mode text, ms int) returns void language plpgsql
 set search_path = pg_catalog, pg_temp as $$
declare until timestamptz := clock_timestamp() + ms * interval '1 millisecond'; m oid;
begin
  perform set_config('lock_timeout', ms::text, true);
  execute format('lock table only %s in %s mode', audit.table_name(t), mode);
  for m in select x from audit.tree(t) x where x <> t order by x loop
    perform set_config('lock_timeout', greatest(1, ceil(date_part('epoch', until - clock_timestamp()) * 1000)::int)::text, true);
    execute format('lock table only %s in %s mode', audit.table_name(m), mode);
  end loop;
end $$;

create function audit.may_alter_clones() returns bool language sql stable set search_path = pg_catalog, pg_temp as $$
  select current_setting('server_version_num')::int >= 150000 or current_setting('is_superuser')::bool $$;

-- The statements that put right what is wrong with the triggers of identity i on table t, in order. They are
-- ALWAYS, so that a replica fires them too. A clone, on a partition, comes and goes with what it is a clone of.
create function audit.mend_ddl(i int, t oid) returns table(relid oid, ddl text) language plpgsql stable
 rows 3 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query
  with f as (select * from audit.faults(i, t)),
  rows as (select '!audit_' || i as name where exists (
    select from f where trigger = '!audit_' || i and fault in ('missing', 'altered'))),
  step as (
    select 1, g.tgrelid, format('drop trigger %I on %s', g.tgname, audit.table_name(g.tgrelid))
      from pg_trigger g where g.tgparentid = 0 and (exists (select from f
          where f.relid = g.tgrelid and f.trigger = g.tgname and f.fault in ('altered', 'stray'))
        or g.tgrelid = t and g.tgname in (select name from rows))
    union all
    select 2, t, format('create trigger %I after insert or update or delete on %s for each row execute function audit.capture(%L)',
        name, audit.table_name(t), i) from rows
    union all
    select 2, relid, format('create trigger %I before truncate on %s for each statement execute function audit.capture_truncate(%L)',
        trigger, audit.table_name(relid), i) from f where trigger = '!audit_truncate_' || i and fault in ('missing', 'altered')
    union all
    select 3, x.relid, format('alter table only %s enable always trigger %I', audit.table_name(x.relid), x.name)
      from (select relid, trigger from f where fault not in ('stray', 'replica')
        union select relid, name from rows, audit.tree(t) relid where relid = t or audit.may_alter_clones()
        union select relid, trigger from f where fault = 'replica' and audit.may_alter_clones()) x(relid, name))
  select s.relid, s.ddl from step s(n, relid, ddl) order by n, relid <> t, relid;
end $$;

-- The number of this subtransaction, which is what rows get that it writes, while events have the whole transaction's.
-- Null where there is none.
create function audit.subtransaction() returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $$
declare x bigint;
begin
  insert into audit.mending values (0) returning xmin::text::bigint into x;
  delete from audit.mending where pid = 0;
  return nullif(x, txid_current() & 4294967295);
end $$;

-- What was done to triggers of ours, and what was wrong with them before, is an event, in the same transaction: that
-- tells it from what others do to them. It is an event of the trail and none of the table.
create function audit.note_triggers(t oid, i int, found text[], done text[]) returns void language sql set search_path = pg_catalog, pg_temp as $$
  select audit.note('rule_trigger', null, null, null, jsonb_build_object('table', audit.table_name(t)), null,
    jsonb_strip_nulls(jsonb_build_object('identity', i, 'found', found, 'done', done, 'xid', audit.subtransaction())))
  where exists (select from pg_class where oid = t) and done <> '{}' $$;

-- Puts a table's triggers right, waiting for ms at most. The caller sees to it that nobody else does so.
create function audit.hang(t oid, ms int) returns int language plpgsql
 set search_path = pg_catalog, pg_temp set lock_timeout = '200ms' as $$
declare i int := audit.identify(t); step text; done text[] := '{}'; found text[];
begin
  if i is null then
    raise exception '% is no table that can have a rule', t::regclass using errcode = 'wrong_object_type';
  end if;
  perform audit.lock_tree(t, case when exists (select from audit.mend_ddl(i, t) where ddl like 'drop%')
    then 'access exclusive' else 'share row exclusive' end, ms);
  found := array(select distinct f.fault from audit.faults(i, t) f order by 1);
  for step in select ddl from audit.mend_ddl(i, t) loop
    execute step;
    done := done || step;
  end loop;
  perform audit.note_triggers(t, i, found, done);
  return i;
end $$;

-- The same for rules that cover the table already.
create function audit.mend(t oid, ms int) returns void language sql set search_path = pg_catalog, pg_temp as $$
  select audit.recompile_noted(audit.hang(t, ms)) $$;

-- The same as a script for the owners of tables, whose member the caller is not. The trail's owner is to read the
-- rows that TRUNCATE removes.
create function audit.mend_script(t oid) returns text language plpgsql
 security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off
 set transform_null_equals = off as $$
declare i int := audit.identify(t); o record; script text := '';
begin
  for o in
    select quote_ident(pg_get_userbyid(n.nspowner)) as trail, quote_ident(pg_get_userbyid(c.relowner)) as owner,
      pg_get_userbyid(c.relowner)::text as name,
      string_agg(d.ddl || E';\n', '' order by d.n) as ddl,
      string_agg(distinct format(E'grant select on %s to %I;\n', audit.table_name(c.oid), pg_get_userbyid(n.nspowner)), '')
        filter (where not has_table_privilege(n.nspowner, c.oid, 'select')) as reads
    from audit.mend_ddl(i, t) with ordinality d(relid, ddl, n) join pg_class c on c.oid = d.relid
      join pg_namespace n on n.nspname = 'audit'
    group by n.nspowner, c.relowner order by min(d.n)
  loop
    script := script || format(E'-- as %1$s, who owns the trail:\nselect audit.lend_triggers(%6$L);\n'
      '-- as %2$s, who owns %3$s:\nbegin;\n%4$s%5$sselect audit.note_script(%7$L::regclass);\ncommit;\n-- as %1$s again:\n'
      'select audit.take_back_triggers(%6$L);\n', o.trail, o.owner, audit.table_name(t), o.ddl, o.reads, o.name,
      audit.table_name(t));
  end loop;
  return script;
end $$;

-- What the table's owner calls in that script, so that there is an event.
create function audit.note_script(t oid) returns void language plpgsql
 security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off
 set transform_null_equals = off as $$
begin
  if not exists (select from pg_class c where c.oid in (select audit.tree(t)) and pg_has_role(session_user, c.relowner, 'member')) then
    raise exception 'that is for the owner of the table' using errcode = 'insufficient_privilege';
  end if;
  perform audit.note_triggers(t, audit.identity_of(t), null, array['the statements for its owner']);
end $$;

-- The triggers of ours that no rule needs: on table t and its partitions, or all there are.
create function audit.idle_triggers(t oid) returns table(relid oid, trigger name, id int) language sql stable
 set search_path = pg_catalog, pg_temp as $$
  select g.tgrelid, g.tgname, k from pg_trigger g, lateral (select audit.told_by(g)) x(k)
  where k is not null and g.tgparentid = 0 and (t is null or g.tgrelid in (select audit.tree(t)))
    and g.tgfoid in ('audit.capture()'::regprocedure, 'audit.capture_truncate()'::regprocedure)
    and not exists (select from audit.rule_table b where b.rel = k) $$;

-- Takes a table's triggers away, only those that no rule needs or all.
create function audit.unhang(t oid, idle bool, ms int) returns void language plpgsql
 set search_path = pg_catalog, pg_temp set lock_timeout = '200ms' as $$
declare g record; step text; done text[] := '{}';
begin
  -- an identity that never was in force leaves nothing
  delete from audit.relation r where r.relid = t and not exists (select from audit.relation_name n where n.rel = r.id)
    and not exists (select from audit.rule_table b where b.rel = r.id);
  for g in select p.tgrelid, p.tgname from pg_trigger p where p.tgrelid in (select audit.tree(t)) and p.tgparentid = 0
      and p.tgfoid in ('audit.capture()'::regprocedure, 'audit.capture_truncate()'::regprocedure)
      and (not idle or exists (select from audit.idle_triggers(t) x where x.relid = p.tgrelid and x.trigger = p.tgname)) loop
    perform audit.lock_tree(t, 'access exclusive', ms);
    step := format('drop trigger if exists %I on %s', g.tgname, audit.table_name(g.tgrelid));
    execute step;
    done := done || step;
  end loop;
  perform audit.note_triggers(t, audit.identity_of(t), null, done);
end $$;

-- The same for an admin, with the rights of the trail's owner: only what rules need, and never waiting for long.
create function audit.hang_for(t oid, ms int) returns int language plpgsql
 security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off
 set transform_null_equals = off as $$
begin
  perform audit.lock_rules();
  return audit.hang(t, least(ms, 200));
end $$;

create function audit.mend_for(t oid, ms int) returns void language plpgsql
 security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off
 set transform_null_equals = off as $$
begin
  perform audit.lock_rules();
  perform audit.mend(t, least(ms, 200));
end $$;

create function audit.unhang_for(t oid, ms int) returns void language plpgsql
 security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off
 set transform_null_equals = off as $$
begin
  perform audit.lock_rules();
  perform audit.unhang(t, true, least(ms, 200));
end $$;
