-- capture: the triggers' functions. They run in the application's transaction with the trail owner's rights.
--
-- Every expression and every statement here is paid for by each change of each audited row, and in a short
-- transaction each is set up anew: hence few of them. audit.capture() does what is common; what needs a second
-- look (a rule that asks who or which, a table that has changed since its plan was compiled, a type that
-- somebody made, a huge value) goes through audit.change(), which makes the same events, slower.

-- The key's values as text, and the key itself.
create function audit.key_text(image jsonb, key text[]) returns text language sql immutable
 set search_path = pg_catalog, pg_temp as $$
  select case cardinality(key) when 0 then null when 1 then image ->> key[1]
    else to_jsonb(audit.key_values(image, key))::text end $$;

create function audit.key(image jsonb, key text[]) returns jsonb language sql immutable
 set search_path = pg_catalog, pg_temp as $$
  select jsonb_object_agg(c, image -> c) from unnest(key) c $$;

-- The records that a change links its own to or takes it from. An update that moves it nowhere has none. A loop, for a
-- query would be planned anew in each statement.
create function audit.parents(o jsonb, n jsonb, d jsonb, parents audit.parent[]) returns bigint[] language plpgsql immutable as $$
declare f audit.parent; i jsonb; v text[]; r bigint; records bigint[];
begin
  foreach f in array parents loop
    continue when d is not null and not d -> 0 ?| f.cols;
    foreach i in array array[o, n] loop
      v := case when cardinality(f.cols) = 1 then array[i ->> f.cols[1]] else audit.key_values(i, f.cols) end;
      continue when i is null or array_position(v, null) is not null;
      r := audit.record(f.rel, v);
      if records is null or r <> all(records) then records := records || r; end if;
    end loop;
  end loop;
  return records;
end $$;

-- What is stored of an image: without what is excluded, bytea as size and digest, secrets masked.
create function audit.trim(j jsonb, bytes text[], exclude text[], mask text[]) returns jsonb language plpgsql immutable
 set search_path = pg_catalog, pg_temp as $$
declare c text; b bytea;
begin
  j := j - exclude;
  foreach c in array bytes loop
    if jsonb_typeof(j -> c) = 'string' then
      b := decode(substr(j ->> c, 3), 'hex');
      j := j || jsonb_build_object(c, jsonb_build_object('bytes', length(b), 'sha256', encode(sha256(b), 'hex')));
    else
      j := j #- array[c, 'truncated'];	-- a digest is all that was wanted
    end if;
  end loop;
  foreach c in array mask loop
    if j ? c then j := j || jsonb_build_object(c, jsonb_build_object('masked', true)); end if;
  end loop;
  return j;
end $$;

-- Does the plan still hold for the table as it is now? Looks only at what the caches know, and takes the plan's
-- columns one by one, so that the planner can put this expression where it is called. A new column has the number
-- next, a column of another type means another file (as does TRUNCATE: then the shape is looked at), a table that
-- was attached to a parent has a root, a key an index. Only what was swapped by two renames, and is neither in the
-- key nor hidden, is not seen at once: a label.
-- (Names are quoted where quote_all_identifiers says so, and then do not fit: audit.change() sets it.)
create function audit.holds(t oid, root oid, filenode oid, pkey oid, pkey_column text, next int2, named text, trims bool, shape bigint)
 returns bool language sql stable as $$
  select coalesce(pg_partition_root(t), 0::oid) = root
    and (pg_relation_filenode(t) = filenode and not trims or audit.shape(t, filenode) = shape)
    and not audit.has_attribute(t, next) and case when root <> 0 then root else t end::regclass::text = named
    and case when pkey <> 0 then pg_get_indexdef(pkey, 1, false) = pkey_column else audit.primary_key(t) = '{}' end $$;

-- The columns that differ: [old, new], or null. Compared as text: 1.0 and 1.00 are two values. A loop of simple
-- expressions is faster here than any query over the pairs.
create function audit.diff(o jsonb, n jsonb, cols text[]) returns jsonb language plpgsql immutable as $$
declare c text; co jsonb; cn jsonb;
begin
  foreach c in array cols loop
    if o ->> c is distinct from n ->> c then
      co := coalesce(co, '{}') || jsonb_build_object(c, o -> c);
      cn := coalesce(cn, '{}') || jsonb_build_object(c, n -> c);
    end if;
  end loop;
  return case when co is not null then jsonb_build_array(co, cn) end;
end $$;

