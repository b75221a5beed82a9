/* workbook - reports as a workbook: a sheet a part */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "workbook-state.h"

static void
part(struct view *v, const char *title)
{
	struct workbook *w = (struct workbook *)v;
	struct part *p;
	size_t i;

	w->has_part = true;
	for (i = 0; i < w->nparts; i++)
		if (strcmp(w->parts[i].title, title) == 0) {
			w->part = i;
			return;
		}
	w->parts = xreallocarray(w->parts, w->nparts + 1, sizeof(*p));
	p = &w->parts[w->nparts];
	*p = (struct part){ .title = xstrdup(title), .number = w->nparts };
	w->part = w->nparts++;
}

static void
text(struct view *v, const char *words)
{
	struct workbook *w = (struct workbook *)v;
	struct part *p = workbook_part(w);

	if (p->kind == PART_NEW) {
		p->texts =
		    xreallocarray(p->texts, p->ntexts + 1, sizeof(*p->texts));
		p->texts[p->ntexts++] = xstrdup(words);
		return;
	}
	workbook_draw_held(w, p);
	part_lines(w, p, words);
	workbook_check(w);
}

/* The numbers of the charts, below each other */
static void
finish_data(struct workbook *w)
{
	int page = workbook_look(w, LOOK_PAGE, TONE_NONE);

	if (w->data == NULL)
		return;
	sheet_columns(w->data, 0, 0, 32, page);
	sheet_columns(w->data, 1, w->data_cols - 1, 14, page);
	sheet_columns(w->data, w->data_cols, SHEET_COLS - 1, 8.43, page);
	sheet_print(w->data, w->data_row, w->data_cols);
}

static int
end(struct view *v)
{
	struct workbook *w = (struct workbook *)v;
	size_t i;

	for (i = 0; i < w->nparts && v->error == NULL; i++) {
		w->part = i;
		if (w->parts[i].table.open)
			view_table_end(v);
		part_end(w, &w->parts[i]);
	}
	finish_data(w);
	workbook_check(w);
	if (v->error == NULL && sheets_end(w->s) == -1)
		workbook_check(w);
	return v->error == NULL ? 0 : -1;
}

static void
free_part(struct part *p)
{
	size_t i;

	for (i = 0; i < p->ntexts; i++)
		free(p->texts[i]);
	free(p->texts);
	dash_forget(p);
	workbook_forget_held(p);
	free(p->breaks);
	free(p->table.title);
	free(p->title);
}

static void
free_workbook(struct view *v)
{
	struct workbook *w = (struct workbook *)v;
	size_t i;

	for (i = 0; i < w->nparts; i++)
		free_part(&w->parts[i]);
	free(w->parts);
	sheets_free(w->s);
	buf_free(&w->text);
	free(v->error);
	free(w);
}

static const struct view_ops ops = {
	.part = part,
	.text = text,
	.figures = workbook_figures,
	.chart = workbook_chart,
	.table = workbook_table,
	.row = workbook_row,
	.table_end = workbook_table_end,
	.end = end,
	.free = free_workbook,
};

struct view *
workbook_new(const struct job *job, const char *path)
{
	struct workbook *w = xcalloc(1, sizeof(*w));

	w->view.ops = &ops;
	w->view.job = job;
	w->s = sheets_new(path, job->title);
	workbook_check(w);
	return &w->view;
}
