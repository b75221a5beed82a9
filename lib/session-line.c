/* session-line - a session of the application as a line of JSON */

#include "session-line.h"

#include <stdio.h>
#include <string.h>

#include "line.h"

static const struct session_field before[] = {
	{ "session", false },
	{ "actor", false },
	{ "opened", false },
	{ "last_activity", false },
	{ "idle_seconds", true },
	{ "closed", false },
	{ "reason", false },
	{ "duration_seconds", true },
	{ "active_seconds", true },
	{ "addr", false },
};
static const struct session_field after[] = {
	{ "new_device", true },
	{ "events", true },
};

void
session_fields(const struct session_field fields[], int n, char *const cols[])
{
	int i;

	/* nobody else writes there: a lock for each piece would cost the most
	 */
	for (i = 0; i < n; i++) {
		if (i > 0)
			putchar_unlocked(',');
		putchar_unlocked('"');
		fputs_unlocked(fields[i].name, stdout);
		fputs_unlocked("\":", stdout);
		if (cols[i] == NULL)
			fputs_unlocked("null", stdout);
		else if (fields[i].raw)
			fputs_unlocked(cols[i], stdout);
		else
			line_put_string(stdout, cols[i], strlen(cols[i]));
	}
}

void
session_members(struct devices *devices, char *const cols[])
{
	session_fields(before, sizeof(before) / sizeof(*before), cols);
	putchar(',');
	device_put(stdout,
	    devices_get(devices, cols[SESSION_AGENT], cols[SESSION_HINTS]));
	putchar(',');
	session_fields(after, sizeof(after) / sizeof(*after),
	    cols + SESSION_NEW);
}
