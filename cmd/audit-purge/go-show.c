/* go-show - what would go, for people and programs; ask; prepare */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "go.h"
#include "grid.h"
#include "mem.h"
#include "pager.h"
#include "sql.h"

/* the columns of purge-counts.sql */
enum {
	LINE,
	TABLE,
	OP,
	POLICY,
	FROM,
	TO,
	EVENTS,
	BYTES,
	HELD,
	UNSEALED,
	NCOLUMNS
};

static enum tool_status
count(struct go *g, db_row *fn, void *arg)
{
	char *params[] = { g->items, g->unsealed ? "true" : "false", g->zone,
		g->shipped ? "true" : "false" };

	if (db_query(g->run->db, sql_purge_counts, 4, params, fn, arg) == -1)
		return run_failed(g->run, NULL);
	return TOOL_OK;
}

static int
put_line(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	(void)arg;
	puts(cols[LINE]);
	return 0;
}

struct shown {
	struct grid *grid;
	uint64_t events, rows;
};

static int
put_row(int ncols, char *const cols[], void *arg)
{
	struct shown *s = arg;

	(void)ncols;
	grid_row(s->grid, cols + TABLE, NULL);
	s->events += strtoull(cols[EVENTS], NULL, 10);
	s->rows++;
	return 0;
}

static enum tool_status
show_rows(struct go *g, FILE *fp, struct shown *s)
{
	enum tool_status status = TOOL_OK;
	struct grid_column columns[] = {
		{ "TABLE", 10, 40, GRID_CUT },
		{ "OP", 6, 0, GRID_CUT },
		{ "POLICY", 1, 0, GRID_RIGHT },
		{ "FROM", 16, 0, GRID_CUT },
		{ "TO", 16, 0, GRID_CUT },
		{ "EVENTS", 6, 0, GRID_RIGHT },
		{ "SIZE", 6, 0, GRID_RIGHT },
		{ "HELD", 4, 0, GRID_RIGHT },
		{ g->shipped ? "UNSHIPPED" : "UNSEALED", 4, 0, GRID_RIGHT },
	};
	char *head;

	if (db_value(g->run->db, sql_zone, 0, NULL, &g->zone) == -1)
		return run_failed(g->run, NULL);
	head = xasprintf("FROM (%s)", g->zone);
	columns[3].name = head;
	s->grid = grid_new(fp, NCOLUMNS - TABLE, columns, true);
	status = count(g, put_row, s);
	grid_free(s->grid);
	if (fp == stdout)
		pager_end();
	free(head);
	return status;
}

enum tool_status
go_show(struct go *g)
{
	struct shown s = { .events = 0 };

	if (g->run->table)
		return show_rows(g, stdout, &s);
	return count(g, put_line, NULL);
}

enum tool_status
go_ask(struct go *g)
{
	struct shown s = { .events = 0 };
	enum tool_status status;
	char answer[16];

	if (g->run->given['y'] != NULL)
		return TOOL_OK;
	if ((status = show_rows(g, stderr, &s)) != TOOL_OK)
		return status;
	fprintf(stderr, "Remove %llu events%s%s%s for ever? [yes/no] ",
	    (unsigned long long)s.events, g->archive != NULL ? ", after " : "",
	    g->archive != NULL ? "they are in " : "",
	    g->archive != NULL ? g->archive : "");
	if (fgets(answer, sizeof(answer), stdin) != NULL &&
	    (strcmp(answer, "yes\n") == 0 || strcmp(answer, "y\n") == 0))
		return TOOL_OK;
	return TOOL_NO;
}

enum tool_status
go_prepare(struct go *g)
{
	char *line = NULL;
	char *dir = NULL;
	char *params[] = { g->items, g->unsealed ? "true" : "false", NULL,
		g->shipped ? "true" : "false" };
	enum tool_status status = TOOL_OK;

	/* whoever carries it out may stand somewhere else */
	if (g->archive != NULL && (dir = realpath(g->archive, NULL)) == NULL) {
		warn("--archive %s", g->archive);
		return TOOL_MISUSE;
	}
	params[2] = dir;
	if (db_value(g->run->db, sql_purge_prepare, 4, params, &line) == -1)
		status = run_failed(g->run, NULL);
	else
		puts(line);
	free(line);
	free(dir);
	return status;
}
