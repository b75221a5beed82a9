/* rows - events as a table, for people to read */

#include "rows.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "both.h"
#include "count.h"
#include "grid.h"
#include "line.h"
#include "mem.h"
#include "safe.h"
#include "sql.h"

/* the columns of lib/sql/event-rows.sql, after the id; the last one stands
 * behind the time, and only where there are several trails */
enum { AT, OP, TABLE, KEY, LABEL, WHO, CHANGE, TRAIL, NCOLUMNS };

static const struct {
	const char *op, *color;
} colors[] = {
	{ "insert", "green" },
	{ "update", NULL },
	{ "delete", "red" },
	{ "truncate", "red" },
};

static const char *
color_of(const char *op)
{
	size_t i;

	for (i = 0; i < sizeof(colors) / sizeof(*colors); i++)
		if (strcmp(colors[i].op, op) == 0)
			return colors[i].color;
	return "cyan";
}

struct rows {
	bool live;
	char *zone, *head;
	struct grid_column columns[NCOLUMNS];
	int order[NCOLUMNS], n; /* which ones the table has */
	struct grid *grid;	/* of events; NULL: none has been printed */
};

struct rows *
rows_new(bool live)
{
	struct rows *r = xcalloc(1, sizeof(*r));

	r->live = live;
	return r;
}

int
rows_begin(struct rows *r, struct db *db)
{
	return db_value(db, sql_zone, 0, NULL, &r->zone);
}

const char *
rows_zone(const struct rows *r)
{
	return r->zone;
}

static void
open_grid(struct rows *r, const struct output *o)
{
	/* on 80 columns, with a space between, all have at least this */
	const struct grid_column columns[NCOLUMNS] = {
		[OP] = { "OP", 8, 20, GRID_CUT },
		[TABLE] = { "TABLE", 12, 40, GRID_CUT },
		[KEY] = { "KEY", 5, 40, GRID_CUT },
		[LABEL] = { "LABEL", 6, 40, GRID_CUT },
		[WHO] = { "WHO", 5, 40, GRID_CUT },
		[CHANGE] = { "CHANGE", 19, 0, GRID_CUT },
		[TRAIL] = { "TRAIL", 5, 40, GRID_CUT },
	};
	bool trails = o->trails != NULL && o->trails->n > 1;
	int i;

	r->head = xasprintf("AT (%s)", r->zone);
	for (i = 0; i < TRAIL; i++) {
		r->order[r->n++] = i;
		if (i == AT && trails)
			r->order[r->n++] = TRAIL;
	}
	for (i = 0; i < r->n; i++)
		r->columns[i] = columns[r->order[i]];
	r->columns[AT] = (struct grid_column){ r->head, 19, 40, GRID_CUT };
	r->grid = grid_new(o->fp, r->n, r->columns, true);
	if (r->live)
		grid_live(r->grid);
}

/* The name of a trail, whose number is this text, or NULL */
static const char *
trail_name(const struct output *o, const char *no)
{
	return output_trail(o, no == NULL ? -1 : (int)strtol(no, NULL, 10));
}

static int
put_event(int ncols, char *const cols[], void *arg)
{
	struct output *o = arg;
	struct rows *r = o->rows;
	const char *cell_colors[NCOLUMNS] = { NULL };
	char *cells[NCOLUMNS];
	int i;

	(void)ncols;
	if (r->grid == NULL)
		open_grid(r, o);
	for (i = 0; i < r->n; i++) {
		cells[i] = cols[1 + r->order[i]];
		if (r->order[i] == OP)
			cell_colors[i] = color_of(cells[i]);
		/* nobody said who: this is only the role */
		if (r->order[i] == WHO && cells[i][0] == '(')
			cell_colors[i] = "halfbright";
		if (r->order[i] == TRAIL)
			cells[i] = (char *)trail_name(o, cells[i]);
	}
	grid_row(r->grid, cells, cell_colors);
	output_check(o);
	strlcpy(o->last, cols[0], sizeof(o->last));
	o->lines++;
	return 0;
}

struct whole {
	struct output *o;
	struct grid *grid;
	bool is_head;
};

static void
next_part(struct whole *w, bool is_head)
{
	static const struct grid_column head[] = {
		{ "", 8, 0, GRID_CUT },
		{ "", 20, 0, GRID_WRAP },
	};
	static const struct grid_column fields[] = {
		{ "FIELD", 8, 0, GRID_WRAP },
		{ "OLD", 8, 0, GRID_WRAP },
		{ "NEW", 8, 0, GRID_WRAP },
	};

	grid_free(w->grid);
	if (w->grid != NULL)
		putc('\n', w->o->fp);
	w->grid = is_head ? grid_new(w->o->fp, 2, head, false)
			  : grid_new(w->o->fp, 3, fields, true);
}

static int
put_whole(int ncols, char *const cols[], void *arg)
{
	static const char *const cell_colors[] = { "bold", NULL, NULL };
	struct whole *w = arg;
	bool is_head = *cols[0] == '1';
	char *value = cols[3];

	(void)ncols;
	if (w->grid == NULL || is_head != w->is_head) {
		next_part(w, is_head);
		w->is_head = is_head;
		w->o->lines += is_head;
	}
	if (is_head && strcmp(cols[1], "trail") == 0) {
		value = (char *)trail_name(w->o,
		    strcmp(value, "NULL") == 0 ? NULL : value);
		if (value == NULL)
			return 0;
	}
	grid_row(w->grid,
	    is_head ? (char *const[]){ cols[1], value } : cols + 1,
	    cell_colors);
	output_check(w->o);
	return 0;
}

