-- roles: who may do what with the trail, kind by kind; see audit-rule grant.

create table audit.grantee(
  role    text not null,	-- its name: an oid means nothing in another cluster
  kind    text not null check (kind in ('app', 'reader', 'auditor', 'operator', 'ingester', 'sealer', 'purger', 'admin', 'shipper')),
  "group" text,	-- the group role that it is a member of; null: it has the privileges itself
  tables  int[],	-- a reader: only the events of these identities
  primary key (role, kind));
comment on table audit.grantee is 'the roles that audit-rule grant gave something';

-- What a kind may do, a row for each privilege: on column sub of a table, 0 for the whole. Functions that run with
-- their caller's rights let nobody do what he may not do himself: who may read the trail may call them all. Those
-- that run with the owner's are named here. "triggers" is what the
-- owner of a table needs for a moment, see audit.mend_script().
create function audit.kind_privileges(kind text) returns table(class text, id oid, sub int, privilege text) language sql stable
 set search_path = pg_catalog, pg_temp as $$
  with space as (select n.oid, n.nspowner from pg_namespace n where n.nspname = 'audit'),
  relation as (
    select c.oid, c.relname::text as name from pg_class c join space s on s.oid = c.relnamespace and s.nspowner = c.relowner
    where c.relkind in ('r', 'p', 'v') and not c.relispartition),
  routine as (
    select p.oid, p.proname::text as name, p.prosecdef as definer, p.prorettype in ('trigger'::regtype, 'event_trigger'::regtype) as trigger
    from pg_proc p join space s on s.oid = p.pronamespace and s.nspowner = p.proowner),
  -- what is nobody else's
  hidden(name, col) as (values ('trail', 'secret'), ('session', 'token'), ('archive_database', 'secret')),
  -- what a reader's queries look at beside the events that he may see; not whom the rules watch
  part(name, cols) as (values ('trail', '{id,version}'::text[]), ('rule', '{name,enabled,label,mask,exclude,keep_bytes}'),
    ('rule_table', '{rule,rel,attnums,relid}'), ('plan', '{rel,relid,bytes,exclude,mask,parents}'))
  select 'schema', s.oid, 0, 'USAGE' from space s
  union all
  select 'table', r.oid, 0, 'SELECT' from relation r where r.name not in (select h.name from hidden h) and case
    when $1 = 'reader' then r.name in ('visible', 'visible_newest', 'readable', 'switched', 'live', 'partition', 'relation',
      'relation_name', 'relation_columns', 'relation_purged')
    when $1 = 'operator' then r.name in ('session_list', 'session_blocked', 'session_policy', 'session_policies')
    when $1 = 'ingester' then r.name in ('log_system', 'log_session', 'log_file')
    when $1 = 'purger' then r.name in ('relation', 'relation_name', 'relation_columns', 'relation_known', 'live', 'partition', 'seal',
      'leaf', 'retention', 'retention_list', 'hold', 'hold_list', 'purge_setting', 'prepared', 'prepared_list', 'archive', 'shipped')
    -- what is held or to be erased may name persons
    when $1 = 'admin' then r.name not in ('event', 'archived_event') and r.name !~ '^(visible|session|hold|prepared|log_session)'
    else $1 in ('auditor', 'sealer') end
  union all
  select 'table', a.attrelid, a.attnum, 'SELECT' from relation r join pg_attribute a on a.attrelid = r.oid left join part p using (name)
    where a.attnum > 0 and not a.attisdropped and case when $1 = 'reader' then a.attname = any(p.cols)
      when $1 in ('app', 'operator', 'ingester', 'purger', 'shipper') then r.name = 'trail' and a.attname in ('id', 'version')
      else ($1 in ('auditor', 'sealer') or $1 = 'admin' and r.name = 'trail') and (r.name, a.attname) in (
        select h.name, x.attname from hidden h join pg_attribute x on x.attrelid = r.oid where x.attname <> h.col) end
  union all
  select 'function', f.oid, 0, 'EXECUTE' from routine f where case
    when $1 = 'triggers' then f.name in ('capture', 'capture_truncate', 'note_script')
    when f.trigger or f.name = 'native_version' then false
    when $1 = 'reader' then f.name in ('readable_columns', 'columns_then', 'matching_visible', 'matching_visible_newest', 'matching_given', 'dimension', 'first_id', 'id_time',
      'is_native', 'trail_of', 'trail_name', 'record', 'key_values', 'attributes', 'base_type', 'has_attribute', 'old_snapshot', 'table_name', 'tree', 'trim',
      'trusted', 'value_sql', 'json_value', 'earlier', 'earliest', 'other_key', 'mark_erased')
    when $1 = 'app' then f.name in ('open_session', 'use_session', 'current_session', 'close_session', 'session_alive', 'log_login_failed',
      'log_read', 'put_reads')
    when $1 = 'operator' then f.name in ('block_sessions', 'block_actor', 'unblock_sessions', 'unblock_actor', 'expire_sessions',
      'put_session_policy', 'remove_session_policy', 'session_backends', 'session_events', 'session_deeds',
      'session_policy_line', 'session_limits', 'session_due', 'seconds', 'first_id', 'id_time')
    when $1 = 'ingester' then f.name in ('ingest', 'ingest_lost')
    when $1 = 'shipper' then f.name in ('take_trail', 'take_relations', 'take_begin', 'take_part', 'take_seal', 'take_stamp', 'taken', 'taken_leaves', 'taken_name',
      'chosen', 'first_trail', 'last_trail', 'close_months')
    when not f.definer or f.name in ('attributes', 'readable_columns') then $1 in ('auditor', 'sealer', 'purger', 'admin')
    when $1 = 'sealer' then f.name in ('put_seal', 'put_leaves', 'put_stamp', 'put_shipped', 'put_shipped_erased', 'seal_state_now')
    when $1 = 'purger' then f.name in ('relations_named', 'put_retention', 'remove_retention', 'put_hold', 'release_holds', 'require_approval',
      'prepare_act', 'approve_act', 'check_approval', 'end_act', 'purge_parts', 'purge_counts', 'purge_going', 'purge_month', 'purge_drop',
      'purge_batch', 'purge_rewrite', 'purge_rest', 'erase_would', 'erase_record', 'erase_actor', 'erase_sessions',
      'erased_given', 'moved_children', 'live_children', 'erasure_said', 'archives_rewritten', 'shipped_erased')
    when $1 = 'auditor' then f.name in ('relations_named', 'seal_state_now', 'session_events', 'session_deeds')
    else $1 = 'admin' and f.name in ('put_rule', 'switch_rules', 'remove_rules', 'refresh_rules', 'skip_table', 'lock_rules',
      'hang_for', 'mend_for', 'unhang_for', 'mend_script', 'lend_triggers', 'take_back_triggers', 'make_partitions', 'close_months', 'has_rest', 'engine_fault',
      'grant_kind', 'revoke_kind', 'grant_again', 'sync_reads_for') end $$;

