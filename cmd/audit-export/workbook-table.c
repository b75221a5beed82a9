/* workbook-table - tables: rows are written as they come */

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "workbook-state.h"

void
workbook_put_head(struct workbook *w, struct part *p)
{
	struct table *t = &p->table;
	int look = workbook_look(w, LOOK_HEAD, TONE_NONE);
	size_t i;

	t->head = p->row++;
	sheet_row_height(p->sheet, t->head, 20);
	for (i = 0; i < t->n; i++) {
		const char *name = t->column[i].name;

		if (*name == '\0')
			sheet_blank(p->sheet, t->head, (unsigned int)i, look);
		else
			sheet_text(p->sheet, t->head, (unsigned int)i, name,
			    strlen(name), look);
		/* with room for the filter's button */
		part_wide(p, i,
		    t->column[i].width > 0 ? (unsigned int)t->column[i].width
					   : (unsigned int)strlen(name) + 3);
	}
	if (t->kind == VIEW_EVENTS) {
		sheet_freeze(p->sheet, t->head + 1, 0);
		sheet_repeat(p->sheet, t->head);
	}
}

/* The filter is for the rows that are there. */
static void
filter(struct part *p)
{
	struct table *t = &p->table;

	if (t->kind == VIEW_EVENTS && t->n > 0)
		sheet_filter(p->sheet, t->head, 0, p->row - 1,
		    (unsigned int)t->n - 1);
}

/* The table goes on, with its head. */
static void
go_on(struct workbook *w, struct part *p)
{
	if (p->kind == PART_LIST)
		filter(p);
	part_next_sheet(w, p);
	workbook_put_head(w, p);
}

void
workbook_put_row(struct workbook *w, struct part *p, const struct cell *c)
{
	struct table *t = &p->table;
	size_t i;

	if (p->row == SHEET_ROWS)
		go_on(w, p);
	for (i = 0; i < t->n; i++) {
		const struct view_column *col = &t->column[i];

		workbook_cell(w, p->sheet, p->row, (unsigned int)i, &c[i],
		    t->kind == VIEW_SHORT && col->width > 0,
		    *col->name == '\0');
		if (t->rows < MEASURED && col->width == 0)
			part_wide(p, i, workbook_width(w, &c[i]));
	}
	p->row++;
	t->rows++;
}

/* The rows that were laid aside are too many: they get a sheet. */
static void
unbuffer(struct workbook *w, struct part *p)
{
	struct table *t = &p->table;
	size_t i;

	t->buffered = false;
	part_next_sheet(w, p);
	part_section(w, p, t->title);
	workbook_put_head(w, p);
	for (i = 0; i < t->nkept; i++)
		workbook_put_row(w, p, t->kept[i].v);
	dash_forget(p);
}

void
workbook_table(struct view *v, enum view_table kind, const char *title,
    const struct view_column *column, size_t n)
{
	struct workbook *w = (struct workbook *)v;
	struct part *p = workbook_part(w);
	struct table *t = &p->table;
	bool whole =
	    kind == VIEW_EVENTS && p->kind == PART_NEW && p->ntexts == 0;

	if (t->open)
		view_table_end(v);
	*t = (struct table){ .open = true,
		.kind = kind,
		.title = xstrdup_null(title),
		.column = column,
		.n = n };
	p->tables++;
	if (whole || (kind == VIEW_EVENTS && p->kind == PART_DASH))
		part_next_sheet(w, p);
	else
		part_begin(w, p, PART_LIST);
	workbook_draw_held(w, p);
	t->buffered = p->kind == PART_DASH;
	if (!t->buffered) {
		part_room(w, p, 3);
		part_section(w, p, t->title);
		workbook_put_head(w, p);
	}
	workbook_check(w);
}

/* Rows of the events come while other parts are written to. */
static struct part *
open_part(struct workbook *w)
{
	size_t i;

	if (w->parts[w->part].table.open)
		return &w->parts[w->part];
	for (i = w->nparts; i-- > 0;)
		if (w->parts[i].table.open)
			return &w->parts[i];
	return NULL;
}

void
workbook_row(struct view *v, const struct cell *c)
{
	struct workbook *w = (struct workbook *)v;
	struct part *p = open_part(w);

	if (p == NULL)
		return;
	if (p->table.buffered && p->table.nkept == BUFFERED)
		unbuffer(w, p);
	if (p->table.buffered)
		dash_keep(p, c);
	else
		workbook_put_row(w, p, c);
	if (p->table.rows == MANY_ROWS && !w->warned && !v->job->quiet) {
		w->warned = true;
		warnx("more than %d rows: a workbook of that size opens "
		      "slowly, if at all; -f csv takes any number",
		    MANY_ROWS);
	}
	workbook_check(w);
}

void
workbook_table_end(struct view *v)
{
	struct workbook *w = (struct workbook *)v;
	struct part *p = open_part(w);

	if (p == NULL)
		return;
	if (p->table.buffered)
		dash_table(w, p);
	else
		filter(p);
	dash_forget(p);
	p->table.open = false;
	free(p->table.title);
	p->table.title = NULL;
	p->row += p->row < SHEET_ROWS;
	workbook_check(w);
}
