-- engine: what the two engines share, see portable.sql and native.sql

-- Which engine is at work.
create function audit.engine() returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select case l.lanname when 'c' then 'native' else 'portable' end from pg_proc p join pg_language l on l.oid = p.prolang
  where p.oid = 'audit.capture()'::regprocedure $$;

-- What the module leaves to the portable code: a change that takes a second look, and who acts. These have the rights
-- of the trail's owner, which the module has not, and the settings of audit.capture().
create function audit.capture_change(i int, what text, t oid, old record, new record) returns void language plpgsql
 security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO' set intervalstyle = 'postgres'
 set extra_float_digits = 1 set bytea_output = 'hex' set lc_monetary = 'C' as $$
begin
  perform audit.change(i, what, t, old, new);
end $$;

-- (Not stable: a session that the very statement has opened is not in that one's snapshot.)
create function audit.capture_who() returns audit.who language plpgsql security definer
 set search_path = pg_catalog, pg_temp as $$
begin
  return audit.who();
end $$;

-- Why the engine at work does not work: the module cannot be loaded, or is of another version than the tool that asks.
-- Null where it does.
create function audit.engine_fault(version text, out hole text, out message text) language plpgsql stable
 security definer set search_path = pg_catalog, pg_temp as $$
declare there text;
begin
  if audit.engine() = 'portable' then return; end if;
  there := audit.native_version();
  if there is distinct from version then
    hole := 'module_version';
    message := format('the server''s module audit_capture is of version %s, this tool of %s', there, version);
  end if;
exception when others then
  hole := 'module_missing';
  message := sqlerrm;
end $$;

-- Another engine from here on, which is an event. found: what was wrong with the one before.
create function audit.note_engine(engine text, found text[]) returns void language sql set search_path = pg_catalog, pg_temp as $$
  select audit.note('init', null, null, null, null, jsonb_build_object('capture', audit.engine()),
    jsonb_strip_nulls(jsonb_build_object('capture', engine, 'found', found))) $$;
