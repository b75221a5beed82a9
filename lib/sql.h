/* sql - the queries of lib/sql and the scripts of lib/schema, one per file */
#ifndef AUDIT_SQL_H
#define AUDIT_SQL_H

/* lib/sql/NAME.sql is sql_NAME, lib/schema/NAME.sql is sql_schema_NAME; what
 * is no letter or digit becomes an underscore. Sorted. */

extern const char sql_ago[];
extern const char sql_check_addr[];
extern const char sql_check_regexp[];
extern const char sql_checkpoint[];
extern const char sql_count_rows[];
extern const char sql_counts[];
extern const char sql_event_id[];
extern const char sql_event_named[];
extern const char sql_event_rows[];
extern const char sql_event_triggers[];
extern const char sql_event_triggers_there[];
extern const char sql_event_whole[];
extern const char sql_events[];
extern const char sql_hole_cover[];
extern const char sql_hole_dropped[];
extern const char sql_hole_event_trigger[];
extern const char sql_hole_function[];
extern const char sql_hole_grant[];
extern const char sql_hole_guard[];
extern const char sql_hole_no_rule[];
extern const char sql_hole_partition[];
extern const char sql_hole_plan[];
extern const char sql_hole_rest[];
extern const char sql_hole_trail[];
extern const char sql_hole_trigger[];
extern const char sql_hole_unread[];
extern const char sql_init_done[];
extern const char sql_init_lock[];
extern const char sql_init_privileges[];
extern const char sql_init_state[];
extern const char sql_key_settings[];
extern const char sql_key_statement[];
extern const char sql_known_field[];
extern const char sql_known_rule[];
extern const char sql_lock_holders[];
extern const char sql_lock_rules[];
extern const char sql_lock_timeout[];
extern const char sql_log_end[];
extern const char sql_log_settings[];
extern const char sql_make_partitions[];
extern const char sql_mark[];
extern const char sql_note_column[];
extern const char sql_note_evadable[];
extern const char sql_note_stale[];
extern const char sql_note_untrusted[];
extern const char sql_plan[];
extern const char sql_plan_problem[];
extern const char sql_plan_tables[];
extern const char sql_plan_trail[];
extern const char sql_plan_trail_there[];
extern const char sql_rule_list[];
extern const char sql_rule_prune[];
extern const char sql_rule_put[];
extern const char sql_rule_refresh[];
extern const char sql_rule_remove[];
extern const char sql_rule_rows[];
extern const char sql_rule_show[];
extern const char sql_rule_skip[];
extern const char sql_rule_switch[];
extern const char sql_rule_unhung[];
extern const char sql_rule_whole[];
extern const char sql_schema_capture[];
extern const char sql_schema_ddl[];
extern const char sql_schema_lines[];
extern const char sql_schema_log[];
extern const char sql_schema_plan[];
extern const char sql_schema_rules[];
extern const char sql_schema_trail[];
extern const char sql_schema_triggers[];
extern const char sql_table_exists[];
extern const char sql_table_find[];
extern const char sql_table_oid[];
extern const char sql_time[];
extern const char sql_trail_owner[];
extern const char sql_trigger_drop[];
extern const char sql_trigger_hang[];
extern const char sql_trigger_idle[];
extern const char sql_trigger_mend[];
extern const char sql_trigger_script[];
extern const char sql_trigger_unhang[];
extern const char sql_uninstall_drop[];
extern const char sql_uninstall_event_triggers[];
extern const char sql_uninstall_rest[];
extern const char sql_uninstall_rules[];
extern const char sql_uninstall_script[];
extern const char sql_uninstall_tables[];
extern const char sql_version[];
extern const char sql_wait[];
extern const char sql_zone[];

#endif