-- The privileges that there are on the schema and on what is in it, the owners' own left out.
create view audit.privilege as
  select o.class, o.id, o.sub, g.grantee, g.privilege_type as privilege, g.is_grantable
  from (
    select 'schema' as class, n.oid as id, 0 as sub, n.nspowner as owner, n.nspacl as acl from pg_catalog.pg_namespace n where n.nspname = 'audit'
    union all
    select case c.relkind when 'S' then 'sequence' else 'table' end, c.oid, 0, c.relowner, c.relacl from pg_catalog.pg_class c
      where c.relnamespace = 'audit'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
    union all
    select 'table', c.oid, a.attnum, c.relowner, a.attacl from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'audit'::regnamespace and a.attacl is not null
    union all
    select 'function', p.oid, 0, p.proowner, coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner)) from pg_catalog.pg_proc p
      where p.pronamespace = 'audit'::regnamespace) o, pg_catalog.aclexplode(o.acl) g
  where g.grantee <> o.owner;

-- A privilege as GRANT and REVOKE take it.
create function audit.privilege_text(class text, id oid, sub int, privilege text) returns text language sql stable
 set search_path = pg_catalog, pg_temp set quote_all_identifiers = off as $$
  select format('%s%s on %s %s', lower($4), (select format(' (%I)', a.attname) from pg_attribute a where $3 > 0 and a.attrelid = $2 and a.attnum = $3),
    $1, case $1 when 'schema' then $2::regnamespace::text when 'function' then $2::regprocedure::text else $2::regclass::text end) $$;

