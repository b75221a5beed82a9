-- read: what recording reads needs of pgaudit, and which reads rules ask for.
--
-- pgaudit writes to the server's log which statements read a table that the role in pgaudit.role may SELECT: a rule with
-- read is a grant to that role, of which nobody need be a member. audit-ingest brings the log into the trail.

-- What was granted for rules, and was not there before: on column num of a table, 0 for the whole. The names hold where the
-- oid does not: after dump and restore.
create table audit.read_grant(
  relid    oid  not null,
  num      int2 not null,
  role     text not null,
  "schema" text not null,
  "table"  text not null,
  "column" text,
  primary key (relid, num, role));
comment on table audit.read_grant is 'what the role of pgaudit was granted for rules with read';

-- A setting as text; null where this role may not see it, or there is none. All settings are made for it: not for each row.
create function audit.seen_setting(name text) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select s.setting from pg_settings s where s.name = $1 $$;

-- This role: the one that pgaudit.role names, else one of our own, of the whole cluster like all roles, so that its name and its
-- comment tell whose it is. As long as pgaudit is not loaded, anybody can set pgaudit.role for himself: then it says nothing.
create function audit.read_role() returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((select r.rolname from pg_roles r where r.rolname = (select audit.seen_setting('pgaudit.role'))), audit.group_name('read')) $$;

-- It; null where there is none yet, or where the one of our name is not ours.
create function audit.read_role_oid() returns oid language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((select r.oid from pg_roles r where r.rolname = (select audit.seen_setting('pgaudit.role'))), audit.group_of('read')) $$;

create function audit.make_read_role() returns oid language plpgsql set search_path = pg_catalog, pg_temp as $$
declare role oid := audit.read_role_oid();
begin
  if role is null and (select r.rolsuper or r.rolcreaterole from pg_roles r where r.rolname = current_user)
    and audit.role_oid(audit.read_role()) is null then
    role := audit.make_group('read');
  end if;
  return role;
end $$;

-- Whether pgaudit takes a table, or this column of it, for one that its role may SELECT: it looks for grants, to the role
-- or to what that inherits from, and not to PUBLIC.
create function audit.is_read(role oid, t oid, num int2) returns bool language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from (select c.relacl from pg_class c where c.oid = t
      union all select a.attacl from pg_attribute a where num > 0 and a.attrelid = t and a.attnum = num) x(acl), aclexplode(x.acl) g
    where g.privilege_type = 'SELECT' and g.grantee <> 0 and pg_has_role(role, g.grantee, 'usage')) $$;

-- The columns, 0 for the whole table, on which a role has SELECT itself.
create function audit.held_reads(role oid, t oid) returns int2[] language sql stable set search_path = pg_catalog, pg_temp as $$
  select array(
    select x.num from (select 0::int2, c.relacl from pg_class c where c.oid = t
      union all select a.attnum, a.attacl from pg_attribute a where a.attrelid = t and a.attnum > 0 and not a.attisdropped) x(num, acl)
    where exists (select from aclexplode(x.acl) g where g.privilege_type = 'SELECT' and g.grantee = role) order by 1) $$;

-- What the enabled rules want to be granted, and which rules. A partition may be read by its own name, which a grant on
-- its parent says nothing about. A table without a rule's columns is not meant by it.
create function audit.reads_due(only_t oid default null) returns table(relid oid, num int2, rules text) language sql stable
 set search_path = pg_catalog, pg_temp as $$
  with wish as (
    select r.name, l.relid, case when r.read_columns <> '{}' then audit.bound(r.read_columns, b, l.relid) end as cols
    from audit.rule r join audit.rule_table b on b.rule = r.name join audit.live l on l.id = b.rel and l.relid is not null
    where r.enabled and 'read' = any(r.ops) and (only_t is null or l.relid in (
      select audit.tree(only_t) union all select a from pg_partition_ancestors(only_t) x(a)))),
  due as (
    select t as relid, 0::int2 as num, w.name from wish w, audit.tree(w.relid) t where w.cols is null
    union all
    select t, a.attnum, w.name from wish w, audit.tree(w.relid) t join pg_attribute a on a.attrelid = t
    where a.attname = any(w.cols) and a.attnum > 0 and not a.attisdropped)
  select d.relid, d.num, string_agg(distinct d.name, ',' order by d.name) from due d
  where d.num = 0 or not exists (select from due o where o.relid = d.relid and o.num = 0)
  group by d.relid, d.num $$;

