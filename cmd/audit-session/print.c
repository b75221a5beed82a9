/* print - sessions as JSON lines, or as a table */

#include "print.h"

#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "mem.h"
#include "sql.h"

static const struct print_field before[] = {
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
static const struct print_field after[] = {
	{ "new_device", true },
	{ "events", true },
};

void
print_fields(const struct print_field fields[], int n, char *const cols[])
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
print_line(const struct print_field fields[], int n, char *const cols[])
{
	putchar('{');
	print_fields(fields, n, cols);
	puts("}");
}

int
print_times(struct print_times *t, struct run *run)
{
	static char iso[] = "YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"";
	static char minutes[] = "YYYY-MM-DD HH24:MI";
	static char seconds[] = "YYYY-MM-DD HH24:MI:SS";

	t->form = !run->table ? iso : t->seconds ? seconds : minutes;
	t->zone = NULL;
	if (run->table)
		return db_value(run->db, sql_zone, 0, NULL, &t->zone);
	t->zone = xstrdup("UTC");
	return 0;
}

struct devices *
print_devices(const struct run *run)
{
	const char *path = run->given[OPT_REGEXES];
	char *why = NULL;
	struct devices *d = devices_new(path, &why);

	if (d == NULL)
		tool_misuse("--regexes: %s", why);
	return d;
}

void
print_session(struct devices *devices, char *const cols[])
{
	print_fields(before, sizeof(before) / sizeof(*before), cols);
	putchar(',');
	device_put(stdout,
	    devices_get(devices, cols[PRINT_AGENT], cols[PRINT_HINTS]));
	putchar(',');
	print_fields(after, sizeof(after) / sizeof(*after), cols + PRINT_NEW);
}

char *
print_browser(const struct device *d, const char *agent)
{
	if (d->browser != NULL && d->os != NULL)
		return xasprintf("%s/%s", d->browser, d->os);
	if (d->browser != NULL || d->os != NULL)
		return xstrdup(d->browser != NULL ? d->browser : d->os);
	return agent == NULL ? NULL : xstrdup(agent);
}

char *
print_age(const char *seconds)
{
	long long s = seconds == NULL ? 0 : strtoll(seconds, NULL, 10);

	if (seconds == NULL)
		return xstrdup("");
	if (s < 60)
		return xasprintf("%llds", s);
	if (s < 3600)
		return xasprintf("%lldm", s / 60);
	if (s < 172800)
		return xasprintf("%lldh", s / 3600);
	return xasprintf("%lldd", s / 86400);
}

const char *
print_state(char *const cols[])
{
	if (cols[PRINT_REASON] != NULL)
		return cols[PRINT_REASON];
	return strcmp(cols[PRINT_ALIVE], "true") == 0 ? "open" : "lapsed";
}
