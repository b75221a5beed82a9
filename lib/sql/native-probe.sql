-- Loads the module into this connection, as far as it can be loaded.
create function pg_temp.native_version() returns text
  language c as 'audit_capture', 'audit_native_version';
