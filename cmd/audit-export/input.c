/* input - what a line on standard input is */

#include "input.h"

#include <string.h>

#include "moment.h"

/* The lines of other tools, by keys that only they have */
static const struct mark {
	enum input_kind kind;
	const char *keys[3];
} marks[] = {
	{ INPUT_ALERT, { "alert", "severity", "message" } },
	{ INPUT_SEAL, { "seal", "root", "months" } },
	{ INPUT_STATUS, { "seal", "lag_seconds" } },
	{ INPUT_VERIFY, { "verified", "seals" } },
	{ INPUT_VERIFY, { "finding", "seal", "message" } },
	{ INPUT_VERIFY, { "note", "seal", "message" } },
	{ INPUT_RULE, { "rule", "ops", "enabled" } },
	{ INPUT_HOLE, { "hole", "severity", "message" } },
	{ INPUT_HOLE, { "covered", "holes", "notes" } },
	{ INPUT_GRANT, { "role", "kind", "group" } },
	{ INPUT_SESSION, { "session", "opened", "actor" } },
	{ INPUT_POLICY, { "policy", "keep" } },
	{ INPUT_POLICY, { "require_approval" } },
	{ INPUT_HOLD, { "hold", "why" } },
};

static bool
fits(struct json object, const struct mark *m)
{
	size_t i;

	for (i = 0; i < sizeof(m->keys) / sizeof(m->keys[0]); i++)
		if (m->keys[i] != NULL &&
		    json_member(object, m->keys[i]).p == NULL)
			return false;
	return true;
}

static bool
read_time(struct input *in, struct json at)
{
	return json_kind(at) == '"' && at.len >= 2 &&
	    moment_read(&in->at, at.p + 1, at.len - 2);
}

/* A line that is no event may be one of these. */
static bool
read_other(struct input *in, const char *line, size_t len)
{
	size_t i, where;

	if (json_parse(&in->line, line, len, &where) != NULL ||
	    json_kind(in->line) != '{' || json_member(in->line, "op").p != NULL)
		return false;
	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (fits(in->line, &marks[i])) {
			in->kind = marks[i].kind;
			return in->kind != INPUT_ALERT ||
			    read_time(in, json_member(in->line, "at"));
		}
	return false;
}

const char *
input_read(struct input *in, struct event *event, const char *line, size_t len)
{
	const char *wrong = event_read(event, line, len);

	in->kind = INPUT_EVENT;
	in->event = event;
	in->at = 0;
	if (wrong != NULL)
		return read_other(in, line, len) ? NULL : wrong;
	in->line = (struct json){ line, len };
	if (event_is_none(event) || read_time(in, event->v[E_AT]))
		return NULL;
	return "\"at\" is no time of an event";
}