-- The group of a kind. It is named after the database, as roles belong to the whole cluster, and tells of which trail
-- it is: one of that name that does not, or that may do more, is somebody else's and never used.
create function audit.group_name(kind text) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when octet_length(n) < 64 then n else (
      select max(left(n, k)) from generate_series(1, 54) k where octet_length(left(n, k)) <= 54) || '_' || left(md5(n), 8) end
  from (select 'audit_' || kind || '_' || current_database()) x(n) $$;

create function audit.group_mark(kind text) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select format(case kind when 'read' then 'audit-utils: what pgaudit logs is what this may %s, of trail %s'
    else 'audit-utils: each %s of trail %s' end, kind, t.id) from audit.trail t $$;

create function audit.group_of(kind text) returns oid language sql stable set search_path = pg_catalog, pg_temp as $$
  select r.oid from pg_roles r
  where r.rolname = audit.group_name($1) and shobj_description(r.oid, 'pg_authid') = audit.group_mark($1)
    and not (r.rolcanlogin or r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolreplication or r.rolbypassrls)
    and not exists (select from pg_auth_members m where m.member = r.oid) $$;

-- The same, made if need be; null where that cannot be done.
create function audit.make_group(kind text) returns oid language plpgsql set search_path = pg_catalog, pg_temp as $$
declare name text := audit.group_name(kind);
begin
  if exists (select from pg_roles r where r.rolname = name) then
    if audit.group_of(kind) is null then
      raise warning 'role % is not ours: the privileges are granted without it', name;
    end if;
  else
    execute format('create role %I nologin', name);
    execute format('comment on role %I is %L', name, audit.group_mark(kind));
  end if;
  return audit.group_of(kind);
exception when insufficient_privilege then
  raise notice 'no group role, the privileges are granted without it: %', sqlerrm;
  return null;
end $$;

-- Grants what a kind may do and the holder may not yet. Returns whether there was something.
create function audit.give(kind text, holder oid) returns bool language plpgsql set search_path = pg_catalog, pg_temp as $$
declare what text; done bool := false;
begin
  for what in select audit.privilege_text(k.class, k.id, k.sub, k.privilege) from audit.kind_privileges(kind) k where not exists (
      select from audit.privilege p where p.grantee = holder and (p.class, p.id, p.sub, p.privilege) = (k.class, k.id, k.sub, k.privilege)) loop
    execute format('grant %s to %I', what, pg_get_userbyid(holder));
    done := true;
  end loop;
  return done;
end $$;

-- Takes it away, but for what the holder has of other kinds.
create function audit.take(kind text, holder oid) returns bool language plpgsql set search_path = pg_catalog, pg_temp as $$
declare what text; done bool := false;
begin
  for what in select audit.privilege_text(p.class, p.id, p.sub, p.privilege) from audit.privilege p
      join audit.kind_privileges(kind) k on (p.class, p.id, p.sub, p.privilege) = (k.class, k.id, k.sub, k.privilege)
      where p.grantee = holder and not exists (
        select from audit.grantee g, audit.kind_privileges(g.kind) o
        where g.role = pg_get_userbyid(holder) and g."group" is null and g.kind <> take.kind
          and (p.class, p.id, p.sub, p.privilege) = (o.class, o.id, o.sub, o.privilege)) loop
    execute format('revoke %s from %I', what, pg_get_userbyid(holder));
    done := true;
  end loop;
  -- what is taken of a table is taken of its columns, too
  perform audit.give(g.kind, holder) from audit.grantee g
    where done and g.role = pg_get_userbyid(holder) and g."group" is null and g.kind <> take.kind;
  return done;
end $$;

