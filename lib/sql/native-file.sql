-- Where the server looks for its modules, for a superuser, and whether ours is
-- there.
select exists (
    select from unnest(string_to_array(path, ':')) d
    cross join lateral pg_ls_dir(d, true, false) f
    where f ~ '^audit_capture\.(so|dylib|dll)$'),
  path
from (
  select replace(current_setting('dynamic_library_path'), '$libdir', setting)
  from pg_config where name = 'PKGLIBDIR') x(path)
