/* events - the report that is the events themselves */

#include <stdlib.h>

#include "column.h"
#include "mem.h"
#include "report.h"

struct report {
	struct columns *columns;
};

static struct report *new (const struct job *job)
{
	struct report *r = xcalloc(1, sizeof(*r));
	char *wrong = NULL;

	/* the names have been looked at before */
	r->columns = columns_new(job->page ? COLUMN_PAGE : COLUMN_BOOK,
	    job->rows, job->columns, job->zone, &wrong);
	free(wrong);
	return r;
}

static void
begin(struct report *r, struct view *v)
{
	const struct view_column *heads;
	size_t n;

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
	columns_begin(r->columns, in);
	while ((cells = columns_row(r->columns)) != NULL)
		view_row(v, cells);
	return 0;
}

static int
end(struct report *r, struct view *v)
{
	(void)r;
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