-- What was granted, and where that is now; now_relid is null where the table or the column is gone.
create view audit.read_granted as
  select g.*, x.relid as now_relid, case when g.num = 0 then g.num when x.relid = g.relid then g.num else a.attnum end as now_num
  from audit.read_grant g
  left join lateral (
    select c.oid as relid from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.oid = g.relid and c.relkind in ('r', 'p', 'f') and (n.nspname = g."schema" and c.relname = g."table" or exists (
        select from pg_catalog.pg_trigger t where t.tgrelid = c.oid and t.tgfoid = 'audit.capture()'::regprocedure))
      or n.nspname = g."schema" and c.relname = g."table" and c.relkind in ('r', 'p', 'f')
    order by c.oid <> g.relid limit 1) x on true
  left join pg_catalog.pg_attribute a on g.num > 0 and a.attrelid = x.relid and not a.attisdropped
    and case when x.relid = g.relid then a.attnum = g.num else a.attname = g."column" end
  where g.num = 0 or x.relid is null or a.attnum is not null;

-- GRANT or REVOKE of SELECT on a table or, where nums has no 0, on these columns.
create function audit.read_statement(giving bool, role text, t oid, nums int2[]) returns text language sql stable
 set search_path = pg_catalog, pg_temp set quote_all_identifiers = off as $$
  select format('%s select%s on %s %s %I', case when giving then 'grant' else 'revoke' end,
    case when 0 <> all(nums) then format(' (%s)', (select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
      from pg_attribute a where a.attrelid = t and a.attnum = any(nums))) end,
    audit.table_name(t), case when giving then 'to' else 'from' end, role) $$;

create function audit.note_reads(giving bool, role text, t oid, nums int2[]) returns void language sql
 set search_path = pg_catalog, pg_temp as $$
  select audit.note(case when giving then 'grant' else 'revoke' end, null, null, null, jsonb_build_object('role', role, 'kind', 'read'),
    case when not giving then x.what end, case when giving then x.what end)
  from (select jsonb_strip_nulls(jsonb_build_object('tables', jsonb_build_array(audit.table_name(t)), 'columns', case when 0 <> all(nums) then (
    select jsonb_agg(a.attname order by a.attnum) from pg_attribute a where a.attrelid = t and a.attnum = any(nums)) end))) x(what) $$;

-- What has to be granted and revoked so that a role may SELECT just what is due, of table t or of all that have to do with
-- rules: in order, by table. What a role had before is not ours to take; revoking a table takes its columns along, so that
-- those of others are granted again.
create function audit.read_steps(only_t oid) returns table(n int, giving bool, ours bool, role text, relid oid, nums int2[])
 language sql stable set search_path = pg_catalog, pg_temp as $$
  with me as (select r.oid, r.rolname::text as role from pg_roles r where r.oid = (select audit.read_role_oid())),
  due as (
    select d.relid, d.num, m.role, m.oid from audit.reads_due(only_t) d, me m
    where only_t is null or d.relid in (select audit.tree(only_t))),
  old as (
    select distinct g.now_relid as relid, g.now_num as num, g.role, r.oid from audit.read_granted g join pg_roles r on r.rolname = g.role
    where g.now_relid is not null and (only_t is null or g.now_relid in (select audit.tree(only_t)))),
  gone as (
    select o.relid, o.role, o.oid, array_agg(o.num order by o.num) as nums from old o
    where not exists (select from due d where (d.relid, d.num, d.role) = (o.relid, o.num, o.role))
      and o.num = any(audit.held_reads(o.oid, o.relid))
    group by o.relid, o.role, o.oid),
  lost as (
    select g.relid, g.role, g.oid, array(select h from unnest(audit.held_reads(g.oid, g.relid)) h where h > 0 and not exists (
        select from old o where (o.relid, o.num, o.role) = (g.relid, h, g.role))) as nums
    from gone g where 0 = any(g.nums)),
  missing as (
    select d.relid, d.role, array_agg(d.num order by d.num) as nums from due d
    where not audit.is_read(d.oid, d.relid, d.num)
      -- or is there by what is about to go
      or exists (select from gone g where (g.relid, g.role) = (d.relid, d.role) and 0 = any(g.nums)) and not exists (
        select from lost l where (l.relid, l.role) = (d.relid, d.role) and d.num = any(l.nums))
    group by d.relid, d.role)
  select 1, false, true, g.role, g.relid, g.nums from gone g
  union all
  select 2, true, false, l.role, l.relid, l.nums from lost l where l.nums <> '{}'
  union all
  select 3, true, true, m.role, m.relid, m.nums from missing m
  order by 5, 1 $$;

-- Grants what rules with read want, and takes away what was granted for them and none wants any more; of table t and its
-- partitions, or of all. No table is locked. Returns what has been done, done with no owner, or else who has to do it: what its
-- owner is asked to grant counts as ours. Runs with its caller's rights; for an admin there is sync_reads_for().
create function audit.sync_reads(only_t oid default null) returns table(owner text, statement text) language plpgsql
 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare s record; may bool; me text;
