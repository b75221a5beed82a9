/* ocsf - an event in the Open Cybersecurity Schema Framework, version 1.3.0
 *
 * What a class has no attribute for goes to "unmapped" under the name that it
 * has in the event, so that nothing is lost. */

#include <string.h>

#include "ocsf-class.h"
#include "siem-put.h"
#include "siem.h"

#define OCSF_VERSION "1.3.0"
#define OCSF_STRING 65535 /* characters of its string_t at most */
#define NAME 10000	  /* bytes of a name that is part of a longer text */

/* An event on its way out, and which of its keys have been said in full */
struct out {
	struct put put;
	const struct event *e;
	enum siem_op op;
	enum ocsf_class class;
	bool exact;
	bool said[E_ALL];
};

static bool
is_string(struct json j)
{
	return json_kind(j) == '"' && j.len > 2;
}

/* A string with its quotes; returns whether all of it was said. */
static bool
put_string(struct put *o, struct json j, size_t most)
{
	bool cut;

	put_bytes(o, "\"", 1);
	cut = put_body(o, j, most);
	put_bytes(o, "\"", 1);
	return !cut;
}

/* lead and a key of the event, if it says something */
static bool
put_key(struct out *o, const char *lead, enum event_key k)
{
	if (!is_string(o->e->v[k]))
		return false;
	put_text(&o->put, lead);
	o->said[k] = put_string(&o->put, o->e->v[k], OCSF_STRING);
	return true;
}

static void
put_or_unknown(struct put *o, const char *lead, struct json j)
{
	put_text(o, lead);
	if (j.p == NULL)
		put_text(o, "\"Unknown\"");
	else
		put_string(o, j, OCSF_STRING);
}

static bool
has_table(const struct event *e)
{
	return is_string(e->v[E_TABLE]);
}

/* schema.table, without quotes */
static void
put_table_name(struct out *o)
{
	if (is_string(o->e->v[E_SCHEMA])) {
		put_body(&o->put, o->e->v[E_SCHEMA], NAME);
		put_text(&o->put, ".");
	}
	put_body(&o->put, o->e->v[E_TABLE], NAME);
}

static void
put_metadata(struct out *o)
{
	put_text(&o->put,
	    "{\"metadata\":{\"version\":\"" OCSF_VERSION
	    "\",\"product\":{\"name\":\"audit-utils\",\"vendor_name\":"
	    "\"audit-utils\",\"version\":\"" AUDIT_VERSION "\"}");
	/* these classes have an actor by this profile only */
	if (o->class == OCSF_ENTITY || o->class == OCSF_ACCESS)
		put_text(&o->put, ",\"profiles\":[\"host\"]");
	put_text(&o->put, ",\"log_name\":\"audit.event\"");
	put_key(o, ",\"log_provider\":", E_TRAIL);
	put_key(o, ",\"event_code\":", E_OP);
	put_key(o, ",\"uid\":", E_ID);
	put_key(o, ",\"original_time\":", E_AT);
	put_text(&o->put, "}");
}

static void
put_activity_name(struct out *o, const struct ocsf_activity *a)
{
	put_text(&o->put, "\"");
	if (a->name != NULL)
		put_text(&o->put, a->name);
	else if (is_string(o->e->v[E_OP]))
		put_body(&o->put, o->e->v[E_OP], NAME);
	else
		put_text(&o->put, "Other");
	put_text(&o->put, "\"");
}

static void
put_class(struct out *o)
{
	const struct ocsf_activity *a = ocsf_activity(o->e, o->op);
	int uid = ocsf_classes[o->class].uid;

	put_text(&o->put, ",\"category_uid\":");
	put_number(&o->put, ocsf_classes[o->class].category_uid);
	put_member(&o->put, "category_name", ocsf_classes[o->class].category);
	put_text(&o->put, ",\"class_uid\":");
	put_number(&o->put, uid);
	put_member(&o->put, "class_name", ocsf_classes[o->class].name);
	put_text(&o->put, ",\"activity_id\":");
	put_number(&o->put, a->id);
	put_text(&o->put, ",\"activity_name\":");
	put_activity_name(o, a);
	put_text(&o->put, ",\"type_uid\":");
	put_number(&o->put, uid * 100 + a->id);
	put_text(&o->put, ",\"type_name\":\"");
	put_text(&o->put, ocsf_classes[o->class].name);
	put_text(&o->put, ": ");
	put_text(&o->put, a->id == OCSF_OTHER ? "Other" : a->name);
	put_text(&o->put, "\"");
}

