-- visible: what a reader may see of the events; see audit-rule grant.
--
-- In a view tables are read with the rights of its owner, and what asks for privileges asks for those of whoever
-- queries it. Behind its barrier conditions on id, at, record, record_to, txid and op find their way to the indexes, for
-- their operators are leakproof; any other sees no more than the reader does. A function's body would be read with
-- the reader's search_path, so that each one here has its own.

-- The tables whose events are open to the current user; whole: with all columns. Row security closes a table, unless it
-- was granted by name: an event does not tell whom a policy would show it to. Which table an identity is must be
-- certain: the one that it was when last seen, and carries its trigger or, where there is none, has its name.
create view audit.readable as
  select r.id, r.relid, has_table_privilege(r.relid, 'select') as whole
  from audit.relation r join pg_catalog.pg_class t on t.oid = r.relid
  -- 0: every table
  where array[r.id, case when not row_security_active(r.relid) then 0 end] && array(
      select unnest(coalesce(g.tables, '{0}')) from audit.grantee g
      where g.kind = 'reader' and pg_has_role(to_regrole(quote_ident(g.role)), 'usage'))
    and has_schema_privilege(t.relnamespace, 'usage') and has_any_column_privilege(r.relid, 'select')
    and coalesce((
      select bool_or(g.tgname = ('!audit_' || r.id)::name and g.tgargs = convert_to(r.id::text, 'UTF8') || '\x00')
        from pg_catalog.pg_trigger g
        where g.tgrelid = r.relid and g.tgparentid = 0 and g.tgfoid = 'audit.capture()'::regprocedure),
      t.relname = r."table" and t.relnamespace = to_regnamespace(quote_ident(r."schema")));
comment on view audit.readable is 'the tables whose events the current user may read, as audit.relation numbers them';

-- Of the tables that are not open as a whole the columns that are, from which event on: {id: [[event, columns], ...]}, the
-- newest first. A column is the one that had the name then, by its number. Which of two that swapped names is known
-- only from the next event on that looked, so that both must be open.
create function audit.readable_columns() returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_object_agg(x.rel, x.epochs) from (
    select c.rel, jsonb_agg(jsonb_build_array(c.since, case when c.relid = r.relid and coalesce(c.next_relid, r.relid) = r.relid
        then array(
          select n.name from unnest(c.nums, c.names) n(num, name)
          where has_column_privilege(r.relid, n.num, 'select') and not exists (
            select from (select * from unnest(c.next_nums, c.next_names)
              union all select a.attnum, a.attname::text from pg_attribute a where a.attrelid = r.relid) o(num, name)
            where o.name = n.name and has_column_privilege(r.relid, o.num, 'select') is not true))::text
        else '{}' end) order by c.since desc) as epochs
    from audit.readable r join (
      select c.*, lead(c.relid) over w as next_relid, lead(c.nums) over w as next_nums, lead(c.names) over w as next_names
      from audit.relation_columns c window w as (partition by c.rel order by c.since)) c on c.rel = r.id
    where not r.whole
    group by c.rel) x $$;

create function audit.columns_then(columns jsonb, rel int, id uuid) returns text[] language plpgsql immutable
 set search_path = pg_catalog, pg_temp as $$
declare epochs jsonb := columns -> rel::text;
begin
  for i in 0 .. coalesce(jsonb_array_length(epochs), 0) - 1 loop
    if (epochs -> i ->> 0)::uuid <= id then return (epochs -> i ->> 1)::text[]; end if;
  end loop;
  return '{}';
end $$;

-- Their events. A record is a hash of its key, by which that could be guessed: who may not read the key sees none of its
-- events. An update of nothing that is open would tell of what is not.
create view audit.visible with (security_barrier) as
  select e.id, e.at, e.txid, e.record, e.record_to, null::uuid as salt, e.op, e."schema", e."table", e.key,
    case when o.cols is null then e.label end as label,
    e.actor, e.role, e.as_role, e.session, e.app, e.addr, e.reason, e.rules,
    case when o.cols is null then e.old
      else e.old - array(select k from jsonb_object_keys(e.old) k where k <> all(o.cols)) end as old,
    case when e.op in ('truncate', 'gap') then e.new - '{message,partition}'::text[]
      when e.op = 'read' then e.new - '{statement,parameters,message,partition}'::text[]
      when o.cols is null then e.new
      else e.new - array(select k from jsonb_object_keys(e.new) k where k <> all(o.cols)) end as new,
    case when o.cols is null then e.redacted
      when e.redacted is not null then array(select c from unnest(e.redacted) c where c = any(o.cols)) end as redacted,
    case when o.cols is null then e.parents end as parents, null::bytea as parts,
    e.xmin
  from audit.event e cross join lateral (
    select case when not r.whole then audit.columns_then((select audit.readable_columns()), r.id, e.id) end as cols
    from audit.readable r where r.id = (e.record >> 32)::int
    offset 0) o
  where e.record is not null and e.op in ('insert', 'update', 'delete', 'truncate', 'gap', 'read')
    and (o.cols is null or (e.key is null or e.key - o.cols = '{}') and (e.op <> 'update' or e.new ?| o.cols))
  order by e.id;
comment on view audit.visible is 'the events of the tables that the current user may read';

-- The same from behind: the planner turns no view around. And audit.matching() of either.
do $do$
declare source text; args text := pg_get_function_arguments('audit.matching'::regproc);
begin
  execute format('create view audit.visible_newest with (security_barrier) as %s desc',
    rtrim(pg_get_viewdef('audit.visible'::regclass), '; '));
  source := replace((select prosrc from pg_proc where oid = 'audit.matching'::regproc), 'select *', (
    select 'select ' || string_agg('v.' || quote_ident(attname), ', ' order by attnum) from pg_attribute
    where attrelid = 'audit.event'::regclass and attnum > 0));
  execute format('create function audit.matching_visible(%s) returns setof audit.event language sql stable as %L',
    args, replace(source, 'audit.event', 'audit.visible'));
  execute format('create function audit.matching_visible_newest(%s) returns setof audit.event language sql stable as %L',
    args, replace(source, 'audit.event', 'audit.visible_newest'));
end $do$;
