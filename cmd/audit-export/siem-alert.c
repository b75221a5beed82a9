/* siem-alert - a line of audit-watch in the forms that security teams collect
 *
 * OCSF: a Detection Finding; ECS: an event of kind alert; CEF: an event whose
 * name is the alert's sentence. What a form has no place for stays as it is. */

#include "siem-alert.h"

#include <stdlib.h>
#include <string.h>

#include "alert.h"
#include "cef-text.h"
#include "mem.h"
#include "moment.h"
#include "ocsf-class.h"
#include "siem-op.h"
#include "siem-put.h"

/* An alert on its way out; its members are borrowed from its line. */
struct out {
	struct put put;
	struct json line, alert, message, actor, role, session, events;
	struct event e; /* nothing but its address */
	enum siem_addr addr;
	enum siem_severity severity;
};

static const enum siem_severity severities[ALERT_SEVERITIES] = {
	[ALERT_CRITICAL] = SIEM_CRITICAL,
	[ALERT_HIGH] = SIEM_HIGH,
	[ALERT_MEDIUM] = SIEM_MEDIUM,
	[ALERT_LOW] = SIEM_LOW,
	[ALERT_OTHER] = SIEM_UNKNOWN,
};

/* A member that is a string and not empty; else p is NULL. */
static struct json
text_of(struct json line, const char *name)
{
	struct json j = json_member(line, name);

	return json_kind(j) == '"' && j.len > 2 ? j : (struct json){ NULL, 0 };
}

static void
begin(struct out *o, FILE *fp, struct json line)
{
	memset(&o->e, 0, sizeof(o->e));
	put_begin(&o->put, fp);
	o->line = line;
	o->alert = text_of(line, "alert");
	if (o->alert.p == NULL)
		o->alert = (struct json){ "\"unknown\"", 9 };
	o->message = text_of(line, "message");
	o->actor = text_of(line, "actor");
	o->role = text_of(line, "role");
	o->session = text_of(line, "session");
	o->events = json_member(line, "events");
	o->e.v[E_ADDR] = text_of(line, "addr");
	o->e.v[E_SCHEMA] = text_of(line, "schema");
	o->e.v[E_TABLE] = text_of(line, "table");
	o->addr = siem_addr(&o->e);
	o->severity = severities[alert_severity(line)];
}

/* lead and a string, as it is written, if there is one */
static bool
put_string(struct out *o, const char *lead, struct json j)
{
	if (j.p == NULL)
		return false;
	put_text(&o->put, lead);
	put_bytes(&o->put, j.p, j.len);
	return true;
}

/* The last one of its events is the one that made it. */
static struct json
last_event(const struct out *o)
{
	struct json key, id, last = { NULL, 0 };
	struct json_iter i;

	json_begin(&i, o->events);
	while (json_kind(o->events) == '[' && json_next(&i, &key, &id))
		if (json_kind(id) == '"')
			last = id;
	return last;
}

/* What tells it from all others: the kind, the event, and whom it is about */
static void
put_uid(struct out *o)
{
	struct json parts[] = { o->alert, last_event(o), alert_who(o->line) };
	size_t i;

	if (parts[1].p == NULL)
		parts[1] = json_member(o->line, "at");
	if (parts[2].p == NULL)
		parts[2] = o->e.v[E_ADDR];
	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (parts[i].p == NULL)
			continue;
		put_bytes(&o->put, ":", i > 0);
		put_body(&o->put, parts[i], 10000);
	}
}

static bool
is_one_of(const struct json key, const char *const *names)
{
	for (; *names != NULL; names++)
		if (json_says(key, *names))
			return true;
	return false;
}

/* The members that were not said: nothing is lost. */
static void
put_others(struct out *o, const char *lead, const char *const *said)
{
	struct json key, value;
	struct json_iter i;
	bool any = false;

	json_begin(&i, o->line);
	while (json_next(&i, &key, &value)) {
		if (json_kind(value) == 'n' || is_one_of(key, said))
			continue;
		put_text(&o->put, any ? "," : lead);
		put_bytes(&o->put, key.p, key.len);
		put_text(&o->put, ":");
		put_bytes(&o->put, value.p, value.len);
		any = true;
	}
	put_text(&o->put, any ? "}}\n" : "}\n");
}

/* OCSF */

