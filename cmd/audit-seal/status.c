/* status - how far sealing is, and what holds it back */

#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "grid.h"
#include "line.h"
#include "mem.h"
#include "moment.h"
#include "run.h"
#include "seal.h"
#include "sql.h"

static const struct grid_column columns[] = {
	{ "", 14, 0, GRID_CUT },
	{ "", 20, 0, GRID_WRAP },
};

struct status {
	char *line;
	bool late;
};

static int
keep(int ncols, char *const cols[], void *arg)
{
	struct status *s = arg;

	(void)ncols;
	s->line = xstrdup(cols[0]);
	s->late = *cols[1] == 't';
	return 1;
}

static int
print_row(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	grid_row(arg, cols, NULL);
	return 0;
}

static int
print(struct run *run, const struct status *s)
{
	struct grid *grid;
	char *line = s->line;
	int rc;

	if (!grid_wanted(run->given['f'], NULL)) {
		puts(line);
		return 0;
	}
	grid = grid_new(stdout, 2, columns, false);
	rc = db_query(run->db, sql_seal_status_rows, 1, &line, print_row, grid);
	grid_free(grid);
	return rc;
}

/* The newest of the seals in a file: its number and time, or NULL */
static enum tool_status
read_lines(const char *path, FILE *fp, char *params[2])
{
	struct line *line = line_new(fp);
	struct seal s, newest = { .no = 0 };
	enum tool_status status = TOOL_OK;
	const char *error;
	bool any = false;
	int rc;

	while (status == TOOL_OK && (rc = line_next(line)) != 0) {
		s = (struct seal){ .no = 0 };
		error = rc == -1
		    ? line_error(line)
		    : seal_read(&s, line_text(line), strlen(line_text(line)));
		if (error != NULL) {
			warnx("%s: line %zu: %s", path, line_number(line),
			    error);
			status = TOOL_FAILED;
		} else if (!any || s.no >= newest.no) {
			any = true;
			newest.no = s.no;
			newest.at = s.at;
		}
		seal_free(&s);
	}
	if (ferror(fp)) {
		warn("%s", path);
		status = TOOL_FAILED;
	}
	line_free(line);
	if (status == TOOL_OK && any) {
		params[0] = xasprintf("%" PRIu64, newest.no);
		params[1] = xmalloc(MOMENT_LEN);
		moment_write(params[1], newest.at);
	}
	return status;
}

static enum tool_status
read_anchor(const char *path, char *params[2])
{
	enum tool_status status;
	FILE *fp;

	if (path == NULL)
		return TOOL_OK;
	if ((fp = fopen(path, "r")) == NULL) {
		warn("--anchor: %s", path);
		return TOOL_FAILED;
	}
	status = read_lines(path, fp, params);
	fclose(fp);
	return status;
}

/* Before the rest, so that a failure is the interval's. */
static enum tool_status
check_lag(struct run *run)
{
	char *lag = (char *)run->given[OPT_MAX_LAG], *ms = NULL;

	if (lag == NULL)
		return TOOL_OK;
	if (db_value(run->db, sql_wait, 1, &lag, &ms) == -1)
		return run_failed(run, "--max-lag");
	if (ms == NULL) {
		warnx("--max-lag %s: less than nothing", lag);
		return TOOL_MISUSE;
	}
	free(ms);
	return TOOL_OK;
}

/* $1 .. of the query; late: what it says of that */
static int
status_of(struct run *run, const char *sql, int n, char *params[], bool *late)
{
	struct status s = { .line = NULL };
	int rc = db_query(run->db, sql, n, params, keep, &s);

	if (rc == 0)
		rc = print(run, &s);
	*late = *late || s.late;
	free(s.line);
	return rc;
}

/* A line for each trail that is meant */
static int
status_of_archive(struct run *run, char *const given[3], bool *late)
{
	char no[16], *params[] = { given[0], no, given[1], given[2] };
	size_t i;
	int rc = 0;

	for (i = 0; i < run->trails.n && rc == 0; i++) {
		snprintf(no, sizeof(no), "%d", run->trails.v[i].no);
		if (i > 0 && grid_wanted(run->given['f'], NULL))
			putchar('\n');
		rc = status_of(run, sql_seal_status_archive, 4, params, late);
	}
	return rc;
}

static enum tool_status
status_now(struct run *run, char *params[3])
{
	bool late = false;
	int rc;

	if (run->archive && params[1] != NULL && run->trails.n > 1) {
		warnx("--anchor is of one trail: --trail says which");
		return TOOL_MISUSE;
	}
	rc = db_begin(run->db, DB_READ);
	if (rc == 0)
		rc = run->archive
		    ? status_of_archive(run, params, &late)
		    : status_of(run, sql_seal_status, 3, params, &late);
	if (rc == 0)
		return late ? TOOL_NO : TOOL_OK;
	run_failed(run, NULL);
	return TOOL_FAILED;
}

enum tool_status
run_status(struct run *run, int argc, char *argv[])
{
	char *params[3] = { (char *)run->given[OPT_MAX_LAG], NULL, NULL };
	enum tool_status status;

	(void)argc;
	(void)argv;
	grid_wanted(run->given['f'], NULL); /* before anything is done */
	if ((status = read_anchor(run->given[OPT_ANCHOR], &params[1])) ==
		TOOL_OK &&
	    (status = run_open_trails(run, "audit-rule grant ROLE auditor")) ==
		TOOL_OK &&
	    (status = check_lag(run)) == TOOL_OK)
		status = status_now(run, params);
	free(params[1]);
	free(params[2]);
	return status;
}
