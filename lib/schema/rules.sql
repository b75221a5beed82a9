-- rules: what audit-rule calls to change rules. What an admin calls runs with the rights of the trail's owner (security
-- definer): no argument of it may become SQL, and no setting of his may change what it means. The rest runs with its
-- caller's rights, and is no use to who is not the owner.

-- What a rule means

-- Partitions that were detached from the table of an identity: they have kept the truncate trigger, and lost the
-- clone of the other.
create view audit.detached as
  select k as id, g.tgrelid as relid
  from pg_catalog.pg_trigger g, lateral (select audit.told_by(g)) x(k)
  where g.tgfoid = 'audit.capture_truncate()'::regprocedure and k is not null and not exists (
    select from pg_catalog.pg_trigger o where o.tgrelid = g.tgrelid and o.tgname = ('!audit_' || k)::name);

-- The tables that a rule means now.
create function audit.wanted(named oid[], patterns text[], related bool) returns table(relid oid, why text)
 language plpgsql stable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query
  with recursive pattern as (
    select a.relid from (select audit.like_of(p) l from unnest(patterns) p) x
    join audit.application a on a."schema"::text like l[1] and a."table"::text like l[2]
    where not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = a.relid and d.deptype = 'e')),
  said as (
    select t as relid, 1 as n, 'named' as why from unnest(named) t
    union
    select p.relid, 2, 'pattern' from pattern p join pg_class c on c.oid = p.relid
      where not c.relispartition or not exists (select from pg_partition_ancestors(p.relid) x(a)
        where a <> p.relid and (a in (select o.relid from pattern o) or a = any(named)))),
  meant as (
    select * from said
    union
    select c.conrelid, 3, 'related' from said s, audit.tree(s.relid) t, pg_constraint c
      where related and c.contype = 'f' and c.conparentid = 0 and c.confrelid = t),
  child as (
    select relid, n, why from meant
    union
    select x.relid, 4, 'child' from child c join (
        select i.inhparent as parent, i.inhrelid as relid from pg_inherits i
          join pg_class k on k.oid = i.inhrelid and not k.relispartition
        union all
        select l.relid, d.relid from audit.detached d join audit.live l on l.id = d.id) x on x.parent = c.relid)
  select distinct on (c.relid) c.relid, c.why from child c join audit.application a on a.relid = c.relid
    where c.why = 'named' or c.relid not in (select s.relid from audit.skipped s)
    order by c.relid, c.n;
end $$;

-- Binds the columns that a rule names to a table, by number. One that was bound before stays bound, so that a rule
-- follows a rename; its name, if another column has it now, does not mean that one.
create function audit.bind(r audit.rule, i int, t oid) returns void language plpgsql
 set search_path = pg_catalog, pg_temp as $$
declare b audit.rule_table; was jsonb;
begin
  select * into b from audit.rule_table where rule = r.name and rel = i;
  was := case when b.relid = t then b.attnums else '{}' end;
  if r."when" is null then
    b."when" := null; b.when_columns := '{}';
  elsif b."when" is null then
    begin
      select x."when", x.columns into b."when", b.when_columns from audit.read_when(t, r."when") x;
    exception when syntax_error_or_access_rule_violation then
      -- a table of which the rule does not speak by name need not have these columns
      if b.why = 'named' then raise; end if;
      b."when" := null; b.when_columns := '{}';
    end;
  end if;
  update audit.rule_table set relid = t, "when" = b."when", when_columns = b.when_columns, attnums = (
      select coalesce(jsonb_object_agg(c, a.attnum), '{}')
      from (select distinct unnest(r.ignore || r.exclude || r.mask || r.read_columns || b.when_columns || r.label || r.actor_column)) x(c)
      join pg_attribute a on a.attrelid = t and a.attnum > 0 and not a.attisdropped
        and case when exists (select from pg_attribute o where o.attrelid = t and o.attnum = (was ->> c)::int and not o.attisdropped)
          then a.attnum = (was ->> c)::int else a.attname = c end)
    where rule = r.name and rel = i;
end $$;

-- What identifies a record must be readable in the trail, whichever rule hides it.
create function audit.check_secrets(i int, t oid) returns void language plpgsql
 set search_path = pg_catalog, pg_temp as $$
declare h record;
begin
  select x.c, b.rule, x.c = any(audit.primary_key(t)) as in_key into h
    from audit.rule_table b join audit.rule r on r.name = b.rule, unnest(audit.bound(r.exclude || r.mask, b, t)) x(c)
    where b.rel = i and (x.c = any(audit.primary_key(t)) or exists (
      select from audit.rule_table o join audit.rule q on q.name = o.rule
      where o.rel = i and x.c = any(audit.bound(array[q.label], o, t)))) limit 1;
  if found then
    raise exception 'rule % excludes or masks "%", which is % of %', h.rule, h.c,
      case when h.in_key then 'in the key' else 'the label' end, audit.table_name(t) using errcode = 'invalid_parameter_value';
  end if;
