/* siem-op - what an event is, for every form alike */
#ifndef AUDIT_EXPORT_SIEM_OP_H
#define AUDIT_EXPORT_SIEM_OP_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"

enum siem_op {
	OP_OTHER, /* one that these forms do not know */
	OP_INSERT,
	OP_UPDATE,
	OP_DELETE,
	OP_TRUNCATE,
	OP_READ,
	OP_DENIED,
	OP_GAP,
	OP_LOG_GAP, /* one in the server's log */
	OP_DDL,
	OP_LOGIN,
	OP_LOGOUT,
	OP_LOGIN_FAILED,
	OP_SESSION_BLOCK,
	OP_SESSION_UNBLOCK,
	OP_SESSION_POLICY,
	OP_GRANT,
	OP_REVOKE,
	OP_INIT,
	OP_UNINSTALL,
	OP_RULE_ADD,
	OP_RULE_CHANGE,
	OP_RULE_REMOVE,
	OP_RULE_ENABLE,
	OP_RULE_DISABLE,
	OP_RULE_COVER,
	OP_RULE_SKIP,
	OP_RULE_TRIGGER,
	OP_RULE_COMPILE,
	OP_POLICY,
	OP_HOLD,
	OP_RELEASE,
	OP_PREPARE,
	OP_APPROVE,
	OP_PURGE,
	OP_ERASE,
	OPS
};

/* As OCSF counts them; ECS has the same numbers, CEF its own. */
enum siem_severity {
	SIEM_UNKNOWN,
	SIEM_INFORMATIONAL,
	SIEM_LOW,
	SIEM_MEDIUM,
	SIEM_HIGH,
	SIEM_CRITICAL
};

enum siem_op siem_op(const struct event *);
enum siem_severity siem_severity(enum siem_op);
/* Whether it comes from the server's log: of a connection to the database. */
bool siem_is_logged(const struct event *);
/* "Row updated" */
const char *siem_name(enum siem_op);

enum siem_outcome { SIEM_NONE, SIEM_SUCCESS, SIEM_FAILURE };
enum siem_outcome siem_outcome(enum siem_op);

/* What is made, changed or ended: of some acts only their sides tell. */
enum siem_act { SIEM_CHANGE, SIEM_CREATE, SIEM_END };
enum siem_act siem_sides(const struct event *);

/* What "addr" holds */
enum siem_addr { ADDR_NONE, ADDR_V4, ADDR_V6, ADDR_NAME };
enum siem_addr siem_addr(const struct event *);

/* These give a value as it is written; p NULL: there is none. */

/* A member of one of the event's objects that is a string; its name comes with
 * its quotes. */
struct json siem_string(const struct event *, enum event_key,
    const char *quoted);
/* Who did it: the actor, or where nobody said one, the role. */
struct json siem_user(const struct event *);
/* The user to whom it was done. */
struct json siem_target(const struct event *, enum siem_op);
/* Why: "reason", or what the act itself says. */
struct json siem_reason(const struct event *, enum siem_op);

/* Milliseconds since 1970 of a time in µs since 2000 */
int64_t siem_ms(int64_t at);

#endif
