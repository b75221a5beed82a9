-- lines: tables' names and rules, as users write them.

-- The tables that are skipped. A new one under a skipped one's name is so, too: loads drop and make theirs again.
create view audit.skipped as
  select a.relid from audit.skip s join audit.application a on (a."schema", a."table") = (s."schema", s."table")
  union
  select a.relid from audit.skip s join audit.application a on a.relid = s.relid
  where not exists (select from audit.application o where (o."schema", o."table") = (s."schema", s."table"));

-- Names and patterns

-- What a table's name or a pattern is made of: words, quoted words, dots and asterisks.
create function audit.name_parts(name text) returns table(token text, n bigint) language sql immutable
 set search_path = pg_catalog, pg_temp as $$
  select t[1], n from regexp_matches(name, '"(?:[^"]|"")*"|[*.]|[^".*]+', 'g') with ordinality x(t, n) $$;

create function audit.is_pattern(name text) returns bool language sql immutable set search_path = pg_catalog, pg_temp as $$
  select exists (select from audit.name_parts(name) where token = '*') $$;

-- A pattern as two patterns of LIKE, the schema's and the table's. Without a schema it means any.
create function audit.like_of(pattern text) returns text[] language plpgsql immutable
 set search_path = pg_catalog, pg_temp as $$
declare part record; parts text[] := '{""}';
begin
  if pattern <> (select string_agg(token, '' order by n) from audit.name_parts(pattern)) then
    raise exception 'bad pattern: %', pattern using errcode = 'invalid_name';
  end if;
  for part in select token from audit.name_parts(pattern) order by n loop
    if part.token = '.' then
      parts := parts || ''::text;
    else
      parts[cardinality(parts)] := parts[cardinality(parts)] || case
        when part.token = '*' then '%'
        when part.token like '"%' then regexp_replace(replace(substr(part.token, 2, length(part.token) - 2), '""', '"'), '([\\%_])', '\\\1', 'g')
        else regexp_replace(lower(part.token), '([\\%_])', '\\\1', 'g') end;
    end if;
  end loop;
  if cardinality(parts) > 2 or '' = any(parts) then
    raise exception 'bad pattern: %', pattern using errcode = 'invalid_name', hint = 'A pattern is schema.table, or table in any schema.';
  end if;
  return case cardinality(parts) when 1 then array_prepend('%'::text, parts) else parts end;
end $$;

-- The table of a name, along the search_path that the user has when he logs in, also where this runs with the owner's
-- rights; an error says what is wrong.
create function audit.find_table(name text) returns oid language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare t oid; why text;
begin
  perform set_config('search_path', replace(reset_val, '"$user"',
    quote_ident(coalesce(nullif(current_setting('role'), 'none'), session_user))), true) from pg_settings s where s.name = 'search_path';
  t := pg_catalog.to_regclass(name);
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  select case
      when n.nspname = 'audit' then 'is in schema audit'
      when n.nspname ~ '^pg_' and c.relpersistence <> 't' or n.nspname = 'information_schema' then 'is a table of the system'
      when c.relpersistence = 't' then 'is a temporary table'
      when c.relkind = 'f' then 'is a foreign table: its server would not tell of changes'
      when c.relkind not in ('r', 'p') then 'is no table' end
    into why from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = t;
  if why is not null then
    raise exception '% % and cannot have a rule', name, why using errcode = 'wrong_object_type';
  end if;
  return t;
end $$;

-- The names that each identity has or had.
create view audit.relation_known as
  select n.rel, n."schema", n."table" from audit.relation_name n
  union
  select r.id, r."schema", r."table" from audit.relation r
  union
  select l.id, l."schema"::text, l."table"::text from audit.live l;
comment on view audit.relation_known is 'the names of the tables that have or had a rule, former ones too';

-- The identities that a name means: of the table that has it now; else of all that had it.
create function audit.relations_named(name text) returns int[] language plpgsql stable security definer
 set search_path = pg_catalog, pg_temp as $$
declare t oid; i int; l text[]; rels int[]; parent text;
begin
  if audit.is_pattern(name) is not false then
    raise exception 'a pattern names no table: %', name using errcode = 'invalid_name';
  end if;
  l := audit.like_of(name);
  t := audit.find_table(name);
  i := audit.identity_of(t);
  if i is not null then return array[i]; end if;
  rels := array(select distinct n.rel from audit.relation_known n where n."schema" like l[1] and n."table" like l[2] order by 1);
  if rels <> '{}' then return rels; end if;
  parent := (select audit.table_name(p) from pg_partition_ancestors(t) p where p <> t and audit.identity_of(p) is not null limit 1);
  if parent is not null then
    raise exception '% is a partition: its events are those of %', name, parent using errcode = 'wrong_object_type';
  elsif t is not null then
    raise exception '% has and had no rule', name using errcode = 'wrong_object_type';
  end if;
  raise exception 'no such table, and no rule of one: %', name using errcode = 'undefined_table';
end $$;

-- The name of a rule that has been given none: its table's, without schema public.
create function audit.default_name(written text) returns text language sql stable
 set search_path = pg_catalog, pg_temp as $$
  select regexp_replace(regexp_replace(replace(case when audit.is_pattern(written) then replace(written, '"', '')
      else coalesce((select a."schema" || '.' || a."table" from audit.application a where a.relid = audit.find_table(written)), written) end,
    '*', 'all'), '^public\.', ''), '[^A-Za-z0-9_.-]', '_', 'g') $$;

-- Rules as JSON lines

-- A list as a line gives it: an array of strings or one string. Sorted, so that lists are compared as sets.
create function audit.list_of(line jsonb, key text) returns text[] language plpgsql immutable
 set search_path = pg_catalog, pg_temp as $$