static int
print_whole(struct output *o, struct db *db, const struct filter *f)
{
	struct whole w = { .o = o };
	char *params[F_REVERSE + 2] = { NULL };
	int rc;

	if (f->both != NULL)
		db = both_holder(f->both, f, &f);
	memcpy(params, f->params, F_REVERSE * sizeof(*params));
	params[F_REVERSE] = o->rows->zone;
	rc = f->given != NULL ? filter_query(f, db, sql_event_whole,
				    F_REVERSE + 1, params, put_whole, NULL, &w)
			      : db_query(db, sql_event_whole, F_REVERSE + 1,
				    params, put_whole, &w);
	grid_free(w.grid);
	output_check(o);
	return rc;
}

int
rows_print(struct output *o, struct db *db, const struct filter *f)
{
	char *params[F_NPARAMS + 3] = { NULL };
	int rc;

	if (f->params[F_ID] != NULL)
		return print_whole(o, db, f);
	memcpy(params, f->params, sizeof(f->params));
	params[F_NPARAMS] = o->rows->zone;
	params[F_NPARAMS + 1] = safe_is_utf8() ? "true" : "false";
	rc = filter_query(f, db, sql_event_rows, F_NPARAMS + 2, params,
	    put_event, NULL, o);
	if (o->rows->grid != NULL)
		grid_flush(o->rows->grid);
	output_check(o);
	return rc;
}

/* At the head of a column of counts: a time says in which zone it is. */
static char *
count_head(const struct rows *r, const char *name)
{
	char *upper = xstrdup(name), *head, *p;

	for (p = upper; *p != '\0'; p++)
		*p = (char)toupper((unsigned char)*p);
	if (!count_is_time(name))
		return upper;
	head = xasprintf("%s (%s)", upper, r->zone);
	free(upper);
	return head;
}

struct counted {
	struct output *o;
	struct grid *grid;
	int n; /* what they are counted by */
};

static int
put_count(int ncols, char *const cols[], void *arg)
{
	struct counted *c = arg;
	char *cells[COUNT_MAX + 1];

	memcpy(cells, cols, (size_t)c->n * sizeof(*cells));
	cells[c->n] = cols[ncols - 1];
	grid_row(c->grid, cells, NULL);
	output_check(c->o);
	c->o->lines++;
	return 0;
}

static int
query_counts(struct output *o, struct db *db, const struct filter *f,
    const struct words *by, db_row *row, void *arg)
{
	char *params[F_REVERSE + 3] = { NULL };
	int rc;

	memcpy(params, f->params, F_REVERSE * sizeof(*params));
	params[F_REVERSE] = db_array(by->n, by->v);
	params[F_REVERSE + 1] = o->rows->zone;
	rc = filter_query(f, db, sql_count_rows, F_REVERSE + 2, params, row,
	    NULL, arg);
	free(params[F_REVERSE]);
	return rc;
}

static int
sum_counts(struct db *db, const struct words *by, const char *parts,
    struct counted *c)
{
	char *params[] = { (char *)parts, db_array(by->n, by->v) };
	int rc = db_query(db, sql_count_rows_sum, 2, params, put_count, c);

	free(params[1]);
	return rc;
}

static int
put_part(int ncols, char *const cols[], void *arg)
{
	FILE *fp = arg;
	int i;

	putc('[', fp);
	for (i = 0; i < ncols - 1; i++) {
		if (cols[i] == NULL)
			fputs("null", fp);
		else
			line_put_string(fp, cols[i], strlen(cols[i]));
		putc(',', fp);
	}
	fprintf(fp, "%s],", cols[ncols - 1]);
	return 0;
}

int
rows_count_part(struct output *o, struct db *db, const struct filter *f,
    const struct words *by, FILE *parts)
{
	return query_counts(o, db, f, by, put_part, parts);
}

int
rows_count(struct output *o, struct db *db, const struct filter *f,
    const struct words *by, const char *parts)
{
	struct grid_column columns[COUNT_MAX + 1];
	struct counted c = { .o = o, .n = by->n };
	char *names[COUNT_MAX + 1];
	int i, rc;

	for (i = 0; i <= by->n; i++) {
		names[i] = count_head(o->rows, i < by->n ? by->v[i] : "count");
		columns[i] = (struct grid_column){ names[i], 5, 0,
			i < by->n ? GRID_CUT : GRID_RIGHT };
	}
	c.grid = grid_new(o->fp, by->n + 1, columns, true);
	rc = parts != NULL ? sum_counts(db, by, parts, &c)
			   : query_counts(o, db, f, by, put_count, &c);
	/* no group has an event */
	if (rc == 0 && by->n == 0 && o->lines == 0)
		grid_row(c.grid, (char *const[]){ "0" }, NULL);
	grid_free(c.grid);
	output_check(o);
	for (i = 0; i <= by->n; i++)
		free(names[i]);
	return rc;
}

void
rows_free(struct rows *r)
{
	if (r == NULL)
		return;
	grid_free(r->grid);
	free(r->head);
	free(r->zone);
	free(r);
}
