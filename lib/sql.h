/* sql - the queries of lib/sql and the scripts of lib/schema, one per file */
#ifndef AUDIT_SQL_H
#define AUDIT_SQL_H

/* lib/sql/NAME.sql is sql_NAME, lib/schema/NAME.sql is sql_schema_NAME; what
 * is no letter or digit becomes an underscore. Sorted. */

extern const char sql_ago[];
extern const char sql_check_addr[];
extern const char sql_check_regexp[];
extern const char sql_event_id[];
extern const char sql_event_named[];
extern const char sql_events[];
extern const char sql_key_settings[];
extern const char sql_key_statement[];
extern const char sql_key_values[];
extern const char sql_known_field[];
extern const char sql_known_rule[];
extern const char sql_log_end[];
extern const char sql_log_settings[];
extern const char sql_table_find[];
extern const char sql_table_oid[];
extern const char sql_time[];
extern const char sql_version[];

#endif