-- The row as jsonb whatever it holds. Where that fails (json with \u0000, a string over 256 MB), each column is taken
-- by itself.
create function audit.image(p audit.plan, r record) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare j jsonb; a record; v jsonb; expr text;
begin
  begin
    if p.image is null then return to_jsonb(r); end if;
    execute coalesce(nullif(p.image, ''), audit.image_sql(p.relid)) into j using r;
    return j;
  exception when others then null;
  end;
  j := '{}';
  for a in select * from audit.attributes(p.relid) loop
    expr := format('($1)."%s"', replace(a.name, '"', '""'));
    begin
      execute 'select ' || audit.value_sql(a.typ, expr) into v using r;
      j := j || jsonb_build_object(a.name, v);
    exception when others then
      j := j || jsonb_build_object(a.name, audit.image_of_value(expr, audit.base_type(a.typ), r));
    end;
  end loop;
  return j;
end $$;

-- One value that jsonb cannot hold: its text where that may be json, else its size and digest.
create function audit.image_of_value(expr text, typ oid, r record) returns jsonb language plpgsql
 set search_path = pg_catalog, pg_temp as $$
declare v jsonb; digest text := 'select jsonb_build_object(''bytes'', length(b), ''sha256'', encode(sha256(b), ''hex''), ''truncated'', true)
  from (select %s b) x';
begin
  if typ in ('json'::regtype, 'json[]'::regtype) or typ >= 16384 then
    begin
      execute format('select jsonb_build_object(''json'', format(''%%s'', %s))', expr) into v using r;
      return v;
    exception when others then null;
    end;
  end if;
  if typ <> 'bytea'::regtype then expr := format('convert_to(format(''%%s'', %s), ''UTF8'')', expr); end if;
  execute format(digest, expr) into v using r;
  return v;
exception when others then
  return jsonb_build_object('bytes', null, 'sha256', null, 'truncated', true);
end $$;

-- Does a predicate hold for a row? If it cannot be told, yes. It says the same whatever the writer has set.
create function audit.meets(predicate text, image jsonb) returns bool language plpgsql set search_path = pg_catalog, pg_temp
 set standard_conforming_strings = on set transform_null_equals = off as $$
declare b bool;
begin
  execute predicate into b using image;
  return coalesce(b, false);
exception when others then
  return true;
end $$;

-- Is this session in one of the groups: those that the application named, or the role that it took on, else that
-- it logged in as, or what this is a member of. A role that does not exist is no error.
create function audit.in_group(groups text[]) returns bool language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare g text; who name := coalesce(nullif(current_setting('role'), 'none'), session_user::text);
begin
  if (audit.who()).groups && groups
    or regexp_split_to_array(btrim(current_setting('audit.groups', true)), ' *, *') && groups
    or (select rolsuper from pg_roles where rolname = who) then return true; end if;
  foreach g in array groups loop
    if g = who or pg_has_role(who, to_regrole(format('"%s"', replace(g, '"', '""'))), 'member') then return true; end if;
  end loop;
  return false;
end $$;

-- The rules that ask for a change, joined, or null. Without an image only who acts is asked.
create function audit.asked(p audit.plan, what text, changed text[], actor text, image jsonb) returns text
 language plpgsql set search_path = pg_catalog, pg_temp as $$
declare r audit.plan_rule; names text[]; who text := coalesce(actor, nullif(current_setting('role'), 'none'), session_user::text);
begin
  foreach r in array p.rules loop
    continue when what <> all(r.ops) or (what = 'update' and changed <@ r.ignore)
      or who <> all(r.actors) or who = any(r.except_actors);
    continue when r.groups is not null and not audit.in_group(r.groups);
    continue when r."when" is not null and image is not null and not audit.meets(r."when", image);
    names := names || r.name;
  end loop;
  return array_to_string(names, ',');
end $$;

-- The plans of the other identities whose triggers fire for the same table, and whether they are above. A change is
-- recorded once, by the topmost that asks for it, but hides what any of them hides. (A table with a rule of its own
-- may be attached to one that has one too.)
create function audit.plans_beside(i int, t oid) returns table(p audit.plan, above bool) language sql stable
 set search_path = pg_catalog, pg_temp as $$
  select q, o.n > me.n from audit.identities(t) me, audit.identities(t) o, audit.plan_of(o.id, t) q
  where me.id = i and o.id <> i and q.rel is not null $$;

-- What audit.capture() leaves aside. old and new are the same record where there is only one.
create function audit.change(i int, what text, t oid, old record, new record) returns void language plpgsql
 set quote_all_identifiers = off set array_nulls = on as $$
declare p audit.plan; names text;
begin
  if not exists (select from audit.plan x where x.rel = i) then return; end if;
  select * into p from audit.plan x where x.relid = t and x.rel = i
    and audit.holds(t, x.root, x.filenode, x.pkey, x.pkey_column, x.next, x.named, true, x.shape);
  if p.rel is null then
    p := audit.plan_of(i, t);
    if p.rel is not null then perform audit.note_columns(i, audit.root(i, t)); end if;
  end if;
  names := case what when 'insert' then p.on_insert when 'update' then p.on_update else p.on_delete end;
  if names is null then return; end if;
  if not p.warn then
    perform audit.record_change(p, what, old, new);
    return;
  end if;
  begin
    perform audit.record_change(p, what, old, new);
  exception
    -- that is no mishap
    when sqlstate 'UA011' or sqlstate 'UA012' or sqlstate 'UA013' or sqlstate 'UA014' or sqlstate 'UA015' then raise;
    when others then perform audit.gap(p, what, sqlstate, sqlerrm);
  end;