begin
  if not exists (select from audit.rule r where r.enabled and 'read' = any(r.ops)) then
    if not exists (select from audit.read_grant) then return; end if;
  elsif only_t is null then
    perform audit.make_read_role();
  end if;
  for s in select x.*, c.relowner, audit.read_statement(x.giving, x.role, x.relid, x.nums) as ddl
      from audit.read_steps(only_t) x join pg_class c on c.oid = x.relid loop
    may := pg_has_role(s.relowner, 'usage');
    if may then
      execute s.ddl;
      if s.ours then perform audit.note_reads(s.giving, s.role, s.relid, s.nums); end if;
    end if;
    if s.ours and s.giving then
      insert into audit.read_grant(relid, num, role, "schema", "table", "column")
        select s.relid, k, s.role, n.nspname, c.relname, a.attname from unnest(s.nums) k join pg_class c on c.oid = s.relid
          join pg_namespace n on n.oid = c.relnamespace left join pg_attribute a on k > 0 and a.attrelid = s.relid and a.attnum = k
        on conflict on constraint read_grant_pkey do nothing;
    end if;
    owner := case when not may then pg_get_userbyid(s.relowner) end;
    statement := s.ddl;
    return next;
  end loop;
  if only_t is not null then return; end if;
  me := audit.read_role();
  -- what has been taken, or was never there, or is gone
  delete from audit.read_grant d using audit.read_granted g left join pg_roles r on r.rolname = g.role
    where (d.relid, d.num, d.role) = (g.relid, g.num, g.role) and (g.now_relid is null or r.oid is null or not exists (
      select from audit.reads_due() x where x.relid = g.now_relid and x.num = g.now_num and g.role = me)
      and g.now_num <> all(audit.held_reads(r.oid, g.now_relid)));
  -- a column that was dropped
  delete from audit.read_grant d where not exists (
    select from audit.read_granted g where (g.relid, g.num, g.role) = (d.relid, d.num, d.role));
  update audit.read_grant d set relid = g.now_relid, num = g.now_num, "schema" = n.nspname, "table" = c.relname, "column" = a.attname
    from audit.read_granted g join pg_class c on c.oid = g.now_relid join pg_namespace n on n.oid = c.relnamespace
      left join pg_attribute a on g.now_num > 0 and a.attrelid = g.now_relid and a.attnum = g.now_num
    where (d.relid, d.num, d.role) = (g.relid, g.num, g.role)
      and (d.relid, d.num, d."schema", d."table", d."column") is distinct from (g.now_relid, g.now_num, n.nspname, c.relname, a.attname);
end $$;

create function audit.sync_reads_for() returns table(owner text, statement text) language plpgsql
 security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off
 set transform_null_equals = off as $$
begin
  return query select * from audit.sync_reads();
end $$;

-- What rules wait for

-- What the server lacks for rules with read, and the statements that an administrator can give it, in an order that works. when:
-- what has to be done for them to count.
create function audit.read_needs() returns table(n int, reason text, fix text, "when" text) language sql stable
 set search_path = pg_catalog, pg_temp set quote_all_identifiers = off as $$
  with s as materialized (
    select audit.read_role() as role, exists (select from pg_settings where name = 'pgaudit.role') as loaded,
      nullif(audit.seen_setting('pgaudit.role'), '') as set_role, audit.seen_setting('shared_preload_libraries') as libraries,
      regexp_split_to_array(lower(btrim(current_setting('log_destination'))), '[ ,"]+') as destination,
      current_setting('server_version_num')::int >= 150000 as json)
  select x.n, x.reason, x.fix, x."when" from s, lateral (values
    (1, not s.loaded, 'pgaudit is not loaded', format('alter system set shared_preload_libraries = %s''pgaudit''%s;',
        (select string_agg(quote_literal(btrim(l, ' "')) || ', ', '' order by k)
          from unnest(string_to_array(nullif(s.libraries, ''), ',')) with ordinality u(l, k)),
        case when s.libraries is null then ' /* and before it those that there are */' end), 'restart'),
    (2, not current_setting('logging_collector')::bool, 'logging_collector is off', 'alter system set logging_collector = on;', 'restart'),
    (3, not s.destination && '{jsonlog,csvlog}', 'log_destination has neither jsonlog nor csvlog',
      format('alter system set log_destination = %L;', concat_ws(',', nullif(current_setting('log_destination'), ''),
        case when s.json then 'jsonlog' else 'csvlog' end)), 'reload'),
    (4, audit.role_oid(s.role) is null, format('there is no role %I', s.role),
      format(E'create role %I nologin;\ncomment on role %1$I is %L;', s.role, audit.group_mark('read')), 'apply'),
    (4, audit.role_oid(s.role) is not null and audit.read_role_oid() is null, format('role %I is not ours', s.role), null, null),
    (5, s.set_role is distinct from s.role, case when s.set_role is null then 'pgaudit.role is not set'
        else format('pgaudit.role is %s, and there is no such role', s.set_role) end,
      case when audit.role_oid(s.role) is null or audit.read_role_oid() is not null
        then format('alter database %I set pgaudit.role = %L;', current_database(), s.role) end, 'connect')) x(n, lacks, reason, fix, "when")
  where x.lacks order by x.n $$;

