/* ecs - an event in the Elastic Common Schema, version 8.17.0
 *
 * What the schema has no field for is under "audit", under the name that it has
 * in the event. */

#include "moment.h"
#include "siem-op.h"
#include "siem-put.h"
#include "siem.h"

#define ECS_VERSION "8.17.0"

/* Only types that the schema expects of all of the categories */
static const struct {
	const char *category, *type; /* elements of arrays; NULL: none */
} how[OPS] = {
	[OP_OTHER] = { NULL, NULL },
	[OP_INSERT] = { "\"database\"", "\"change\"" },
	[OP_UPDATE] = { "\"database\"", "\"change\"" },
	[OP_DELETE] = { "\"database\"", "\"change\"" },
	[OP_TRUNCATE] = { "\"database\"", "\"change\"" },
	[OP_READ] = { "\"database\"", "\"access\"" },
	[OP_DENIED] = { "\"database\"", "\"access\"" },
	[OP_GAP] = { "\"database\"", "\"error\"" },
	[OP_LOG_GAP] = { "\"database\"", "\"error\"" },
	[OP_DDL] = { "\"database\"", "\"change\"" },
	[OP_LOGIN] = { "\"authentication\",\"session\"", "\"start\"" },
	[OP_LOGOUT] = { "\"authentication\",\"session\"", "\"end\"" },
	[OP_LOGIN_FAILED] = { "\"authentication\"", "\"start\"" },
	[OP_SESSION_BLOCK] = { "\"iam\"", "\"user\",\"change\"" },
	[OP_SESSION_UNBLOCK] = { "\"iam\"", "\"user\",\"change\"" },
	[OP_GRANT] = { "\"iam\"", "\"admin\",\"change\"" },
	[OP_REVOKE] = { "\"iam\"", "\"admin\",\"change\"" },
	[OP_INIT] = { "\"configuration\"", "\"creation\"" },
	[OP_UNINSTALL] = { "\"configuration\"", "\"deletion\"" },
	[OP_SESSION_POLICY] = { "\"configuration\"", NULL },
	[OP_RULE_ADD] = { "\"configuration\"", "\"creation\"" },
	[OP_RULE_CHANGE] = { "\"configuration\"", "\"change\"" },
	[OP_RULE_REMOVE] = { "\"configuration\"", "\"deletion\"" },
	[OP_RULE_ENABLE] = { "\"configuration\"", "\"change\"" },
	[OP_RULE_DISABLE] = { "\"configuration\"", "\"change\"" },
	[OP_RULE_COVER] = { "\"configuration\"", "\"change\"" },
	[OP_RULE_SKIP] = { "\"configuration\"", "\"change\"" },
	[OP_RULE_TRIGGER] = { "\"configuration\"", "\"change\"" },
	[OP_RULE_COMPILE] = { "\"configuration\"", "\"change\"" },
	[OP_POLICY] = { "\"configuration\"", NULL },
	[OP_HOLD] = { "\"configuration\"", "\"creation\"" },
	[OP_RELEASE] = { "\"configuration\"", "\"deletion\"" },
	[OP_PREPARE] = { "\"configuration\"", "\"info\"" },
	[OP_APPROVE] = { "\"configuration\"", "\"change\"" },
	[OP_PURGE] = { "\"database\"", "\"change\"" },
	[OP_ERASE] = { "\"database\"", "\"change\"" },
};

/* where both sides of the event tell */
static const char *const by_sides[] = {
	[SIEM_CREATE] = "\"creation\"",
	[SIEM_CHANGE] = "\"change\"",
	[SIEM_END] = "\"deletion\"",
};

static const char *const outcomes[] = {
	[SIEM_NONE] = NULL,
	[SIEM_SUCCESS] = "success",
	[SIEM_FAILURE] = "failure",
};

/* What the schema has no field for */
static const enum event_key ours[] = { E_SCHEMA, E_TABLE, E_KEY, E_LABEL,
	E_ACTOR, E_ROLE, E_AS_ROLE, E_SESSION, E_TXID, E_APP, E_RULES, E_OLD,
	E_NEW, E_REDACTED };

static bool
is_string(struct json j)
{
	return json_kind(j) == '"' && j.len > 2;
}

/* lead, the string and what is behind it, if there is one */
static void
put_string(struct put *o, const char *lead, struct json j, const char *tail)
{
	if (!is_string(j))
		return;
	put_text(o, lead);
	put_bytes(o, j.p, j.len);
	put_text(o, tail);
}

static void
put_event(struct put *o, const struct event *e, enum siem_op op)
{
	const char *type = how[op].type, *outcome = outcomes[siem_outcome(op)];

	put_text(o,
	    ",\"event\":{\"kind\":\"event\",\"module\":\"audit\","
	    "\"dataset\":\"audit.event\",\"provider\":\"audit-utils\"");
	put_string(o, ",\"action\":", e->v[E_OP], "");
	put_string(o, ",\"id\":", e->v[E_ID], "");
	if (how[op].category != NULL) {
		if (type == NULL)
			type = by_sides[siem_sides(e)];
		put_text(o, ",\"category\":[");
		put_text(o, how[op].category);
		put_text(o, "],\"type\":[");
		put_text(o, type);
		put_text(o, "]");
	}
	if (outcome != NULL)
		put_member(o, "outcome", outcome);
	if (siem_severity(op) != SIEM_UNKNOWN) {
		put_text(o, ",\"severity\":");
		put_number(o, siem_severity(op));
	}
	put_string(o, ",\"reason\":", siem_reason(e, op), "");
	put_text(o, "}");
}

