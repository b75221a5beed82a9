-- Has new and altered tables looked after at once. Replicas too: always.
create event trigger audit_ddl on ddl_command_end
  when tag in ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE')
  execute function audit.on_ddl();
alter event trigger audit_ddl enable always;
create event trigger audit_drop on sql_drop execute function audit.on_drop();
alter event trigger audit_drop enable always;