end $$;

-- A change that could not be recorded, where the rules say that it may happen all the same.
create function audit.gap(p audit.plan, what text, state text, message text) returns void language plpgsql
 set search_path = pg_catalog, pg_temp as $$
begin
  perform audit.note('gap', p."schema", p."table", p.rel, null, null,
    jsonb_build_object('op', what, 'sqlstate', state, 'message', message));
exception when others then
  raise warning 'a % on %.% was not recorded: %', what, p."schema", p."table", message
    using errcode = 'UA001', detail = format('Nor could the gap be recorded: %s', sqlerrm);
end $$;

-- A change that is in no session, where a rule that asks for it wants one.
create function audit.need_session(p audit.plan, names text) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare r audit.plan_rule;
begin
  foreach r in array p.rules loop
    if r.require_session and r.name = any(string_to_array(names, ',')) then
      raise exception 'a change of %.% is refused: it is in no session', p."schema", p."table"
        using errcode = 'UA015', hint = format('Rule %s requires one: see audit.use_session().', r.name);
    end if;
  end loop;
end $$;

create function audit.record_change(p audit.plan, what text, old record, new record) returns void language plpgsql as $$
declare o jsonb; n jsonb; co jsonb; cn jsonb; d jsonb; w audit.who := audit.who(); actor text; names text; changed text[]; other record;
  asks text := case what when 'emptied' then 'truncate' else what end;
begin
  if what <> 'insert' then o := audit.image(p, old); end if;
  if what in ('insert', 'update') then n := audit.image(p, new); end if;
  co := o;
  cn := n;
  if what = 'update' then
    d := audit.diff(o, n, p.kept);
    if d is null then return; end if;
    co := case when p.key = '{}' then o else d -> 0 end;
    cn := d -> 1;
    changed := array(select jsonb_object_keys(cn));
  end if;
  actor := coalesce(w.actor, audit.said('audit.actor'), n ->> p.actor_column);
  names := audit.asked(p, asks, changed, actor, coalesce(n, o));
  if names is null then return; end if;
  if p.contended then
    for other in select * from audit.plans_beside(p.rel, p.relid) loop
      if other.above and what <> 'emptied' and audit.asked(other.p, asks, changed, actor, coalesce(n, o)) is not null then return; end if;
      names := concat_ws(',', names, audit.asked(other.p, asks, changed, actor, coalesce(n, o)));
      p.mask := p.mask || (other.p).mask;
      p.exclude := p.exclude || (other.p).exclude;
      p.rules := p.rules || (other.p).rules;
    end loop;
    names := array_to_string(array(select distinct x from unnest(string_to_array(names, ',')) x order by x), ',');
    p.trims := p.trims or p.mask || p.exclude <> '{}';
    if p.key && (p.mask || p.exclude) then p.key := '{}'; end if;
  end if;
  if w.session is null then perform audit.need_session(p, names); end if;
  if p.trims then
    co := audit.trim(co, p.bytes, p.exclude, p.mask);
    cn := audit.trim(cn, p.bytes, p.exclude, p.mask);
    if what = 'update' and cn = '{}' then return; end if;
  end if;
  insert into audit.event(id, at, record, record_to, op, "schema", "table", key, label, actor, session, rules, old, new, parents)
  select audit.new_id(x.at), x.at, audit.record(p.rel, audit.key_text(coalesce(o, n), p.key)),
    case when d -> 0 ?| p.key then audit.record(p.rel, audit.key_text(n, p.key)) end,
    case what when 'emptied' then 'delete' else what end, p."schema", p."table", audit.key(coalesce(o, n), p.key),
    coalesce(o, n) ->> p.label, actor, w.session, names, co, cn,
    case when p.parents is not null then audit.parents(o, n, d, p.parents) end
  from (select clock_timestamp() as at offset 0) x;
  insert into audit.relation_name select p.rel, p."schema", p."table" where not exists (
    select from audit.relation_name r where r.rel = p.rel and r."schema" = p."schema" and r."table" = p."table");
end $$;