declare v jsonb := line -> key; list text[];
begin
  v := case jsonb_typeof(v) when 'string' then jsonb_build_array(v) when 'null' then '[]' else coalesce(v, '[]') end;
  if jsonb_typeof(v) <> 'array' or exists (select from jsonb_array_elements(v) e where jsonb_typeof(e) <> 'string' or e = '""') then
    raise exception '%: not a list of names: %', key, line ->> key using errcode = 'invalid_parameter_value';
  end if;
  select array_agg(distinct e collate "C" order by e collate "C") into list from jsonb_array_elements_text(v) e;
  return list;
end $$;

create function audit.value_of(line jsonb, key text, type text) returns text language plpgsql immutable
 set search_path = pg_catalog, pg_temp as $$
begin
  if line ? key and jsonb_typeof(line -> key) not in (type, 'null') then
    raise exception '%: not a %: %', key, type, line ->> key using errcode = 'invalid_parameter_value';
  end if;
  return line ->> key;
end $$;

-- The first option of a rule that says something of changes alone; null: none does.
create function audit.says_of_changes(r audit.rule) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when r."when" is not null then 'when' when r.ignore <> '{}' then 'ignore' when r.exclude <> '{}' then 'exclude'
    when r.mask <> '{}' then 'mask' when r.label is not null then 'label' when r.actor_column is not null then 'actor_column'
    when r.keep_bytes then 'keep_bytes' when r.require_session then 'require_session' when r.on_error <> 'fail' then 'on_error' end $$;

create function audit.rule_of(line jsonb) returns audit.rule language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare r audit.rule; bad text; known text[] := '{insert,update,delete,truncate,read}'; changes text[] := known[1:4];
begin
  if jsonb_typeof(line) <> 'object' then
    raise exception 'not a rule: %', left(line::text, 60) using errcode = 'invalid_parameter_value';
  end if;
  r.name := audit.value_of(line, 'rule', 'string');
  r.enabled := coalesce(audit.value_of(line, 'enabled', 'boolean')::bool, true);
  r.ops := coalesce(audit.list_of(line, 'ops'), changes);
  r.groups := audit.list_of(line, 'groups');
  r.actors := audit.list_of(line, 'actors');
  r.except_actors := audit.list_of(line, 'except_actors');
  r.ignore := coalesce(audit.list_of(line, 'ignore'), '{}');
  r.exclude := coalesce(audit.list_of(line, 'exclude'), '{}');
  r.mask := coalesce(audit.list_of(line, 'mask'), '{}');
  r.read_columns := coalesce(audit.list_of(line, 'read_columns'), '{}');
  r."when" := audit.value_of(line, 'when', 'string');
  r.label := audit.value_of(line, 'label', 'string');
  r.actor_column := audit.value_of(line, 'actor_column', 'string');
  r.related := coalesce(audit.value_of(line, 'related', 'boolean')::bool, false);
  r.keep_bytes := coalesce(audit.value_of(line, 'keep_bytes', 'boolean')::bool, false);
  r.require_session := coalesce(audit.value_of(line, 'require_session', 'boolean')::bool, false);
  r.on_error := coalesce(audit.value_of(line, 'on_error', 'string'), 'fail');
  r.patterns := array(select t from unnest(audit.list_of(line, 'table')) t where audit.is_pattern(t));
  bad := case
    when r.name is null then 'rule: no name'
    when r.name !~ '^[A-Za-z0-9_.-]+$' then format('rule: bad name "%s": letters, digits, _, . and - make one', r.name)
    when audit.list_of(line, 'table') is null then 'table: none named'
    when jsonb_array_length(case jsonb_typeof(line -> 'ops') when 'array' then line -> 'ops' end) = 0 then 'ops: none named'
    when not r.ops <@ known then format('ops: not among insert, update, delete, truncate, read: %s', array_to_string(r.ops, ','))
    when r.read_columns <> '{}' and 'read' <> all(r.ops) then 'read_columns: only with the operation read'
    when r.ops = '{read}' and audit.says_of_changes(r) is not null
      then format('%s: this is about changes, and the only operation is read', audit.says_of_changes(r))
    when r.on_error not in ('fail', 'warn') then format('on_error: neither fail nor warn: %s', r.on_error) end;
  if bad is not null then
    raise exception '%', bad using errcode = 'invalid_parameter_value';
  end if;
  r.ops := array(select o from unnest(known) o where o = any(r.ops));
  perform audit.like_of(p) from unnest(r.patterns) p;
  return r;
end $$;

-- A rule as list prints it; what is at its default is left out.
create function audit.rule_line(r audit.rule) returns json language sql stable set search_path = pg_catalog, pg_temp as $$
  select json_strip_nulls(to_json(x)) from (
    select r.name as rule, case json_array_length(t.names) when 1 then t.names -> 0 else t.names end as "table",
      r.ops, r.enabled, r.groups, r.actors, r.except_actors, nullif(r.ignore, '{}') as ignore,
      nullif(r.exclude, '{}') as exclude, nullif(r.mask, '{}') as mask, nullif(r.read_columns, '{}') as read_columns, r."when", r.label, r.actor_column,
      nullif(r.related, false) as related, nullif(r.keep_bytes, false) as keep_bytes,
      nullif(r.require_session, false) as require_session,
      nullif(r.on_error, 'fail') as on_error, t.orphaned
    from (select json_agg(name order by n, name collate "C"), nullif(bool_or(gone), false) from (
        select format('%I.%I', l."schema", l."table"), 1, l.relid is null from audit.rule_table b join audit.live l on l.id = b.rel
          where b.rule = r.name and b.why = 'named'
        union all select p, 2, false from unnest(r.patterns) p) x(name, n, gone)) t(names, orphaned)) x $$;