end $$;

create function audit.cover_table(r audit.rule, t oid, w text) returns int language plpgsql
 set search_path = pg_catalog, pg_temp as $$
declare i int := audit.identify(t);
begin
  insert into audit.rule_table(rule, rel, why) values (r.name, i, w) on conflict (rule, rel) do update set why = excluded.why;
  perform audit.bind(r, i, t);
  perform audit.check_secrets(i, t);
  delete from audit.skip where audit.skip.relid = t or (audit.skip."schema", audit.skip."table")
    = (select a."schema", a."table" from audit.application a where a.relid = t);
  return i;
end $$;

-- Makes a rule cover what it means; named are its tables' identities, also of those that are gone. What the rule
-- names must be there, unless it is only looked at again: then a table that cannot be covered is left out.
create function audit.cover(r audit.rule, named int[], again bool) returns void language plpgsql
 set search_path = pg_catalog, pg_temp as $$
declare w record; rels int[] := named;
begin
  for w in select * from audit.wanted(array(select l.relid from audit.live l where l.id = any(named) and l.relid is not null),
      r.patterns, r.related) loop
    begin
      rels := rels || audit.cover_table(r, w.relid, w.why);
    exception when others then
      if not again then raise; end if;
      rels := rels || audit.identity_of(w.relid);
      raise warning 'rule % cannot cover %: %', r.name, audit.table_name(w.relid), sqlerrm;
    end;
  end loop;
  delete from audit.rule_table where rule = r.name and rel <> all(rels);
end $$;

-- The columns that a rule names must be in each table that it names, else in one of its tables.
create function audit.check_columns(r audit.rule) returns void language plpgsql stable
 set search_path = pg_catalog, pg_temp as $$
declare bad record;
begin
  select c, b.relid into bad
    from unnest(r.ignore || r.exclude || r.mask || r.read_columns || r.label || r.actor_column) c
    join audit.rule_table b on b.rule = r.name join audit.live l on l.id = b.rel and l.relid is not null
    where c is not null and not b.attnums ? c and (b.why = 'named' or not exists (
      select from audit.rule_table o where o.rule = r.name and (o.why = 'named' or o.attnums ? c)))
    limit 1;
  if found then
    raise exception 'no column "%" in %', bad.c, audit.table_name(bad.relid) using errcode = 'undefined_column';
  end if;
end $$;

create function audit.check_when(r audit.rule) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare t oid;
begin
  if r."when" is not null and not exists (select from audit.rule_table b where b.rule = r.name and b."when" is not null) then
    -- let the server say again what is wrong with it
    select b.relid into t from audit.rule_table b where b.rule = r.name and b.relid is not null limit 1;
    perform audit.read_when(t, r."when") where t is not null;
  end if;
end $$;

-- Compiles an identity and the others whose triggers fire in the same tree of partitions. Returns whether what the
-- triggers work by has changed: then the same transaction has to leave an event.
create function audit.recompile(i int) returns bool language plpgsql set search_path = pg_catalog, pg_temp as $$
declare top oid := (select coalesce(pg_partition_root(r.relid), r.relid) from audit.relation r where r.id = i); changed bool;
begin
  -- one at a time: two would put the same row in place
  perform pg_advisory_xact_lock('audit.plan'::regclass::oid::int, top::int);
  changed := audit.compile(i);
  return changed or coalesce((select bool_or(audit.compile(k)) from (
    select distinct audit.told_by(g) from audit.tree(top) t join pg_trigger g on g.tgrelid = t
    where g.tgparentid = 0 and g.tgfoid = 'audit.capture()'::regprocedure) x(k) where k <> i), false);
end $$;

-- The same, which leaves that event itself.
create function audit.recompile_noted(i int) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if audit.recompile(i) then
    perform audit.note('rule_compile', null, null, null, jsonb_build_object('table', format('%I.%I', r."schema", r."table")), null,
        jsonb_strip_nulls(jsonb_build_object('identity', i, 'xid', audit.subtransaction())))
      from audit.relation r where r.id = i;
  end if;
end $$;

-- How the plans of identity i, on table t and its partitions, compare with what would be compiled now. stale: the
-- table has changed, which the triggers see. They do not see what is missing or altered.
create function audit.plan_state(i int, t oid) returns table(relid oid, state text) language plpgsql stable
 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare seen text[] := '{root,named,next,shape,pkey}';
