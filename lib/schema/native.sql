-- native: capture by the server's module audit_capture, in place of that of portable.sql. Not run by init as a matter of
-- course: only a superuser may say that a function is in C. The server finds the module along dynamic_library_path.

create or replace function audit.native_version() returns text language c as 'audit_capture', 'audit_native_version';
do $do$ begin
  execute format('alter function audit.native_version() owner to %I', (
    select pg_get_userbyid(nspowner) from pg_namespace where nspname = 'audit'));
end $do$;
select audit.reset_privileges();
select audit.grant_again();

-- The name of the symbol is a body, for who began a statement with the portable one: see lib/native/body.c.
create or replace function audit.capture() returns trigger language c as 'audit_capture',
  'begin perform audit.capture_change(tg_argv[0]::int, lower(tg_op), tg_relid, old, new); return null; end';
