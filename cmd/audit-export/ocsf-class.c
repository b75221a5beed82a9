/* ocsf-class - the class and the activity of OCSF that an event is */

#include "ocsf-class.h"

const struct ocsf_class_name ocsf_classes[] = {
	[OCSF_BASE] = { "Base Event", "Uncategorized", 0, 0 },
	[OCSF_AUTHENTICATION] = { "Authentication",
	    "Identity & Access Management", 3002, 3 },
	[OCSF_ENTITY] = { "Entity Management", "Identity & Access Management",
	    3004, 3 },
	[OCSF_ACCESS] = { "User Access Management",
	    "Identity & Access Management", 3005, 3 },
	[OCSF_DATASTORE] = { "Datastore Activity", "Application Activity", 6005,
	    6 },
};

/* An activity 0 is one that only the sides of the event tell: made, changed or
 * ended. */
static const struct {
	enum ocsf_class class;
	struct ocsf_activity activity;
	const char *entity; /* of Entity Management, its type */
	int entity_id;
} how[OPS] = {
	[OP_OTHER] = { OCSF_BASE, { OCSF_OTHER, NULL }, NULL, 0 },
	[OP_INSERT] = { OCSF_DATASTORE, { 6, "Create" }, NULL, 0 },
	[OP_UPDATE] = { OCSF_DATASTORE, { 2, "Update" }, NULL, 0 },
	[OP_DELETE] = { OCSF_DATASTORE, { 7, "Delete" }, NULL, 0 },
	[OP_TRUNCATE] = { OCSF_DATASTORE, { 7, "Delete" }, NULL, 0 },
	[OP_READ] = { OCSF_DATASTORE, { 1, "Read" }, NULL, 0 },
	[OP_DENIED] = { OCSF_DATASTORE, { OCSF_OTHER, NULL }, NULL, 0 },
	[OP_GAP] = { OCSF_DATASTORE, { OCSF_OTHER, NULL }, NULL, 0 },
	[OP_LOG_GAP] = { OCSF_DATASTORE, { OCSF_OTHER, NULL }, NULL, 0 },
	[OP_LOGIN] = { OCSF_AUTHENTICATION, { 1, "Logon" }, NULL, 0 },
	[OP_LOGOUT] = { OCSF_AUTHENTICATION, { 2, "Logoff" }, NULL, 0 },
	[OP_LOGIN_FAILED] = { OCSF_AUTHENTICATION, { 1, "Logon" }, NULL, 0 },
	[OP_GRANT] = { OCSF_ACCESS, { 1, "Assign Privileges" }, NULL, 0 },
	[OP_REVOKE] = { OCSF_ACCESS, { 2, "Revoke Privileges" }, NULL, 0 },
	[OP_SESSION_BLOCK] = { OCSF_ENTITY, { 12, "Suspend" }, "Session",
	    OCSF_OTHER },
	[OP_SESSION_UNBLOCK] = { OCSF_ENTITY, { 13, "Resume" }, "Session",
	    OCSF_OTHER },
	[OP_SESSION_POLICY] = { OCSF_ENTITY, { 0, NULL }, "Policy", 5 },
	[OP_DDL] = { OCSF_ENTITY, { 3, "Update" }, "Table", OCSF_OTHER },
	[OP_INIT] = { OCSF_ENTITY, { 1, "Create" }, "Audit trail", OCSF_OTHER },
	[OP_UNINSTALL] = { OCSF_ENTITY, { 4, "Delete" }, "Audit trail",
	    OCSF_OTHER },
	[OP_RULE_ADD] = { OCSF_ENTITY, { 1, "Create" }, "Audit rule",
	    OCSF_OTHER },
	[OP_RULE_CHANGE] = { OCSF_ENTITY, { 3, "Update" }, "Audit rule",
	    OCSF_OTHER },
	[OP_RULE_REMOVE] = { OCSF_ENTITY, { 4, "Delete" }, "Audit rule",
	    OCSF_OTHER },
	[OP_RULE_ENABLE] = { OCSF_ENTITY, { 8, "Enable" }, "Audit rule",
	    OCSF_OTHER },
	[OP_RULE_DISABLE] = { OCSF_ENTITY, { 9, "Disable" }, "Audit rule",
	    OCSF_OTHER },
	[OP_RULE_COVER] = { OCSF_ENTITY, { 3, "Update" }, "Audit rule",
	    OCSF_OTHER },
	[OP_RULE_SKIP] = { OCSF_ENTITY, { 3, "Update" }, "Table", OCSF_OTHER },
	[OP_RULE_TRIGGER] = { OCSF_ENTITY, { 3, "Update" }, "Table",
	    OCSF_OTHER },
	[OP_RULE_COMPILE] = { OCSF_ENTITY, { 3, "Update" }, "Table",
	    OCSF_OTHER },
	[OP_POLICY] = { OCSF_ENTITY, { 0, NULL }, "Policy", 5 },
	[OP_HOLD] = { OCSF_ENTITY, { 1, "Create" }, "Legal hold", OCSF_OTHER },
	[OP_RELEASE] = { OCSF_ENTITY, { 4, "Delete" }, "Legal hold",
	    OCSF_OTHER },
	[OP_PREPARE] = { OCSF_ENTITY, { 1, "Create" }, "Removal", OCSF_OTHER },
	[OP_APPROVE] = { OCSF_ENTITY, { 10, "Activate" }, "Removal",
	    OCSF_OTHER },
	[OP_PURGE] = { OCSF_ENTITY, { 4, "Delete" }, "Audit events",
	    OCSF_OTHER },
	[OP_ERASE] = { OCSF_ENTITY, { 3, "Update" }, "Audit events",
	    OCSF_OTHER },
};

static const struct ocsf_activity by_sides[] = {
	[SIEM_CREATE] = { 1, "Create" },
	[SIEM_CHANGE] = { 3, "Update" },
	[SIEM_END] = { 4, "Delete" },
};

const char *const ocsf_severities[] = {
	[SIEM_UNKNOWN] = "Unknown",
	[SIEM_INFORMATIONAL] = "Informational",
	[SIEM_LOW] = "Low",
	[SIEM_MEDIUM] = "Medium",
	[SIEM_HIGH] = "High",
	[SIEM_CRITICAL] = "Critical",
};

enum ocsf_class
ocsf_class(enum siem_op op)
{
	return how[op].class;
}

const struct ocsf_activity *
ocsf_activity(const struct event *e, enum siem_op op)
{
	return how[op].activity.id != 0 ? &how[op].activity
					: &by_sides[siem_sides(e)];
}

const char *
ocsf_entity(enum siem_op op, int *id)
{
	*id = how[op].entity_id;
	return how[op].entity;
}
