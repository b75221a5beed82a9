/* events - the report that is the events themselves */

#include <stdlib.h>

#include "column.h"
#include "mem.h"
#include "report.h"

struct report {
	const struct job *job;
	struct columns *columns; /* NULL: no event has come */
};

static struct report *new (const struct job *job)
{
	struct report *r = xcalloc(1, sizeof(*r));

	r->job = job;
	return r;
}

static void
begin(struct report *r, struct view *v)
{
	(void)r;
	view_part(v, "Events");
}

/* Whether events name their trail is known from the first one. */
static void
begin_table(struct report *r, struct view *v, const struct event *first)
{
	const struct job *job = r->job;
	const struct view_column *heads;
	char *wrong = NULL;
	size_t n;

	/* the names have been looked at before */
	r->columns = columns_new(job->page ? COLUMN_PAGE : COLUMN_BOOK,
	    job->rows, job->columns, job->zone,
	    first != NULL && json_kind(first->v[E_TRAIL]) != 'n', &wrong);
	free(wrong);
	heads = columns_heads(r->columns, &n);
	view_part(v, "Events");
	view_table(v, VIEW_EVENTS, NULL, heads, n);
}

static int
line(struct report *r, struct view *v, const struct input *in)
{
	const struct cell *cells;

	if (in->kind != INPUT_EVENT)
		return 0;
	if (r->columns == NULL)
		begin_table(r, v, in->event);
	columns_begin(r->columns, in);
	while ((cells = columns_row(r->columns)) != NULL)
		view_row(v, cells);
	return 0;
}

static int
end(struct report *r, struct view *v)
{
	if (r->columns == NULL)
		begin_table(r, v, NULL);
	view_part(v, "Events");
	view_table_end(v);
	return 0;
}

static void
free_report(struct report *r)
{
	if (r != NULL)
		columns_free(r->columns);
	free(r);
}

const struct report_ops report_events = {
	.name = "events",
	.new = new,
	.begin = begin,
	.line = line,
	.end = end,
	.free = free_report,
};