static void
put_message(struct put *o, const struct event *e, enum siem_op op)
{
	put_text(o, ",\"message\":\"");
	put_text(o, siem_name(op));
	if (op == OP_OTHER && is_string(e->v[E_OP])) {
		put_text(o, ": ");
		put_body(o, e->v[E_OP], e->v[E_OP].len);
	}
	if (is_string(e->v[E_TABLE])) {
		put_text(o, ": ");
		if (is_string(e->v[E_SCHEMA])) {
			put_body(o, e->v[E_SCHEMA], e->v[E_SCHEMA].len);
			put_text(o, ".");
		}
		put_body(o, e->v[E_TABLE], e->v[E_TABLE].len);
	}
	put_text(o, "\"");
}

static void
put_user(struct put *o, const struct event *e, enum siem_op op)
{
	struct json user = siem_user(e), target = siem_target(e, op);
	bool as = is_string(e->v[E_AS_ROLE]);

	if (user.p == NULL && target.p == NULL && !as)
		return;
	put_text(o, ",\"user\":{");
	put_string(o, "\"name\":", user, "");
	if (as) {
		put_text(o, user.p != NULL ? "," : "");
		put_string(o, "\"effective\":{\"name\":", e->v[E_AS_ROLE], "}");
	}
	put_text(o, target.p != NULL && (user.p != NULL || as) ? "," : "");
	put_string(o, "\"target\":{\"name\":", target, "}");
	put_text(o, "}");
}

static void
put_source(struct put *o, const struct event *e)
{
	enum siem_addr addr = siem_addr(e);

	if (addr == ADDR_NONE)
		return;
	put_string(o, ",\"source\":{\"address\":", e->v[E_ADDR], "");
	if (addr != ADDR_NAME)
		put_string(o, ",\"ip\":", e->v[E_ADDR], "");
	put_text(o, "}");
}

/* Who and where is named anywhere, each once */
static void
put_related(struct put *o, const struct event *e, enum siem_op op)
{
	const struct json names[] = { e->v[E_ACTOR], e->v[E_ROLE],
		e->v[E_AS_ROLE], siem_target(e, op) };
	const size_t n = sizeof(names) / sizeof(*names);
	enum siem_addr addr = siem_addr(e);
	bool ip = addr == ADDR_V4 || addr == ADDR_V6;
	const char *lead = ",\"related\":{\"user\":[";
	size_t i, j;
	bool any = false;

	for (i = 0; i < n; i++) {
		for (j = 0; j < i && !json_same(names[i], names[j]); j++)
			;
		if (j < i || !is_string(names[i]))
			continue;
		put_string(o, any ? "," : lead, names[i], "");
		any = true;
	}
	if (any)
		put_text(o, ip ? "]," : "]}");
	else if (ip)
		put_text(o, ",\"related\":{");
	if (ip)
		put_string(o, "\"ip\":[", e->v[E_ADDR], "]}");
}

static void
put_ours(struct put *o, const struct event *e, bool exact)
{
	const char *lead = ",\"audit\":{\"", *name;
	enum event_key k;
	size_t i, len;
	bool any = false;

	for (i = 0; i < sizeof(ours) / sizeof(*ours); i++) {
		k = ours[i];
		if (json_kind(e->v[k]) == 'n')
			continue;
		put_text(o, lead);
		name = event_key(k, &len);
		put_bytes(o, name, len);
		put_text(o, "\":");
		put_json(o, e->v[k],
		    exact && (k == E_KEY || k == E_OLD || k == E_NEW));
		lead = ",\"";
		any = true;
	}
	put_text(o, any ? "}}\n" : "}\n");
}

void
ecs_write(FILE *fp, const struct event *e, int64_t at, bool exact)
{
	enum siem_op op = siem_op(e);
	char text[MOMENT_LEN];
	struct put o;

	put_begin(&o, fp);
	put_text(&o, "{\"@timestamp\":\"");
	put_bytes(&o, text, moment_write(text, at));
	put_text(&o, "\",\"ecs\":{\"version\":\"" ECS_VERSION "\"}");
	put_message(&o, e, op);
	put_event(&o, e, op);
	put_user(&o, e, op);
	put_source(&o, e);
	if (op >= OP_LOGIN && op <= OP_LOGIN_FAILED)
		put_string(&o, ",\"user_agent\":{\"original\":",
		    siem_string(e, E_NEW, "\"user_agent\""), "}");
	put_string(&o, ",\"labels\":{\"trail\":", e->v[E_TRAIL], "}");
	put_text(&o, ",\"service\":{\"type\":\"postgresql\"}");
	put_related(&o, e, op);
	put_ours(&o, e, exact);
	put_end(&o);
}