begin
  return query
  select m, case
      when was is null and not exists (select from audit.plan p where p.rel = i) then 'missing'
      when was is null or exists (select from unnest(seen) k where was -> k is distinct from now -> k) then 'stale'
      else 'altered' end
    from audit.tree(t) m join pg_class c on c.oid = m and c.relkind <> 'p'
      left join audit.plan p on p.relid = m and p.rel = i,
      -- TRUNCATE gives a table another file and no other plan
      lateral (select to_jsonb(p) - 'filenode', to_jsonb(audit.plan_of(i, m)) - 'filenode') x(was, now)
    where was is distinct from now;
end $$;

-- Changing rules

create function audit.note_rule(op text, rule text, was json, now json) returns void language sql
 set search_path = pg_catalog, pg_temp as $$
  select audit.note(op, null, null, null, jsonb_build_object('rule', rule), was::jsonb, now::jsonb) $$;

create function audit.need_rules(names text[]) returns void language plpgsql stable
 set search_path = pg_catalog, pg_temp as $$
declare unknown text;
begin
  select string_agg(n, ', ') into unknown from unnest(names) n where not exists (select from audit.rule r where r.name = n);
  if unknown is not null then
    raise exception 'no such rule: %', unknown using errcode = 'undefined_object';
  end if;
end $$;

-- The identities that a line names. A table that is gone still means the one that the rule had under that name.
create function audit.named_in(line jsonb, rule text) returns int[] language plpgsql
 set search_path = pg_catalog, pg_temp as $$
declare n text; t oid; i int; rels int[] := '{}';
begin
  for n in select x from unnest(audit.list_of(line, 'table')) x where not audit.is_pattern(x) loop
    t := audit.find_table(n);
    if t is not null then
      i := audit.identify(t);
    else
      select l.id into i from audit.rule_table b join audit.live l on l.id = b.rel and l.relid is null
        where b.rule = named_in.rule and b.why = 'named' and format('%I.%I', l."schema", l."table") = n limit 1;
      if i is null then
        raise exception 'no such table: %', n using errcode = 'undefined_table';
      end if;
    end if;
    rels := rels || i;
  end loop;
  return array(select distinct unnest(rels) order by 1);
end $$;

-- What putting a rule in place comes to: add, change, enable, disable or none.
create function audit.difference(was audit.rule, r audit.rule, named int[]) returns text language plpgsql stable
 set search_path = pg_catalog, pg_temp as $$
declare same audit.rule := was;
begin
  if was.name is null then return 'add'; end if;
  same.enabled := r.enabled;
  if same <> r or named <> array(select b.rel from audit.rule_table b where b.rule = r.name and b.why = 'named' order by b.rel) then
    return 'change';
  end if;
  return case when was.enabled = r.enabled then 'none' when r.enabled then 'enable' else 'disable' end;
end $$;

create function audit.save_rule(r audit.rule) returns void language sql set search_path = pg_catalog, pg_temp as $$
  -- another predicate has to be read again
  update audit.rule_table b set "when" = null from audit.rule x
    where b.rule = r.name and x.name = r.name and x."when" is distinct from r."when";
  insert into audit.rule select r.* on conflict (name) do update set enabled = excluded.enabled, ops = excluded.ops,
    groups = excluded.groups, actors = excluded.actors, except_actors = excluded.except_actors, ignore = excluded.ignore,
    exclude = excluded.exclude, mask = excluded.mask, read_columns = excluded.read_columns, "when" = excluded."when", label = excluded.label,
    actor_column = excluded.actor_column, related = excluded.related, keep_bytes = excluded.keep_bytes,
    require_session = excluded.require_session,
    on_error = excluded.on_error, patterns = excluded.patterns $$;

-- Puts a rule in place as a line says it; adding is not to change one that is there.
create function audit.put_rule(line jsonb, adding bool, out done text, out name text, out rule json) language plpgsql
 security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off
 set transform_null_equals = off as $$