static void
put_reason(struct out *o, const char *lead)
{
	struct json reason = siem_reason(o->e, o->op);
	bool all;

	if (reason.p == NULL)
		return;
	put_text(&o->put, lead);
	all = put_string(&o->put, reason, OCSF_STRING);
	o->said[E_REASON] = all && reason.p == o->e->v[E_REASON].p;
}

static void
put_status(struct out *o)
{
	enum siem_severity severity = siem_severity(o->op);

	put_text(&o->put, ",\"severity_id\":");
	put_number(&o->put, severity);
	put_member(&o->put, "severity", ocsf_severities[severity]);
	/* what could not be recorded was done all the same */
	if (o->op == OP_GAP || o->op == OP_LOG_GAP)
		put_text(&o->put,
		    ",\"status_id\":99,\"status\":\"Not recorded\"");
	else if (siem_outcome(o->op) == SIEM_SUCCESS)
		put_text(&o->put, ",\"status_id\":1,\"status\":\"Success\"");
	else if (siem_outcome(o->op) == SIEM_FAILURE)
		put_text(&o->put, ",\"status_id\":2,\"status\":\"Failure\"");
	else
		put_text(&o->put, ",\"status_id\":0,\"status\":\"Unknown\"");
	put_reason(o,
	    o->class == OCSF_ENTITY ? ",\"comment\":" : ",\"status_detail\":");
	put_text(&o->put, ",\"message\":\"");
	put_text(&o->put, siem_name(o->op));
	if (o->op == OP_OTHER && is_string(o->e->v[E_OP])) {
		put_text(&o->put, ": ");
		put_body(&o->put, o->e->v[E_OP], NAME);
	}
	if (has_table(o->e)) {
		put_text(&o->put, ": ");
		put_table_name(o);
	}
	put_text(&o->put, "\"");
}

static void
put_user(struct out *o)
{
	if (put_key(o, "\"user\":{\"name\":", E_ACTOR))
		put_text(&o->put, ",\"type_id\":1,\"type\":\"User\"}");
	else if (put_key(o, "\"user\":{\"name\":", E_ROLE))
		put_text(&o->put,
		    ",\"type_id\":99,\"type\":\"Database role\"}");
	else
		put_text(&o->put,
		    "\"user\":{\"name\":\"Unknown\",\"type_id\":0,"
		    "\"type\":\"Unknown\"}");
}

/* Who it was, and from where */
static void
put_actor(struct out *o)
{
	put_text(&o->put, ",\"actor\":{");
	put_user(o);
	if (put_key(o, ",\"session\":{\"uid\":", E_SESSION))
		put_text(&o->put, "}");
	put_key(o, ",\"app_name\":", E_APP);
	put_text(&o->put, "},\"src_endpoint\":{");
	switch (siem_addr(o->e)) {
	case ADDR_V4:
	case ADDR_V6: put_key(o, "\"ip\":", E_ADDR); break;
	case ADDR_NAME: put_key(o, "\"name\":", E_ADDR); break;
	case ADDR_NONE: put_text(&o->put, "\"name\":\"Unknown\"");
	}
	put_text(&o->put, "}");
}

static void
put_datastore(struct out *o)
{
	if (!has_table(o->e)) {
		put_or_unknown(&o->put,
		    ",\"type_id\":1,\"type\":\"Database\",\"database\":{"
		    "\"name\":",
		    siem_is_logged(o->e)
			? siem_string(o->e, E_NEW, "\"database\"")
			: (struct json){ NULL, 0 });
		put_text(&o->put, ",\"type_id\":1,\"type\":\"Relational\"}");
		return;
	}
	put_text(&o->put,
	    ",\"type_id\":3,\"type\":\"Table\",\"table\":{\"name\":\"");
	put_table_name(o);
	put_text(&o->put, "\"}");
}

static void
put_authentication(struct out *o)
{
	struct json agent = siem_string(o->e, E_NEW, "\"user_agent\"");

	/* to the database a role logs in; to an application it is the
	 * application's */
	if (!is_string(o->e->v[E_ACTOR]) && siem_is_logged(o->e)) {
		put_or_unknown(&o->put,
		    ",\"user\":{\"name\":", siem_user(o->e));
		put_text(&o->put, ",\"type_id\":99,\"type\":\"Database role\"");
	} else
		put_or_unknown(&o->put, ",\"user\":{\"name\":",
		    is_string(o->e->v[E_ACTOR]) ? o->e->v[E_ACTOR]
						: (struct json){ NULL, 0 });
	put_or_unknown(&o->put, "},\"service\":{\"name\":",
	    is_string(o->e->v[E_APP]) ? o->e->v[E_APP]
				      : (struct json){ NULL, 0 });
	put_text(&o->put, "}");
	if (put_key(o, ",\"session\":{\"uid\":", E_SESSION))
		put_text(&o->put, "}");
	if (agent.p != NULL) {
		put_text(&o->put, ",\"http_request\":{\"user_agent\":");
		put_string(&o->put, agent, OCSF_STRING);
		put_text(&o->put, "}");
	}
}

