/* siem-op - what an event is, for every form alike */

#include "siem-op.h"

#include <arpa/inet.h>
#include <string.h>

#include "moment.h"

static const struct {
	const char *op, *name;
	enum siem_severity severity;
	enum siem_outcome outcome;
} ops[OPS] = {
	[OP_OTHER] = { "", "Other event", SIEM_UNKNOWN, SIEM_NONE },
	[OP_INSERT] = { "insert", "Row inserted", SIEM_INFORMATIONAL,
	    SIEM_SUCCESS },
	[OP_UPDATE] = { "update", "Row updated", SIEM_INFORMATIONAL,
	    SIEM_SUCCESS },
	[OP_DELETE] = { "delete", "Row deleted", SIEM_LOW, SIEM_SUCCESS },
	[OP_TRUNCATE] = { "truncate", "Table truncated", SIEM_MEDIUM,
	    SIEM_SUCCESS },
	[OP_READ] = { "read", "Data read", SIEM_INFORMATIONAL, SIEM_SUCCESS },
	[OP_DENIED] = { "denied", "Access denied", SIEM_MEDIUM, SIEM_FAILURE },
	[OP_GAP] = { "gap", "Change not recorded", SIEM_HIGH, SIEM_FAILURE },
	[OP_LOG_GAP] = { "gap", "Server log incomplete", SIEM_HIGH,
	    SIEM_FAILURE },
	[OP_DDL] = { "ddl", "Table definition changed", SIEM_LOW,
	    SIEM_SUCCESS },
	[OP_LOGIN] = { "login", "Login", SIEM_INFORMATIONAL, SIEM_SUCCESS },
	[OP_LOGOUT] = { "logout", "Logout", SIEM_INFORMATIONAL, SIEM_SUCCESS },
	[OP_LOGIN_FAILED] = { "login_failed", "Login failed", SIEM_MEDIUM,
	    SIEM_FAILURE },
	[OP_SESSION_BLOCK] = { "session_block", "User or session blocked",
	    SIEM_MEDIUM, SIEM_SUCCESS },
	[OP_SESSION_UNBLOCK] = { "session_unblock", "User or session unblocked",
	    SIEM_LOW, SIEM_SUCCESS },
	[OP_SESSION_POLICY] = { "session_policy", "Session policy changed",
	    SIEM_MEDIUM, SIEM_SUCCESS },
	[OP_GRANT] = { "grant", "Right to the trail granted", SIEM_MEDIUM,
	    SIEM_SUCCESS },
	[OP_REVOKE] = { "revoke", "Right to the trail revoked", SIEM_MEDIUM,
	    SIEM_SUCCESS },
	[OP_INIT] = { "init", "Audit trail installed", SIEM_LOW, SIEM_SUCCESS },
	[OP_UNINSTALL] = { "uninstall", "Audit trail uninstalled",
	    SIEM_CRITICAL, SIEM_SUCCESS },
	[OP_RULE_ADD] = { "rule_add", "Audit rule added", SIEM_LOW,
	    SIEM_SUCCESS },
	[OP_RULE_CHANGE] = { "rule_change", "Audit rule changed", SIEM_MEDIUM,
	    SIEM_SUCCESS },
	[OP_RULE_REMOVE] = { "rule_remove", "Audit rule removed", SIEM_HIGH,
	    SIEM_SUCCESS },
	[OP_RULE_ENABLE] = { "rule_enable", "Audit rule enabled", SIEM_LOW,
	    SIEM_SUCCESS },
	[OP_RULE_DISABLE] = { "rule_disable", "Audit rule disabled", SIEM_HIGH,
	    SIEM_SUCCESS },
	[OP_RULE_COVER] = { "rule_cover", "Table covered by audit rule",
	    SIEM_INFORMATIONAL, SIEM_SUCCESS },
	[OP_RULE_SKIP] = { "rule_skip", "Table left unaudited", SIEM_MEDIUM,
	    SIEM_SUCCESS },
	[OP_RULE_TRIGGER] = { "rule_trigger", "Audit trigger changed", SIEM_LOW,
	    SIEM_SUCCESS },
	[OP_RULE_COMPILE] = { "rule_compile", "Audit rule compiled",
	    SIEM_INFORMATIONAL, SIEM_SUCCESS },
	[OP_POLICY] = { "policy", "Retention policy changed", SIEM_MEDIUM,
	    SIEM_SUCCESS },
	[OP_HOLD] = { "hold", "Legal hold placed", SIEM_LOW, SIEM_SUCCESS },
	[OP_RELEASE] = { "release", "Legal hold released", SIEM_MEDIUM,
	    SIEM_SUCCESS },
	[OP_PREPARE] = { "prepare", "Removal prepared", SIEM_LOW,
	    SIEM_SUCCESS },
	[OP_APPROVE] = { "approve", "Removal approved", SIEM_MEDIUM,
	    SIEM_SUCCESS },
	[OP_PURGE] = { "purge", "Audit events purged", SIEM_MEDIUM,
	    SIEM_SUCCESS },
	[OP_ERASE] = { "erase", "Personal data erased", SIEM_MEDIUM,
	    SIEM_SUCCESS },
};

