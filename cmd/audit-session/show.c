/* show - all that there is to know of a session */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "find.h"
#include "json.h"
#include "mem.h"
#include "pager.h"
#include "print.h"
#include "run.h"
#include "sql.h"

/* what session-show.sql has after the columns of list */
static const struct session_field more[] = {
	{ "groups", true },
	{ "role", false },
	{ "app", false },
	{ "user_agent", false },
	{ "details", true },
	{ "operations", true },
	{ "tables", true },
};
enum {
	GROUPS = SESSION_COLUMNS,
	ROLE,
	APP,
	AGENT,
	DETAILS,
	OPERATIONS,
	TABLES
};

struct shown {
	struct devices *devices;
	const char *zone;
	int n;
};

static int
put_line(int ncols, char *const cols[], void *arg)
{
	struct shown *s = arg;

	(void)ncols;
	putchar('{');
	session_members(s->devices, cols);
	putchar(',');
	session_fields(more, sizeof(more) / sizeof(*more), cols + GROUPS);
	puts("}");
	return 0;
}

/* An object's members, or an array's elements, as "a 1, b 2"; free() it. */
static char *
list_of(const char *json)
{
	struct json value, key, member;
	struct json_iter it;
	char *text, *s;
	size_t len, where;
	FILE *fp;
	int n = 0;

	if (json == NULL ||
	    json_parse(&value, json, strlen(json), &where) != NULL)
		return NULL;
	fp = xmemstream(&text, &len);
	json_begin(&it, value);
	while (json_next(&it, &key, &member)) {
		fputs(n++ > 0 ? ", " : "", fp);
		if (json_kind(key) == '"') {
			s = json_text(key, &len);
			fprintf(fp, "%s ", s);
			free(s);
		}
		if (json_kind(member) == '"') {
			s = json_text(member, &len);
			fputs(s, fp);
			free(s);
		} else
			fwrite(member.p, 1, member.len, fp);
	}
	xclose(fp);
	return text;
}

static void
put(struct grid *g, const char *name, const char *text)
{
	static const char *const colors[] = { "bold", NULL };

	if (text != NULL && *text != '\0')
		grid_row(g, (char *const[]){ (char *)name, (char *)text },
		    colors);
}

/* The same, of a text of its own */
static void
put_own(struct grid *g, const char *name, char *text)
{
	put(g, name, text);
	free(text);
}

static void
put_versioned(struct grid *g, const char *name, const char *what,
    const char *version)
{
	if (version == NULL)
		put(g, name, what);
	else
		put_own(g, name, xasprintf("%s %s", what, version));
}

static void
put_device(struct grid *g, const struct device *d, const char *agent)
{
	put(g, "user agent", agent);
	put_versioned(g, "browser", d->browser, d->browser_version);
	put_versioned(g, "os", d->os, d->os_version);
	put_own(g, "device",
	    xasprintf("%s%s%s%s", d->type, d->device != NULL ? " (" : "",
		d->device != NULL ? d->device : "",
		d->device != NULL ? ")" : ""));
}

static void
put_time(struct grid *g, const struct shown *s, const char *name,
    const char *at)
{
	if (at != NULL)
		put_own(g, name, xasprintf("%s %s", at, s->zone));
}

static void
put_whole(struct grid *g, const struct shown *s, char *const cols[])
{
	const struct device *d =
	    devices_get(s->devices, cols[SESSION_AGENT], cols[SESSION_HINTS]);

	put(g, "session", cols[SESSION_ID]);
	put(g, "actor", cols[SESSION_ACTOR]);
	put_own(g, "groups", list_of(cols[GROUPS]));
	put(g, "state", print_state(cols));
	put_time(g, s, "opened", cols[SESSION_OPENED]);
	put_time(g, s, "last activity", cols[SESSION_LAST]);
	put_own(g, "idle", print_age(cols[SESSION_IDLE]));
	put_time(g, s, "closed", cols[SESSION_CLOSED]);
	put_own(g, "duration", print_age(cols[SESSION_DURATION]));
	put_own(g, "active", print_age(cols[SESSION_ACTIVE]));
	put(g, "address", cols[SESSION_ADDR]);
	put_device(g, d, cols[SESSION_AGENT]);
	put(g, "new device",
	    strcmp(cols[SESSION_NEW], "true") == 0 ? "yes" : "no");
	put(g, "details", cols[DETAILS]);
	put(g, "role", cols[ROLE]);
	put(g, "app", cols[APP]);
	put(g, "events", cols[SESSION_EVENTS]);
	put_own(g, "operations", list_of(cols[OPERATIONS]));
	put_own(g, "tables", list_of(cols[TABLES]));
}

static int
put_table(int ncols, char *const cols[], void *arg)
{
	static const struct grid_column columns[] = {
		{ "", 13, 0, GRID_CUT },
		{ "", 20, 0, GRID_WRAP },
	};
	struct shown *s = arg;
	struct grid *g = grid_new(stdout, 2, columns, false);

	(void)ncols;
	if (s->n++ > 0)
		putchar('\n');
	put_whole(g, s, cols);
	grid_free(g);
	return 0;
}

static enum tool_status
show(struct run *run, const struct words *ids, struct shown *s)
{
	struct print_times times = { .seconds = true };
	char *array = db_array(ids->n, ids->v);
	enum tool_status status = TOOL_OK;
	int rc = print_times(&times, run);

	s->zone = times.zone;
	if (rc == 0)
		rc = db_query(run->db, sql_session_show, 3,
		    (char *[]){ array, times.zone, times.form },
		    run->table ? put_table : put_line, s);
	pager_end();
	if (rc == -1 || db_commit(run->db) == -1)
		status = run_failed(run, NULL);
	free(times.zone);
	free(array);
	return status;
}

enum tool_status
run_show(struct run *run, int argc, char *argv[])
{
	struct shown s = { .devices = print_devices(run) };
	struct words ids = { NULL, 0 };
	enum tool_status status = run_connect(run, RUN_NEEDS_SIGHT);

	if (status == TOOL_OK && db_script(run->db, sql_session_begin) == -1)
		status = run_failed(run, NULL);
	if (status == TOOL_OK &&
	    (status = find_sessions(run, argc, argv, &ids)) == TOOL_OK)
		status = show(run, &ids, &s);
	words_free(&ids);
	devices_free(s.devices);
	return status;
}