create function audit.is_member(member oid, "group" oid) returns bool language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from pg_auth_members m where m.member = $1 and m.roleid = $2) $$;

-- Makes a role a member of a kind's group, if that can be done. Returns the group, and whether there was something to do.
create function audit.join_group(who oid, kind text, out g oid, out done bool) language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  g := audit.make_group(kind);
  done := not audit.is_member(who, g);
  if done and g is not null then
    execute format('grant %I to %I', pg_get_userbyid(g), pg_get_userbyid(who));
  end if;
exception when insufficient_privilege then
  raise notice 'the privileges are granted without the group role: %', sqlerrm;
  g := null;
end $$;

-- Gives a role what a kind may do, through the group or itself. Says which, and whether there was something to give.
create function audit.give_role(who oid, kind text, out "group" text, out done bool) language plpgsql
 set search_path = pg_catalog, pg_temp as $$
declare j record;
begin
  select * into j from audit.join_group(who, kind);
  done := audit.give(kind, coalesce(j.g, who)) or j.g is not null and j.done;
  "group" := (select r.rolname from pg_roles r where r.oid = j.g);
end $$;

-- A grant as audit-rule prints it.
create function audit.grant_line(g audit.grantee) returns json language sql stable set search_path = pg_catalog, pg_temp as $$
  select to_json(x) from (select g.role, g.kind, g."group", (
    select json_agg(format('%I.%I', l."schema", l."table") order by l."schema" collate "C", l."table" collate "C")
    from audit.live l where l.id = any(g.tables)) as tables) x $$;

create function audit.note_grant(op text, was audit.grantee, now audit.grantee) returns void language sql
 set search_path = pg_catalog, pg_temp as $$
  select audit.note(op, null, null, null, jsonb_build_object('role', coalesce(was.role, now.role), 'kind', coalesce(was.kind, now.kind)),
    case when was.role is not null then audit.grant_line(was)::jsonb - 'role' - 'kind' end,
    case when now.role is not null then audit.grant_line(now)::jsonb - 'role' - 'kind' end) $$;

create function audit.check_grant(role text, kind text, tables int[]) returns void language plpgsql stable
 set search_path = pg_catalog, pg_temp as $$
declare kinds text := case when to_regclass('audit.archived_event') is null then 'app, reader, auditor, operator, ingester, sealer, purger, admin'
  else 'auditor, shipper, admin' end;
begin
  if kind <> all(string_to_array(kinds, ', ')) or kind is null then
    raise exception 'no such kind: %', kind using errcode = 'undefined_object', hint = 'The kinds are ' || kinds || '.';
  elsif lower(role) = 'public' then
    raise exception 'PUBLIC is refused: nobody has anything by default' using errcode = 'invalid_parameter_value';
  elsif tables is not null and kind <> 'reader' then
    raise exception 'tables are for a reader: % is none', kind using errcode = 'invalid_parameter_value';
  elsif tables = '{}' or exists (select from unnest(tables) t where not exists (select from audit.relation r where r.id = t)) then
    raise exception 'tables that the trail does not know' using errcode = 'invalid_parameter_value';
  elsif role in (select audit.group_name(k) from unnest(string_to_array(kinds, ', ') || 'read'::text) k) then
    raise exception 'role % is a group role of the trail', role using errcode = 'invalid_parameter_value';
  end if;
end $$;

create function audit.role_oid(name text) returns oid language sql stable set search_path = pg_catalog, pg_temp as $$
  select r.oid from pg_roles r where r.rolname::text = $1 $$;

-- The identity of a table that has or had a rule.
create function audit.known_table(name text) returns int language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare t oid := audit.find_table(name); i int := audit.identity_of(t);
begin
  if t is null then
    raise exception 'no such table: %', name using errcode = 'undefined_table';
  elsif not exists (select from audit.relation_name n where n.rel = i) and not exists (select from audit.rule_table b where b.rel = i) then
    raise exception '% has no rule', name using errcode = 'wrong_object_type';
  end if;
  return i;
end $$;

-- One change of rules or grants at a time.
create function audit.lock_rules() returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
  lock table audit.rule in share row exclusive mode $$;