static void
put_finding(struct out *o)
{
	const char *lead = ",\"related_events\":[{\"uid\":";
	struct json key, id;
	struct json_iter i;
	bool any = false;

	put_string(o, ",\"finding_info\":{\"title\":", o->alert);
	put_text(&o->put, ",\"uid\":\"");
	put_uid(o);
	put_text(&o->put, "\"");
	put_string(o, ",\"desc\":", o->message);
	put_string(o, ",\"types\":[", o->alert);
	put_text(&o->put, "]");
	json_begin(&i, o->events);
	while (json_kind(o->events) == '[' && json_next(&i, &key, &id))
		if (json_kind(id) == '"') {
			put_string(o, any ? "},{\"uid\":" : lead, id);
			any = true;
		}
	put_text(&o->put, any ? "}]}" : "}");
}

/* Who it was, and from where */
static void
put_evidence(struct out *o)
{
	const char *lead = ",\"evidences\":[{";
	bool actor = false;

	if (put_string(o,
		",\"evidences\":[{\"actor\":{\"user\":{\"name\":", o->actor))
		actor = true;
	else if (put_string(o,
		     ",\"evidences\":[{\"actor\":{\"user\":{\"name\":",
		     o->role)) {
		put_text(&o->put, ",\"type_id\":99,\"type\":\"Database role\"");
		actor = true;
	}
	if (actor) {
		put_text(&o->put, "}");
		if (put_string(o, ",\"session\":{\"uid\":", o->session))
			put_text(&o->put, "}");
		put_text(&o->put, "}");
		lead = ",";
	}
	if (o->addr != ADDR_NONE) {
		put_text(&o->put, lead);
		put_string(o,
		    o->addr == ADDR_NAME ? "\"src_endpoint\":{\"name\":"
					 : "\"src_endpoint\":{\"ip\":",
		    o->e.v[E_ADDR]);
		put_text(&o->put, "}");
	}
	if (actor || o->addr != ADDR_NONE)
		put_text(&o->put, "}]");
}

void
ocsf_alert(FILE *fp, struct json line, int64_t at)
{
	/* without who it was there is no place for the session */
	static const char *const said[] = { "at", "alert", "severity", "actor",
		"message", "events", "count", "addr", NULL };
	uint64_t n;
	struct out o;

	begin(&o, fp, line);
	put_text(&o.put,
	    "{\"metadata\":{\"version\":\"1.3.0\",\"product\":{\"name\":"
	    "\"audit-utils\",\"vendor_name\":\"audit-utils\",\"version\":"
	    "\"" AUDIT_VERSION "\"},\"log_name\":\"audit-watch\"");
	put_string(&o, ",\"event_code\":", o.alert);
	put_string(&o, ",\"original_time\":", json_member(line, "at"));
	put_text(&o.put,
	    "},\"category_uid\":2,\"category_name\":\"Findings\","
	    "\"class_uid\":2004,\"class_name\":\"Detection Finding\","
	    "\"activity_id\":1,\"activity_name\":\"Create\","
	    "\"type_uid\":200401,\"type_name\":\"Detection Finding: Create\","
	    "\"time\":");
	put_number(&o.put, siem_ms(at));
	put_text(&o.put, ",\"severity_id\":");
	put_number(&o.put, o.severity);
	put_member(&o.put, "severity", ocsf_severities[o.severity]);
	put_text(&o.put, ",\"status_id\":1,\"status\":\"New\"");
	put_string(&o, ",\"message\":", o.message);
	if (brief_count(json_member(line, "count"), &n) && n <= INT32_MAX) {
		put_text(&o.put, ",\"count\":");
		put_number(&o.put, (int64_t)n);
	}
	put_finding(&o);
	put_evidence(&o);
	put_others(&o, ",\"unmapped\":{", said);
	put_end(&o.put);
}

/* ECS */

static void
put_source(struct out *o)
{
	if (o->addr == ADDR_NONE)
		return;
	put_string(o, ",\"source\":{\"address\":", o->e.v[E_ADDR]);
	if (o->addr != ADDR_NAME)
		put_string(o, ",\"ip\":", o->e.v[E_ADDR]);
	put_text(&o->put, "}");
}

