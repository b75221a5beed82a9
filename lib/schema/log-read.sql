-- log-read: what an application says that it has shown, with audit.log_read(). pgaudit knows no keys, and not for whom.

-- Keys as the trail has them, of an array of objects: each value passes through its column's type, a domain's through what that
-- is made of, as far as it is built in: the input function of another would run with our rights. One that the type would round
-- is null.
create function audit.keys_through(keys jsonb[], cols text[], types oid[], mods int[]) returns jsonb[] language plpgsql stable
 set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO' set intervalstyle = 'postgres'
 set extra_float_digits = 1 set bytea_output = 'hex' set lc_monetary = 'C' as $$
declare result jsonb[]; list text;
begin
  for i in 1 .. cardinality(types) loop
    while exists (select from pg_type y where y.oid = types[i] and y.typtype = 'd') loop
      mods[i] := (select y.typtypmod from pg_type y where y.oid = types[i]);
      types[i] := (select y.typbasetype from pg_type y where y.oid = types[i]);
    end loop;
  end loop;
  select string_agg(format('%L, ', c) || case
      when typ < 16384 then format('case when (k ->> %1$L)::%2$s = (k ->> %1$L)::%3$s then to_jsonb((k ->> %1$L)::%3$s) end', c,
        format_type(typ, -1), format_type(typ, typmod))
      else format('k -> %L', c) end, ', ' order by n)
    into list from unnest(cols, types, mods) with ordinality x(c, typ, typmod, n);
  execute format('select array_agg(jsonb_build_object(%s) order by n) from unnest($1) with ordinality x(k, n)', list) into result using keys;
  return result;
end $$;

-- Keys as the trail has them, of an array as an application gives it: bare values of a key of one column, or objects. What is
-- none is refused.
create function audit.keys_given(t oid, keys jsonb, cols text[], types oid[], mods int[]) returns jsonb[] language plpgsql stable
 set search_path = pg_catalog, pg_temp as $$
declare each jsonb[]; bad text;
begin
  each := array(select case jsonb_typeof(k) when 'object' then k when 'null' then '{}' when 'array' then '{}'
      else jsonb_build_object(cols[1], k) end
    from jsonb_array_elements(keys) k);
  select left((keys -> (x.n - 1)::int)::text, 100) into bad from unnest(each) with ordinality x(k, n)
    where not x.k ?& cols or x.k - cols <> '{}' or jsonb_strip_nulls(x.k) <> x.k or pg_column_size(x.k) > 65536 order by x.n limit 1;
  if bad is null then
    each := audit.keys_through(each, cols, types, mods);
    select left((keys -> (x.n - 1)::int)::text, 100) into bad from unnest(each) with ordinality x(k, n)
      where jsonb_strip_nulls(x.k) <> x.k order by x.n limit 1;
  end if;
  if bad is not null then
    raise data_exception using message = bad;
  end if;
  return each;
exception when data_exception or program_limit_exceeded or feature_not_supported then
  raise exception 'no key of %: %', audit.table_name(t), sqlerrm using errcode = 'invalid_parameter_value';
end $$;

-- Records which records somebody has been shown, where a rule asks for that. Returns how many. audit.log_read() sees to it that
-- its caller may read the table; who calls this one himself can only say of himself that he has. An application pays for it in
-- each of its requests: hence few statements, and a way of its own for the keys that most tables have.
create function audit.put_reads(t oid, keys jsonb, purpose text) returns int language plpgsql security definer
 set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off
 set transform_null_equals = off as $$