enum siem_op
siem_op(const struct event *e)
{
	int i;

	for (i = OP_OTHER + 1; i < OPS; i++)
		if (json_says(e->v[E_OP], ops[i].op))
			break;
	if (i == OP_GAP && siem_is_logged(e))
		return OP_LOG_GAP;
	return i < OPS ? (enum siem_op)i : OP_OTHER;
}

bool
siem_is_logged(const struct event *e)
{
	static const char *const logged[] = { "read", "denied", "login",
		"logout", "login_failed", "gap" };
	size_t i;

	for (i = 0; i < sizeof(logged) / sizeof(*logged); i++)
		if (json_says(e->v[E_OP], logged[i]))
			return json_says(json_member(e->v[E_NEW], "kind"),
			    "database");
	return false;
}

enum siem_severity
siem_severity(enum siem_op op)
{
	return ops[op].severity;
}

const char *
siem_name(enum siem_op op)
{
	return ops[op].name;
}

enum siem_outcome
siem_outcome(enum siem_op op)
{
	return ops[op].outcome;
}

enum siem_act
siem_sides(const struct event *e)
{
	bool old = json_kind(e->v[E_OLD]) == '{';
	bool new = json_kind(e->v[E_NEW]) == '{';

	return old == new ? SIEM_CHANGE : new ? SIEM_CREATE : SIEM_END;
}

enum siem_addr
siem_addr(const struct event *e)
{
	struct json addr = e->v[E_ADDR];
	char text[INET6_ADDRSTRLEN];
	struct in6_addr in;

	if (json_kind(addr) != '"' || addr.len == 2)
		return ADDR_NONE;
	if (addr.len - 2 >= sizeof(text))
		return ADDR_NAME;
	memcpy(text, addr.p + 1, addr.len - 2);
	text[addr.len - 2] = '\0';
	return inet_pton(AF_INET, text, &in) == 1 ? ADDR_V4
	    : inet_pton(AF_INET6, text, &in) == 1 ? ADDR_V6
						  : ADDR_NAME;
}

static struct json
is_string(struct json j)
{
	return json_kind(j) == '"' && j.len > 2 ? j : (struct json){ NULL, 0 };
}

struct json
siem_string(const struct event *e, enum event_key k, const char *quoted)
{
	struct json value = { NULL, 0 };

	json_get(e->v[k], (struct json){ quoted, strlen(quoted) }, &value);
	return is_string(value);
}

struct json
siem_user(const struct event *e)
{
	struct json user = is_string(e->v[E_ACTOR]);

	return user.p != NULL ? user : is_string(e->v[E_ROLE]);
}

struct json
siem_target(const struct event *e, enum siem_op op)
{
	switch (op) {
	case OP_SESSION_BLOCK:
	case OP_SESSION_UNBLOCK: return siem_string(e, E_KEY, "\"actor\"");
	case OP_GRANT:
	case OP_REVOKE: return siem_string(e, E_KEY, "\"role\"");
	default: return (struct json){ NULL, 0 };
	}
}

struct json
siem_reason(const struct event *e, enum siem_op op)
{
	static const char *const says[] = { "\"reason\"", "\"why\"",
		"\"message\"" };
	struct json reason = is_string(e->v[E_REASON]);
	size_t i;

	if (op < OP_DENIED) /* in a row these are columns */
		return reason;
	for (i = 0; reason.p == NULL && i < sizeof(says) / sizeof(*says); i++)
		reason = siem_string(e, E_NEW, says[i]);
	return reason;
}

int64_t
siem_ms(int64_t at)
{
	return at / 1000 - (at % 1000 < 0) + MOMENT_EPOCH * 1000;
}