-- Gives a role a kind; tables narrow down what a reader sees, null: all. done: there was something to do.
create function audit.grant_kind(role text, kind text, tables int[] default null, out done bool, out line json) language plpgsql
 security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off
 set transform_null_equals = off as $$
declare was audit.grantee; now audit.grantee; who oid := audit.role_oid(role); old oid;
begin
  perform audit.lock_rules();
  perform audit.check_grant(role, kind, tables);
  if who is null then
    raise exception 'no such role: %', role using errcode = 'undefined_object';
  end if;
  select * into was from audit.grantee g where g.role = grant_kind.role and g.kind = grant_kind.kind;
  now.role := role;
  now.kind := kind;
  now.tables := (select array_agg(distinct t order by t) from unnest(tables) t);
  select x."group", x.done into now."group", done from audit.give_role(who, kind) x;
  -- another database's group, after it was copied or renamed, or none
  if was.role is not null and was."group" is distinct from now."group" then
    old := case when was."group" is null then who else audit.role_oid(was."group") end;
    perform audit.take(kind, old);
  end if;
  done := done or was is distinct from now;
  if done then
    insert into audit.grantee select now.* on conflict on constraint grantee_pkey
      do update set "group" = excluded."group", tables = excluded.tables;
    perform audit.note_grant('grant', was, now);
  end if;
  line := audit.grant_line(now);
end $$;

-- Takes a kind away from a role, which may be gone. The line is null where it had not got it.
create function audit.revoke_kind(role text, kind text, out done bool, out line json) language plpgsql
 security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off
 set transform_null_equals = off as $$
declare was audit.grantee; who oid := audit.role_oid(role); g oid;
begin
  perform audit.lock_rules();
  perform audit.check_grant(role, kind, null);
  delete from audit.grantee d where d.role = revoke_kind.role and d.kind = revoke_kind.kind returning * into was;
  done := was.role is not null;
  if not done then
    if who is null then
      raise exception 'no such role: %', role using errcode = 'undefined_object';
    end if;
    return;
  end if;
  line := audit.grant_line(was);
  if who is not null then
    g := audit.role_oid(was."group");
    if g = audit.group_of(kind) and audit.is_member(who, g) then
      execute format('revoke %I from %I', was."group", role);
      if audit.is_member(who, g) then
        raise warning '% is still a member of %: somebody else made it one', role, was."group";
      end if;
    end if;
    perform audit.take(kind, who);
  end if;
  perform audit.note_grant('revoke', was, null);
end $$;

-- Grants again what grantees have lost, or have in vain: after dump and restore, or of a new version. The lines of
-- those who have it now.
create function audit.grant_again() returns setof json language plpgsql
 security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off
 set transform_null_equals = off as $$
declare g audit.grantee; x record;
begin
  perform audit.lock_rules();
  for g in select * from audit.grantee o where audit.role_oid(o.role) is not null order by o.role collate "C", o.kind loop
    select * into x from audit.grant_kind(g.role, g.kind, g.tables);
    if x.done then return next x.line; end if;
  end loop;
end $$;

-- Lends the owner of a table what he needs to put our triggers on it, and takes it back.
create function audit.lend_triggers(owner text) returns void language plpgsql
 security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off
 set transform_null_equals = off as $$
begin
  if audit.role_oid(owner) is null then
    raise exception 'no such role: %', owner using errcode = 'undefined_object';
  elsif audit.give('triggers', audit.role_oid(owner)) then
    perform audit.note('grant', null, null, null, jsonb_build_object('role', owner, 'kind', 'triggers'), null, null);
  end if;
end $$;

create function audit.take_back_triggers(owner text) returns void language plpgsql
 security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off
 set transform_null_equals = off as $$
begin
  if audit.role_oid(owner) is null then
    raise exception 'no such role: %', owner using errcode = 'undefined_object';
  elsif audit.take('triggers', audit.role_oid(owner)) then
    perform audit.note('revoke', null, null, null, jsonb_build_object('role', owner, 'kind', 'triggers'), null, null);
  end if;
end $$;