#variable_conflict use_variable
declare i record; p record; w audit.who := audit.who(); actor text; names text; asked text; each text[]; objects jsonb[];
begin
  if keys is null or keys in ('null', '[]') then return 0; end if;
  actor := coalesce(w.actor, audit.said('audit.actor'));
  for i in
    select r.id, x.root, n.nspname, c.relname, q.names, q.picky, k.cols, k.types, k.mods
    from pg_trigger g join audit.relation r on g.tgname = ('!audit_' || r.id)::name and g.tgargs = convert_to(r.id::text, 'UTF8') || '\x00',
      lateral (select case when g.tgparentid = 0 then t else audit.root(r.id, t) end) x(root),
      lateral (
        select string_agg(u.name, ',' order by u.name collate "C") as names, bool_or(coalesce(u.groups, u.actors, u.except_actors) is not null) as picky
        from audit.rule_table b join audit.rule u on u.name = b.rule where b.rel = r.id and u.enabled and 'read' = any(u.ops)) q,
      pg_class c join pg_namespace n on n.oid = c.relnamespace,
      lateral (
        select array_agg(a.attname::text order by u.pos) as cols, array_agg(a.atttypid order by u.pos) as types, array_agg(a.atttypmod order by u.pos) as mods
        from (select * from pg_index h where h.indisprimary and h.indrelid in (x.root, t) order by h.indrelid <> x.root limit 1) h,
          unnest(h.indkey::int2[]) with ordinality u(num, pos), pg_attribute a
        where u.pos <= h.indnkeyatts and a.attrelid = h.indrelid and a.attnum = u.num) k
    where g.tgrelid = t and g.tgfoid = 'audit.capture()'::regprocedure and q.names is not null
      and (r.relid = x.root or audit.at_home(r.id, x.root)) and c.oid = coalesce(pg_partition_root(t)::oid, t)
    order by g.tgparentid = 0, r.id
  loop
    asked := case when not i.picky then i.names else audit.read_rules(i.id, coalesce(nullif(current_setting('role'), 'none'), session_user::text),
      actor, w.groups || regexp_split_to_array(btrim(current_setting('audit.groups', true)), ' *, *')) end;
    continue when asked is null;
    if names is null then p := i; end if;	-- the topmost
    names := concat_ws(',', names, asked);
  end loop;
  if names is null then return 0; end if;
  if names like '%,%' then
    names := array_to_string(array(select distinct x collate "C" from unnest(string_to_array(names, ',')) x order by 1), ',');
  end if;
  if jsonb_typeof(keys) <> 'array' then keys := jsonb_build_array(keys); end if;
  if p.cols is null then
    raise exception '% has no primary key: its records cannot be told', audit.table_name(t) using errcode = 'invalid_parameter_value';
  elsif jsonb_array_length(keys) > 10000 then
    raise exception 'more than 10000 keys in one call' using errcode = 'program_limit_exceeded';
  end if;
  purpose := coalesce(nullif(left(purpose, 1000), ''), audit.said('audit.reason'));
  -- numbers with so many digits fit, whatever else they are
  if array_to_string(p.types, ',') in ('20', '23') then
    each := array(select k #>> '{}' from jsonb_array_elements(keys) k);
    if array_to_string(each, ',', 'null') !~ (case p.types[1] when 20 then '^-?[0-9]{1,18}(,-?[0-9]{1,18})*$' else '^-?[0-9]{1,9}(,-?[0-9]{1,9})*$' end) then
      each := null;
    end if;
  end if;
  if each is not null then
    insert into audit.event(id, at, record, op, "schema", "table", key, actor, session, rules, reason, new)
    select audit.new_id(x.at), x.at, audit.record(p.id, x.k::text), 'read', p.nspname, p.relname, jsonb_build_object(p.cols[1], x.k), actor,
      w.session, names, purpose, jsonb_build_object('kind', 'application', 'attribution', 'application', 'rows', 1)
    from (select clock_timestamp() as at, k::bigint from unnest(each) k offset 0) x;
    return cardinality(each);
  end if;
  objects := audit.keys_given(t, keys, p.cols, p.types, p.mods);
  insert into audit.event(id, at, record, op, "schema", "table", key, actor, session, rules, reason, new)
  select audit.new_id(x.at), x.at, audit.record(p.id, audit.key_text(x.k, p.cols)), 'read', p.nspname, p.relname, x.k, actor, w.session, names,
    purpose, jsonb_build_object('kind', 'application', 'attribution', 'application', 'rows', 1)
  from (select clock_timestamp() as at, k from unnest(objects) k offset 0) x;
  return cardinality(objects);
end $$;

-- What an application calls when it has shown records to somebody: keys is an array of the bare values of a key of one
-- column or of objects, or one of them. These run with their caller's rights and search_path: who may not read the table cannot
-- have shown it.
create function audit.log_read("table" text, keys jsonb, purpose text default null) returns int language plpgsql as $$
declare t pg_catalog.oid := pg_catalog.to_regclass("table");
begin
  if t is null then
    raise exception 'no such table: %', "table" using errcode = 'undefined_table';
  elsif not pg_catalog.has_any_column_privilege(t, 'select') then
    raise exception 'permission denied for table %', "table" using errcode = 'insufficient_privilege',
      hint = 'Who may not read it cannot have shown it.';
  end if;
  return audit.put_reads(t, keys, purpose);
end $$;

create function audit.log_read("table" text, keys anyarray, purpose text default null) returns int language sql as $$
  select audit.log_read($1, pg_catalog.to_jsonb($2), $3) $$;

-- A text that is neither an array nor an object is the value itself, as with --key.
create function audit.log_read("table" text, keys text, purpose text default null) returns int language sql as $$
  select audit.log_read($1, case when pg_catalog.left(pg_catalog.btrim($2), 1) in ('[', '{') then $2::pg_catalog.jsonb
    else pg_catalog.to_jsonb($2) end, $3) $$;
