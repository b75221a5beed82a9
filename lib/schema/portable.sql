-- portable: capture by PL/pgSQL, which every server has. The triggers call audit.capture(), and the engine at work is
-- what that function is: this one, or that of native.sql, which takes its place and its number.

-- Rows of 60000 bytes and more are looked at: compressed by 255 to 1 they may hold what jsonb cannot.
create or replace function audit.capture() returns trigger language plpgsql security definer
 set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO' set intervalstyle = 'postgres'
 set extra_float_digits = 1 set bytea_output = 'hex' set lc_monetary = 'C' as $$
begin
  if tg_op = 'INSERT' then
    insert into audit.event(id, at, record, op, "schema", "table", key, label, actor, session, rules, new, parents)
    select audit.new_id(x.at), x.at, audit.record(p.rel, case when p.key1 is not null then x.n ->> p.key1 else audit.key_text(x.n, p.key) end),
      'insert', p."schema", p."table", case when p.key1 is not null then jsonb_build_object(p.key1, x.n -> p.key1) else audit.key(x.n, p.key) end,
      x.n ->> p.label, coalesce((x.w).actor, audit.said('audit.actor'), x.n ->> p.actor_column), (x.w).session, p.on_insert,
      case when p.trims then audit.trim(x.n, p.bytes, p.exclude, p.mask) else x.n end,
      case when p.parents is not null then audit.parents(null, x.n, null, p.parents) end
    from audit.plan p, lateral (select clock_timestamp() as at, audit.who() w, to_jsonb(new) n where p.fast and p.on_insert is not null
      and audit.holds(tg_relid, p.root, p.filenode, p.pkey, p.pkey_column, p.next, p.named, p.trims, p.shape) and pg_column_size(new) < 60000 offset 0) x
    where p.relid = tg_relid and p.rel = tg_argv[0]::int and x.n - p.cols = '{}' and x.n ?& p.cols
      and (not p.require_session or (x.w).session is not null);
    if found then return null; end if;
    perform audit.change(tg_argv[0]::int, 'insert', tg_relid, new, new);
  elsif tg_op = 'DELETE' then
    insert into audit.event(id, at, record, op, "schema", "table", key, label, actor, session, rules, old, parents)
    select audit.new_id(x.at), x.at, audit.record(p.rel, case when p.key1 is not null then x.o ->> p.key1 else audit.key_text(x.o, p.key) end),
      'delete', p."schema", p."table", case when p.key1 is not null then jsonb_build_object(p.key1, x.o -> p.key1) else audit.key(x.o, p.key) end,
      x.o ->> p.label, coalesce((x.w).actor, audit.said('audit.actor')), (x.w).session, p.on_delete,
      case when p.trims then audit.trim(x.o, p.bytes, p.exclude, p.mask) else x.o end,
      case when p.parents is not null then audit.parents(x.o, null, null, p.parents) end
    from audit.plan p, lateral (select clock_timestamp() as at, audit.who() w, to_jsonb(old) o where p.fast and p.on_delete is not null
      and audit.holds(tg_relid, p.root, p.filenode, p.pkey, p.pkey_column, p.next, p.named, p.trims, p.shape) and pg_column_size(old) < 60000 offset 0) x
    where p.relid = tg_relid and p.rel = tg_argv[0]::int and x.o - p.cols = '{}' and x.o ?& p.cols
      and (not p.require_session or (x.w).session is not null);
    if found then return null; end if;
    perform audit.change(tg_argv[0]::int, 'delete', tg_relid, old, old);
  elsif not (old *= new) then
    insert into audit.event(id, at, record, record_to, op, "schema", "table", key, label, actor, session, rules, old, new, parents)
    select audit.new_id(x.at), x.at, audit.record(p.rel, case when p.key1 is not null then x.o ->> p.key1 else audit.key_text(x.o, p.key) end),
      case when y.d -> 0 ?| p.key then audit.record(p.rel, audit.key_text(x.n, p.key)) end,
      'update', p."schema", p."table", case when p.key1 is not null then jsonb_build_object(p.key1, x.o -> p.key1) else audit.key(x.o, p.key) end,
      x.o ->> p.label, coalesce((x.w).actor, audit.said('audit.actor'), x.n ->> p.actor_column), (x.w).session, p.on_update,
      case when p.trims then audit.trim(case when p.key = '{}' then x.o else y.d -> 0 end, p.bytes, p.exclude, p.mask) when p.key = '{}' then x.o else y.d -> 0 end,
      case when p.trims then audit.trim(y.d -> 1, p.bytes, p.exclude, p.mask) else y.d -> 1 end,
      case when p.parents is not null then audit.parents(x.o, x.n, y.d, p.parents) end
    from audit.plan p, lateral (select clock_timestamp() as at, audit.who() w, to_jsonb(old) o, to_jsonb(new) n where p.fast and p.on_update is not null
      and audit.holds(tg_relid, p.root, p.filenode, p.pkey, p.pkey_column, p.next, p.named, p.trims, p.shape) and pg_column_size(old) + pg_column_size(new) < 60000 offset 0) x,
      lateral (select audit.diff(x.o, x.n, p.kept) d where x.n - p.cols = '{}' and x.n ?& p.cols offset 0) y
    where p.relid = tg_relid and p.rel = tg_argv[0]::int and y.d is not null
      and (not p.require_session or (x.w).session is not null);
    if found then return null; end if;
    perform audit.change(tg_argv[0]::int, 'update', tg_relid, old, new);
  end if;
  return null;
end $$;