-- The rows of one table that TRUNCATE is about to take, a delete each. Returns how many.
create function audit.record_rows(p audit.plan) returns bigint language plpgsql as $$
declare n bigint;
begin
  if p.fast then
    begin
      execute format('insert into audit.event(id, at, record, op, "schema", "table", key, label, rules, old, parents)
        select audit.new_id(x.at), x.at, audit.record($1, case when $3 is not null then x.o ->> $3 else audit.key_text(x.o, $2) end),
          ''delete'', $4, $5, case when $3 is not null then jsonb_build_object($3, x.o -> $3) else audit.key(x.o, $2) end,
          x.o ->> $6, $7, case when $8 then audit.trim(x.o, $9, $10, $11) else x.o end,
          case when $12 is not null then audit.parents(x.o, null, null, $12) end
        from (select clock_timestamp() as at, to_jsonb(t.*) o from only %s t offset 0) x', p.relid::regclass)
        using p.rel, p.key, p.key1, p."schema", p."table", p.label, p.on_truncate, p.trims, p.bytes, p.exclude, p.mask,
        p.parents;
      get diagnostics n = row_count;
      return n;
    exception when others then null;	-- a value that jsonb cannot hold: one by one
    end;
  end if;
  execute format('select count(*) from only %s t, lateral audit.record_change($1, ''emptied'', t.*, t.*)', p.relid::regclass)
    into n using p;
  return n;
end $$;

-- A TRUNCATE of t: the rows that go, then how many. A row that a policy would hide, or whose policy would run
-- somebody's function for us, is not read, and that is said.
create function audit.record_truncate(p audit.plan) returns void language plpgsql as $$
declare parts oid[] := array[p.relid]; t oid; n bigint; rows bigint := 0; unread bigint := 0; what jsonb; problem text;
  names text := audit.asked(p, 'truncate', null, audit.actor(), null);
begin
  if names is null then return; end if;
  if audit.session() is null then
    perform audit.need_session(p, names);
    perform audit.need_session(b.p, audit.asked(b.p, 'truncate', null, audit.actor(), null)) from audit.plans_beside(p.rel, p.relid) b;
  end if;
  if (select relkind = 'p' from pg_class where oid = p.relid) then
    parts := array(select x.relid from pg_partition_tree(p.relid) x where x.isleaf and not exists (
      select from pg_trigger g where g.tgrelid = x.relid and g.tgfoid = 'audit.capture_truncate()'::regprocedure));
    -- all partitions speak for themselves
    if parts = '{}' and exists (select from pg_partition_tree(p.relid) x where x.isleaf) then return; end if;
  end if;
  foreach t in array parts loop
    begin
      n := audit.record_rows(audit.plan_of(p.rel, t));
      rows := rows + n;
      if audit.old_snapshot() and pg_stat_get_live_tuples(t) > n then
        problem := 'rows that are newer than the transaction''s snapshot';
        unread := unread + pg_stat_get_live_tuples(t) - n;
      end if;
    exception when insufficient_privilege then
      problem := sqlerrm;
      unread := unread + greatest(pg_stat_get_live_tuples(t), (select reltuples from pg_class where oid = t)::bigint, 0);
    end;
  end loop;
  what := jsonb_build_object('rows', rows, 'unread', unread);
  if p.root <> 0 and p.relid <> p.root then what := what || jsonb_build_object('partition', p.relid::regclass::text); end if;
  if problem is not null then what := what || jsonb_build_object('estimated', true, 'message', problem); end if;
  insert into audit.event(id, at, record, op, "schema", "table", rules, new)
  select audit.new_id(x.at), x.at, audit.record(p.rel, null::text), 'truncate', p."schema", p."table",
    names, what
  from (select clock_timestamp() as at offset 0) x;
end $$;

-- The trigger is not cloned to partitions: each has its own, and a partitioned table reads those that have none.
create function audit.capture_truncate() returns trigger language plpgsql security definer
 set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO' set intervalstyle = 'postgres'
 set extra_float_digits = 1 set bytea_output = 'hex' set lc_monetary = 'C' set quote_all_identifiers = off
 set array_nulls = on set row_security = off as $$
declare p audit.plan;
begin
  if not exists (select from audit.plan x where x.rel = tg_argv[0]::int) then return null; end if;
  p := audit.plan_of(tg_argv[0]::int, tg_relid);
  if p.on_truncate is null or exists (select from audit.plans_beside(p.rel, tg_relid) b where b.above
    and (b.p).on_truncate is not null and exists (select from pg_trigger g
      where g.tgrelid = tg_relid and g.tgname = '!audit_truncate_' || (b.p).rel)) then return null; end if;
  if not p.warn then
    perform audit.record_truncate(p);
    return null;
  end if;
  begin
    perform audit.record_truncate(p);
  exception
    when sqlstate 'UA011' or sqlstate 'UA012' or sqlstate 'UA013' or sqlstate 'UA014' or sqlstate 'UA015' then raise;
    when others then perform audit.gap(p, 'truncate', sqlstate, sqlerrm);
  end;
  return null;
end $$;