static void
put_access(struct out *o)
{
	put_or_unknown(&o->put,
	    ",\"user\":{\"name\":", siem_string(o->e, E_KEY, "\"role\""));
	put_or_unknown(&o->put,
	    ",\"type_id\":99,\"type\":\"Database role\"},\"privileges\":[",
	    siem_string(o->e, E_KEY, "\"kind\""));
	put_text(&o->put, "]");
}

/* What an act's key is called, and whether that is a name or an id */
static const struct {
	const char *quoted, *as;
} keys[] = {
	{ "\"rule\"", ",\"name\":" },
	{ "\"table\"", ",\"name\":" },
	{ "\"actor\"", ",\"name\":" },
	{ "\"group\"", ",\"name\":" },
	{ "\"session\"", ",\"uid\":" },
	{ "\"policy\"", ",\"uid\":" },
	{ "\"hold\"", ",\"uid\":" },
	{ "\"act\"", ",\"uid\":" },
	{ "\"run\"", ",\"uid\":" },
};

static bool
put_entity_key(struct out *o)
{
	struct json value, key;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		key = (struct json){ keys[i].quoted, strlen(keys[i].quoted) };
		if (!json_get(o->e->v[E_KEY], key, &value))
			continue;
		if (is_string(value)) {
			put_text(&o->put, keys[i].as);
			put_string(&o->put, value, OCSF_STRING);
			return true;
		}
		if (json_kind(value) == '0' && value.len < OCSF_STRING) {
			put_text(&o->put, keys[i].as);
			put_text(&o->put, "\"");
			put_bytes(&o->put, value.p, value.len);
			put_text(&o->put, "\"");
			return true;
		}
	}
	return false;
}

static void
put_entity(struct out *o)
{
	bool user = siem_target(o->e, o->op).p != NULL;
	int id;
	const char *entity = ocsf_entity(o->op, &id);

	put_text(&o->put, ",\"entity\":{\"type_id\":");
	put_number(&o->put, user ? 2 : id);
	put_member(&o->put, "type", user ? "User" : entity);
	if (!put_entity_key(o)) {
		put_text(&o->put, ",\"name\":\"");
		if (has_table(o->e))
			put_table_name(o);
		else
			put_text(&o->put, entity);
		put_text(&o->put, "\"");
	}
	put_text(&o->put, "}");
}

/* All that has not been said: nothing is lost. */
static void
put_unmapped(struct out *o)
{
	const char *lead = ",\"unmapped\":{\"", *name;
	bool any = false;
	size_t len;
	int k;

	for (k = 0; k < E_ALL; k++) {
		if (o->said[k] || json_kind(o->e->v[k]) == 'n')
			continue;
		put_text(&o->put, lead);
		name = event_key((enum event_key)k, &len);
		put_bytes(&o->put, name, len);
		put_text(&o->put, "\":");
		put_json(&o->put, o->e->v[k],
		    o->exact && (k == E_KEY || k == E_OLD || k == E_NEW));
		lead = ",\"";
		any = true;
	}
	put_text(&o->put, any ? "}}\n" : "}\n");
}

static void (*const put_rest[])(struct out *) = {
	[OCSF_AUTHENTICATION] = put_authentication,
	[OCSF_ENTITY] = put_entity,
	[OCSF_ACCESS] = put_access,
	[OCSF_DATASTORE] = put_datastore,
};

void
ocsf_write(FILE *fp, const struct event *e, int64_t at, bool exact)
{
	struct out o;

	put_begin(&o.put, fp);
	o.e = e;
	o.op = siem_op(e);
	o.class = ocsf_class(o.op);
	o.exact = exact;
	memset(o.said, 0, sizeof(o.said));
	put_metadata(&o);
	put_class(&o);
	put_text(&o.put, ",\"time\":");
	put_number(&o.put, siem_ms(at));
	put_status(&o);
	if (o.class != OCSF_BASE) {
		put_actor(&o);
		put_rest[o.class](&o);
	}
	put_unmapped(&o);
	put_end(&o.put);
}