static void
put_related(struct out *o)
{
	bool ip = o->addr == ADDR_V4 || o->addr == ADDR_V6;
	bool user = put_string(o, ",\"related\":{\"user\":[", o->actor);

	if (!user || !json_same(o->actor, o->role))
		user |= put_string(o, user ? "," : ",\"related\":{\"user\":[",
		    o->role);
	if (user)
		put_text(&o->put, "]");
	if (ip) {
		put_string(o, user ? ",\"ip\":[" : ",\"related\":{\"ip\":[",
		    o->e.v[E_ADDR]);
		put_text(&o->put, "]");
	}
	if (user || ip)
		put_text(&o->put, "}");
}

void
ecs_alert(FILE *fp, struct json line, int64_t at)
{
	static const char *const said[] = { "at", "alert", "message", "addr",
		NULL };
	char text[MOMENT_LEN];
	struct out o;

	begin(&o, fp, line);
	put_text(&o.put, "{\"@timestamp\":\"");
	put_bytes(&o.put, text, moment_write(text, at));
	put_text(&o.put, "\",\"ecs\":{\"version\":\"8.17.0\"}");
	put_string(&o, ",\"message\":", o.message);
	put_text(&o.put,
	    ",\"event\":{\"kind\":\"alert\",\"module\":\"audit\",\"dataset\":"
	    "\"audit.alert\",\"provider\":\"audit-utils\",\"id\":\"");
	put_uid(&o);
	put_text(&o.put, "\"");
	put_string(&o, ",\"action\":", o.alert);
	put_text(&o.put,
	    ",\"category\":[\"intrusion_detection\"],\"type\":[\"info\"]");
	if (o.severity != SIEM_UNKNOWN) {
		put_text(&o.put, ",\"severity\":");
		put_number(&o.put, o.severity);
	}
	put_text(&o.put, "}");
	if (put_string(&o, ",\"rule\":{\"name\":", o.alert))
		put_text(&o.put, "}");
	if (put_string(&o, ",\"user\":{\"name\":", alert_who(line)))
		put_text(&o.put, "}");
	put_source(&o);
	put_text(&o.put, ",\"service\":{\"type\":\"postgresql\"}");
	put_related(&o);
	put_others(&o, ",\"audit\":{", said);
	put_end(&o.put);
}

/* CEF */

static const char *const cef_severity[] = {
	[SIEM_UNKNOWN] = "Unknown",
	[SIEM_LOW] = "3",
	[SIEM_MEDIUM] = "5",
	[SIEM_HIGH] = "8",
	[SIEM_CRITICAL] = "10",
};

static void
put_head(struct out *o)
{
	const struct json parts[] = { o->alert, o->message };
	const size_t most[] = { 1023, 512 };
	const char *text;
	char *made;
	size_t i, len;

	put_text(&o->put, "CEF:0|audit-utils|audit-watch|" AUDIT_VERSION "|");
	for (i = 0; i < 2; i++) {
		if (parts[i].p != NULL) {
			text = cef_said(parts[i], &len, &made);
			cef_cut(&o->put, text, len, len, most[i], CEF_HEAD);
			free(made);
		}
		put_text(&o->put, "|");
	}
	put_text(&o->put, cef_severity[o->severity]);
	put_text(&o->put, "|");
}

void
cef_alert(FILE *fp, struct json line, int64_t at)
{
	struct out o;
	uint64_t n;

	begin(&o, fp, line);
	put_head(&o);
	put_text(&o.put, "rt=");
	put_number(&o.put, siem_ms(at));
	cef_string(&o.put, "deviceExternalId", text_of(line, "trail"), 255);
	cef_string(&o.put, "act", o.alert, 63);
	put_text(&o.put, " cat=/Alert");
	cef_string(&o.put, "suser", alert_who(line), 1023);
	cef_address(&o.put, &o.e);
	cef_string(&o.put, "msg", o.message, 1023);
	if (brief_count(json_member(line, "count"), &n) && n <= INT32_MAX) {
		put_text(&o.put, " cnt=");
		put_number(&o.put, (int64_t)n);
	}
	cef_table(&o.put, &o.e);
	if (json_kind(o.events) == '[') {
		put_text(&o.put, " cs2Label=events");
		cef_written(&o.put, "cs2", o.events, 4000, false);
	}
	if (o.role.p != NULL)
		put_text(&o.put, " cs5Label=role");
	cef_string(&o.put, "cs5", o.role, 4000);
	if (o.session.p != NULL)
		put_text(&o.put, " cs6Label=session");
	cef_string(&o.put, "cs6", o.session, 4000);
	put_text(&o.put, "\n");
	put_end(&o.put);
}
