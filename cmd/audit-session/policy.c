/* policy - how long sessions may last, and how many an actor may have */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "mem.h"
#include "pager.h"
#include "print.h"
#include "run.h"
#include "sql.h"

#define MOST_PER_ACTOR 1000000

static const struct {
	int opt;
	const char *name, *key;
} settings[] = {
	{ OPT_IDLE, "--idle", "idle" },
	{ OPT_MAX_AGE, "--max-age", "max_age" },
	{ OPT_MAX_PER_ACTOR, "--max-per-actor", "max_per_actor" },
	{ OPT_ON_LIMIT, "--on-limit", "on_limit" },
};
#define SETTINGS (sizeof(settings) / sizeof(*settings))

/* the columns of the policies' queries: a line, and whether it is news */
enum { LINE = 5, DONE = LINE };

struct outcome {
	bool unset, done;
};

static int
put_line(int ncols, char *const cols[], void *arg)
{
	static const struct session_field fields[] = {
		{ "group", false },
		{ "idle", false },
		{ "max_age", false },
		{ "max_per_actor", true },
		{ "on_limit", false },
	};
	struct outcome *o = arg;

	if (o != NULL)
		o->done = *cols[DONE] == 't';
	/* one that was not there has no line */
	if (o == NULL || o->done || !o->unset)
		print_line(fields, LINE, cols);
	(void)ncols;
	return 0;
}

static int
put_row(int ncols, char *const cols[], void *arg)
{
	char *texts[LINE];

	(void)ncols;
	memcpy(texts, cols, sizeof(texts));
	if (texts[0] == NULL)
		texts[0] = "(all)";
	grid_row(arg, texts, NULL);
	return 0;
}

static int
list_rows(struct run *run)
{
	static const struct grid_column columns[LINE] = {
		{ "GROUP", 16, 40, GRID_WRAP },
		{ "IDLE", 8, 0, GRID_WRAP },
		{ "MAX AGE", 8, 0, GRID_WRAP },
		{ "MAX PER ACTOR", 13, 0, GRID_RIGHT },
		{ "ON LIMIT", 8, 0, GRID_CUT },
	};
	struct grid *grid = grid_new(stdout, LINE, columns, true);
	int rc =
	    db_query(run->db, sql_session_policies, 0, NULL, put_row, grid);

	grid_free(grid);
	pager_end();
	return rc;
}

static enum tool_status
list(struct run *run)
{
	enum tool_status status = run_connect(run, RUN_NEEDS_SIGHT);

	if (status != TOOL_OK)
		return status;
	if (db_script(run->db, sql_session_begin) == -1 ||
	    (run->table ? list_rows(run)
			: db_query(run->db, sql_session_policies, 0, NULL,
			      put_line, NULL)) == -1 ||
	    db_commit(run->db) == -1)
		return run_failed(run, NULL);
	return TOOL_OK;
}

static bool
is_none(const char *text)
{
	return strcmp(text, "none") == 0;
}

/* 30 is not taken for half a minute: whoever means another unit would have all
 * of his users logged out. */
static void
check_unit(const char *name, const char *text)
{
	if (text != NULL && text[strspn(text, " +-.0123456789")] == '\0')
		tool_misuse("%s %s: an interval needs its unit", name, text);
}

/* What can be told without the server */
static void
check_typed(const struct run *run)
{
	const char *max = run->given[OPT_MAX_PER_ACTOR];
	const char *how = run->given[OPT_ON_LIMIT];

	check_unit("--idle", run->given[OPT_IDLE]);
	check_unit("--max-age", run->given[OPT_MAX_AGE]);
	if (max != NULL && !is_none(max))
		tool_number("--max-per-actor", max, 1, MOST_PER_ACTOR);
	if (how != NULL && !is_none(how) && strcmp(how, "refuse") != 0 &&
	    strcmp(how, "replace") != 0)
		tool_misuse("--on-limit %s: refuse, replace or none", how);
}

/* So that a message can name the option */
static enum tool_status
check_intervals(struct run *run)
{
	enum tool_status status = TOOL_OK;
	char *text, *place;
	size_t i;

	for (i = 0; i < SETTINGS && status == TOOL_OK; i++) {
		text = (char *)run->given[settings[i].opt];
		if ((settings[i].opt != OPT_IDLE &&
			settings[i].opt != OPT_MAX_AGE) ||
		    text == NULL || is_none(text))
			continue;
		place = xasprintf("%s %s", settings[i].name, text);
		if (db_exec(run->db, sql_check_interval, 1, &text) == -1)
			status = run_failed(run, place);
		free(place);
	}
	return status;
}

/* As the server takes them; free() it. */
static char *
settings_json(const struct run *run)
{
	const char *text, *comma = "";
	char *json;
	size_t i, len;
	FILE *fp = xmemstream(&json, &len);

	putc('{', fp);
	for (i = 0; i < SETTINGS; i++) {
		if ((text = run->given[settings[i].opt]) == NULL)
			continue;
		fprintf(fp, "%s\"%s\":", comma, settings[i].key);
		if (is_none(text))
			fputs("null", fp);
		else
			line_put_string(fp, text, strlen(text));
		comma = ",";
	}
	putc('}', fp);
	xclose(fp);
	return json;
}

static enum tool_status
set(struct run *run)
{
	char *params[2] = { (char *)run->given[OPT_GROUP], NULL };
	enum tool_status status;
	struct outcome o = { .unset = false };

	check_typed(run);
	status = run_connect(run, RUN_NEEDS_OPERATOR);
	if (status != TOOL_OK || (status = check_intervals(run)) != TOOL_OK)
		return status;
	params[1] = settings_json(run);
	if (db_query(run->db, sql_session_policy_put, 2, params, put_line,
		&o) == -1)
		status = run_failed(run, "policy");
	else if (!o.done && run->given['v'] != NULL)
		warnx("it was so already");
	free(params[1]);
	return status;
}

static enum tool_status
unset(struct run *run)
{
	char *params[] = { (char *)run->given[OPT_GROUP] };
	enum tool_status status = run_connect(run, RUN_NEEDS_OPERATOR);
	struct outcome o = { .unset = true };

	if (status != TOOL_OK)
		return status;
	if (db_query(run->db, sql_session_policy_remove, 1, params, put_line,
		&o) == -1)
		return run_failed(run, "policy");
	if (!o.done && run->given['v'] != NULL)
		warnx("there was no such policy");
	return TOOL_OK;
}

enum tool_status
run_policy(struct run *run, int argc, char *argv[])
{
	const char *what = argc > 0 ? argv[0] : NULL;
	bool any = false;
	size_t i;

	for (i = 0; i < SETTINGS; i++)
		any |= run->given[settings[i].opt] != NULL;
	if (what != NULL && strcmp(what, "list") != 0 &&
	    strcmp(what, "unset") != 0)
		tool_misuse("policy %s: list, unset, or options to set", what);
	if (what != NULL && any)
		tool_misuse("policy %s takes no settings", what);
	if (any || (what != NULL && strcmp(what, "unset") == 0)) {
		if (run->given['f'] != NULL)
			tool_misuse("-f is for policy list");
		return any ? set(run) : unset(run);
	}
	if (run->given[OPT_GROUP] != NULL)
		tool_misuse("policy --group: say what to set");
	return list(run);
}
