/* print - sessions as JSON lines, or as a table */

#include "print.h"

#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "mem.h"
#include "sql.h"

void
print_line(const struct session_field fields[], int n, char *const cols[])
{
	putchar('{');
	session_fields(fields, n, cols);
	puts("}");
}

int
print_times(struct print_times *t, struct run *run)
{
	static char iso[] = SESSION_TIME;
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

char *
print_browser(const struct device *d, const char *agent)
{
	if (d->browser != NULL && d->os != NULL)
		return xasprintf("%s/%s", d->browser, d->os);
	if (d->browser != NULL || d->os != NULL)
		return xstrdup(d->browser != NULL ? d->browser : d->os);
	return xstrdup_null(agent);
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
	if (cols[SESSION_REASON] != NULL)
		return cols[SESSION_REASON];
	return strcmp(cols[SESSION_ALIVE], "true") == 0 ? "open" : "lapsed";
}