-- Why what rules ask for does not come into the server's log yet; a rule that waits for nothing is not among them.
create function audit.waits() returns table(rule text, reasons text[]) language sql stable set search_path = pg_catalog, pg_temp as $$
  with reader as (select r.rolname, r.oid from pg_roles r where r.oid = (select audit.read_role_oid())),
  unread as (
    select d.relid, d.rules, string_agg(quote_ident(a.attname), ', ' order by a.attnum) as cols, m.rolname
    from reader m, audit.reads_due() d left join pg_attribute a on d.num > 0 and a.attrelid = d.relid and a.attnum = d.num
    where not audit.is_read(m.oid, d.relid, d.num)
    group by d.relid, d.rules, m.rolname),
  why as (
    select r.name, n.n, n.reason from audit.rule r, audit.read_needs() n where r.enabled and 'read' = any(r.ops)
    union all
    select x, 6, format('%I may not SELECT %s%s', u.rolname, audit.table_name(u.relid), ' (' || u.cols || ')')
    from unread u, unnest(string_to_array(u.rules, ',')) x)
  select w.name, array_agg(w.reason order by w.n, w.reason collate "C") from why w group by w.name $$;

-- A rule as list prints it, and what it waits for.
create function audit.rule_shown(r audit.rule, waits text[]) returns json language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when waits is null then l else (left(l::text, -1) || ',"waiting":' || to_json(waits)::text || '}')::json end
  from (select audit.rule_line(r)) x(l) $$;

-- The statements for an administrator, ready to paste; null: none.
create function audit.read_script() returns text language sql stable set search_path = pg_catalog, pg_temp set quote_all_identifiers = off as $$
  select E'-- as a superuser, in database ' || quote_ident(current_database()) || E':\n' || string_agg(n.fix || E'\n', '' order by n.n)
    || case when bool_or(n."when" = 'restart') then E'-- then restart the server'
      when bool_or(n."when" = 'reload') then E'select pg_reload_conf();\n-- sessions that are open keep their pgaudit.role' else
      E'-- sessions that are open keep their pgaudit.role' end || E'\n'
    || case when bool_or(n."when" = 'apply') then E'-- then: audit-rule apply --missing\n' else '' end
  from audit.read_needs() n where n.fix is not null having count(*) > 0 $$;

-- When something was last brought in from a log; null: never, or nothing brings it.
create function audit.last_ingest() returns timestamptz language sql stable set search_path = pg_catalog, pg_temp as $$
  select max(s.ingested) from audit.log_system s $$;

-- Who is asked for

-- The enabled rules of an identity that ask for a read by this role, of this actor, in these groups: joined, sorted. Empty: no
-- enabled rule has to do with reads; null: some have, and none asks for this one. See audit.asked(), audit.in_group().
create function audit.read_rules(rel int, role text, actor text, groups text[]) returns text language plpgsql stable
 set search_path = pg_catalog, pg_temp as $$
declare r record; names text[]; any_rule bool := false; who text := coalesce(actor, role); me pg_roles;
begin
  for r in select x.name, x.groups, x.actors, x.except_actors from audit.rule_table b join audit.rule x on x.name = b.rule
      where b.rel = read_rules.rel and x.enabled and 'read' = any(x.ops) order by x.name collate "C" loop
    any_rule := true;
    continue when who <> all(r.actors) or who = any(r.except_actors);
    if r.groups is not null and not coalesce(groups && r.groups, false) then
      if me.oid is null then select * into me from pg_roles p where p.rolname = role; end if;
      continue when not coalesce(me.rolsuper, false) and role <> all(r.groups) and not exists (
        select from pg_roles g where g.rolname = any(r.groups) and pg_has_role(me.oid, g.oid, 'member'));
    end if;
    names := names || r.name;
  end loop;
  return case when any_rule then array_to_string(names, ',') else '' end;
end $$;