declare r audit.rule; was audit.rule; was_line json; named int[]; rels int[];
begin
  perform audit.lock_rules();
  if adding and not line ? 'rule' then
    line := line || jsonb_build_object('rule', audit.default_name(line #>> '{table,0}'));
  end if;
  r := audit.rule_of(line);
  name := r.name;
  select * into was from audit.rule x where x.name = r.name;
  was_line := case when was.name is not null then audit.rule_line(was) end;
  named := audit.named_in(line, r.name);
  done := audit.difference(was, r, named);
  if adding and done not in ('add', 'none') then
    raise exception 'there is another rule %', r.name using errcode = 'duplicate_object',
      hint = 'Give this one another --name, or change that one with audit-rule apply.';
  end if;
  if done <> 'none' then
    rels := array(select rel from audit.rule_table b where b.rule = r.name);
    perform audit.save_rule(r);
    if done in ('add', 'change') then
      perform audit.cover(r, named, false);
      perform audit.check_columns(r);
      perform audit.check_when(r);
    end if;
    perform audit.recompile(i) from (
      select unnest(rels) union select b.rel from audit.rule_table b where b.rule = r.name) x(i);
    perform audit.note_rule('rule_' || done, r.name, was_line, audit.rule_line(r));
  end if;
  rule := audit.rule_line(r);
end $$;

create function audit.switch_rules(names text[], enable bool) returns setof text language plpgsql
 security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off
 set transform_null_equals = off as $$
declare r audit.rule; was json;
begin
  perform audit.lock_rules();
  perform audit.need_rules(names);
  for r in select * from audit.rule x where x.name = any(names) and x.enabled <> enable order by x.name loop
    was := audit.rule_line(r);
    r.enabled := enable;
    update audit.rule x set enabled = r.enabled where x.name = r.name;
    perform audit.recompile(b.rel) from audit.rule_table b where b.rule = r.name;
    perform audit.note_rule(case when enable then 'rule_enable' else 'rule_disable' end, r.name, was, audit.rule_line(r));
    return next r.name;
  end loop;
end $$;

create function audit.remove_rules(names text[]) returns table(name text, rule json) language plpgsql
 security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off
 set transform_null_equals = off as $$
#variable_conflict use_column
declare r audit.rule; rels int[];
begin
  perform audit.lock_rules();
  perform audit.need_rules(names);
  for r in select * from audit.rule x where x.name = any(names) order by x.name loop
    return query select r.name, audit.rule_line(r);
    perform audit.note_rule('rule_remove', r.name, audit.rule_line(r), null);
    rels := array(select b.rel from audit.rule_table b where b.rule = r.name);
    delete from audit.rule x where x.name = r.name;
    perform audit.recompile(i) from unnest(rels) i;
  end loop;
end $$;

-- Looks at every rule again: covers what has come since, and compiles for the tables as they are.
create function audit.refresh_rules() returns void language plpgsql
 security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off
 set transform_null_equals = off as $$
declare r audit.rule; was int[];
begin
  perform audit.lock_rules();
  for r in select * from audit.rule x order by x.name loop
    was := array(select b.rel from audit.rule_table b where b.rule = r.name);
    perform audit.cover(r, array(select b.rel from audit.rule_table b where b.rule = r.name and b.why = 'named'), true);
    perform audit.note('rule_cover', l."schema", l."table", l.id, jsonb_build_object('rule', r.name), null, jsonb_build_object('why', b.why))
      from audit.rule_table b join audit.live l on l.id = b.rel where b.rule = r.name and b.rel <> all(was);
  end loop;
  perform audit.recompile_noted(id) from audit.relation;
end $$;

-- The tables that a trigger is missing from, or is not as it should be on, and whether that can be mended now: by the
-- caller himself, or for an admin by the trail's owner; of these rules, or of all.
create function audit.unhung(rules text[]) returns table(relid oid, "table" text, may bool) language plpgsql stable
 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query select l.relid, audit.table_name(l.relid), bool_and(case when audit.is_owner() then pg_has_role(c.relowner, 'usage')
      else pg_has_role((select n.nspowner from pg_namespace n where n.nspname = 'audit'), c.relowner, 'usage') end)
    from (select distinct b.rel from audit.rule_table b where rules is null or b.rule = any(rules)) x
      join audit.live l on l.id = x.rel, audit.mend_ddl(l.id, l.relid) d, pg_class c
    where c.oid = d.relid group by 1 order by 2;
end $$;

create function audit.skip_table(name text, why text) returns void language plpgsql
 security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off
 set transform_null_equals = off as $$
declare t oid := audit.find_table(name); a record;
begin
  if t is null then
    raise exception 'no such table: %', name using errcode = 'undefined_table';
  end if;
  if exists (select from audit.rule_table b where b.rel = audit.identity_of(t)) then
    raise exception '% has a rule', name using errcode = 'wrong_object_type', hint = 'Remove the rule first.';
  end if;
  select x."schema", x."table" into a from audit.application x where x.relid = t;
  delete from audit.skip s where s.relid = t or (s."schema", s."table") = (a."schema", a."table");
  insert into audit.skip(relid, "schema", "table", why) values (t, a."schema", a."table", why);
  perform audit.note('rule_skip', a."schema", a."table", null, null, null, jsonb_build_object('why', why));
end $$;
