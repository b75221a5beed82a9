/* check - print where a change could go by unrecorded, or the trail be harmed
 */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grid.h"
#include "install.h"
#include "line.h"
#include "pager.h"
#include "run.h"
#include "sql.h"

/* Each query finds one kind of hole: its name, the table, the rule, a message
 * and what mends it. A note is worth knowing, but nothing is lost by it. */
static const struct {
	const char *sql;
	bool note;
	enum { NOTHING, SCRIPTS, VERSION, NPARAMS } param;
	bool all; /* only with --all */
} queries[] = {
	{ .sql = sql_hole_function, .param = SCRIPTS },
	{ .sql = sql_hole_engine, .param = VERSION },
	{ .sql = sql_hole_grant },
	{ .sql = sql_hole_grantee },
	{ .sql = sql_hole_guard },
	{ .sql = sql_hole_trail },
	{ .sql = sql_hole_partition },
	{ .sql = sql_hole_rest },
	{ .sql = sql_hole_event_trigger },
	{ .sql = sql_hole_dropped },
	{ .sql = sql_hole_trigger },
	{ .sql = sql_hole_cover },
	{ .sql = sql_hole_unread },
	{ .sql = sql_hole_plan },
	{ .sql = sql_hole_read_waiting },
	{ .sql = sql_hole_read_grant },
	{ .sql = sql_hole_read_lost },
	{ .sql = sql_hole_no_rule, .all = true },
	{ .sql = sql_note_stale, .note = true },
	{ .sql = sql_note_column, .note = true },
	{ .sql = sql_note_untrusted, .note = true },
	{ .sql = sql_note_evadable, .note = true },
	{ .sql = sql_note_read_settings, .note = true },
	{ .sql = sql_note_read_ingest, .note = true },
};

struct found {
	struct grid *grid; /* NULL: print lines */
	bool note;
	unsigned long holes, notes;
};

static const struct grid_column columns[] = {
	{ "SEVERITY", 8, 0, GRID_CUT },
	{ "HOLE", 17, 0, GRID_CUT },
	{ "TABLE", 12, 0, GRID_WRAP },
	{ "RULE", 8, 0, GRID_WRAP },
	{ "MESSAGE", 16, 0, GRID_WRAP },
	{ "FIX", 16, 0, GRID_WRAP },
};

static void
count(struct found *f)
{
	if (f->note)
		f->notes++;
	else
		f->holes++;
}

/* What a report can tell from a check that was not run */
static void
print_summary(const struct found *f, const char *engine, bool table)
{
	if (table)
		printf("holes: %lu, notes: %lu, capture: %s\n", f->holes,
		    f->notes, engine);
	else
		printf("{\"covered\":%s,\"holes\":%lu,\"notes\":%lu,"
		       "\"capture\":\"%s\"}\n",
		    f->holes == 0 ? "true" : "false", f->holes, f->notes,
		    engine);
}

/* Holes as rows */
static int
put_hole(int ncols, char *const cols[], void *arg)
{
	struct found *f = arg;
	const char *colors[] = { f->note ? NULL : "red", NULL, NULL, NULL, NULL,
		NULL };

	(void)ncols;
	count(f);
	if (!f->note)
		pager_quits_with(TOOL_NO);
	grid_row(f->grid,
	    (char *const[]){ f->note ? "note" : "hole", cols[0], cols[1],
		cols[2], cols[3], cols[4] },
	    colors);
	return 0;
}

/* Holes as lines */
static int
print_hole(int ncols, char *const cols[], void *arg)
{
	static const char *const keys[] = { "hole", "table", "rule", "message",
		"fix" };
	struct found *f = arg;
	int i;

	count(f);
	for (i = 0; i < ncols; i++) {
		printf("%s\"%s\":", i == 0 ? "{" : ",", keys[i]);
		if (cols[i] == NULL)
			fputs("null", stdout);
		else
			line_put_string(stdout, cols[i], strlen(cols[i]));
		if (i == 0)
			printf(",\"severity\":\"%s\"",
			    f->note ? "note" : "hole");
	}
	puts("}");
	return 0;
}

enum tool_status
run_check(struct run *run, int argc, char *argv[])
{
	enum tool_status status = run_open(run);
	struct found f = { .holes = 0 };
	char version[] = AUDIT_VERSION,
	     *params[NPARAMS] = { NULL, install_text(false), version },
	     *engine = NULL;
	size_t i;

	(void)argc;
	(void)argv;
	if (run->table)
		f.grid = grid_new(stdout, 6, columns, true);
	if (status == TOOL_OK && db_begin(run->db, DB_READ) == -1)
		status = run_failed(run, NULL);
	for (i = 0; i < sizeof(queries) / sizeof(*queries); i++) {
		if (status != TOOL_OK)
			break;
		if (queries[i].all && run->given[OPT_ALL] == NULL)
			continue;
		f.note = queries[i].note;
		if (db_query(run->db, queries[i].sql,
			queries[i].param != NOTHING, &params[queries[i].param],
			f.grid != NULL ? put_hole : print_hole, &f) == -1) {
			pager_end();
			run_failed(run, NULL);
			status = TOOL_FAILED;
		}
	}
	free(params[SCRIPTS]);
	grid_free(f.grid);
	if (status == TOOL_OK &&
	    db_value(run->db, sql_engine_name, 0, NULL, &engine) == -1) {
		pager_end();
		status = run_failed(run, NULL);
	}
	if (status == TOOL_OK && run->given[OPT_SUMMARY] != NULL)
		print_summary(&f, engine, f.grid != NULL);
	pager_end();
	if (status == TOOL_OK && run->given['v'] != NULL)
		warnx("capture: %s", engine);
	free(engine);
	if (status != TOOL_OK)
		return status;
	if (db_commit(run->db) == -1)
		return run_failed(run, NULL);
	return f.holes > 0 ? TOOL_NO : TOOL_OK;
}
