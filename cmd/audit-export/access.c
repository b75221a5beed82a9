/* access - who read or changed each table, when, and from where */

#include "access.h"

#include <stdlib.h>

#include "mem.h"
#include "sensitive.h"

#define MEMORY (4U << 20) /* of the counters */
#define ROWS 1000	  /* of a table, the largest ones */
#define BARS 12		  /* of the chart */

static const char *const ops[DID_OPS] = {
	[DID_READ] = "read",
	[DID_INSERT] = "insert",
	[DID_UPDATE] = "update",
	[DID_DELETE] = "delete",
	[DID_TRUNCATE] = "truncate",
	[DID_DENIED] = "denied",
};

static const struct view_column columns[A_COLUMNS] = {
	[A_TABLE] = { "Table", 0, FIND_WORD },
	[A_WHO] = { "Who", 0, FIND_WORD },
	[A_PEOPLE] = { "People", 0, FIND_TEXT },
	[A_READ] = { "Reads", 0, FIND_TEXT },
	[A_ROWS] = { "Rows read", 0, FIND_TEXT },
	[A_INSERT] = { "Inserted", 0, FIND_TEXT },
	[A_UPDATE] = { "Updated", 0, FIND_TEXT },
	[A_DELETE] = { "Deleted", 0, FIND_TEXT },
	[A_TRUNCATE] = { "Truncated", 0, FIND_TEXT },
	[A_DENIED] = { "Refused", 0, FIND_TEXT },
	[A_FIRST] = { "First", 0, FIND_TIME },
	[A_LAST] = { "Last", 0, FIND_TIME },
	[A_FROM] = { "From", 0, FIND_TEXT },
	[A_WITH] = { "With", 0, FIND_TEXT },
};

static struct report *
create(const struct job *job)
{
	struct report *r = xcalloc(1, sizeof(*r));

	r->did = tally_new(sizeof(struct did), access_add, MEMORY);
	r->others = tally_new(1, NULL, MEMORY / 4);
	r->tables = kept_new(KEPT_LARGEST, A_COLUMNS, ROWS / 4);
	r->rows = kept_new(KEPT_LARGEST, A_COLUMNS, ROWS);
	r->sensitive = sensitive_new(job);
	return r;
}

static void
begin(struct report *r, struct view *v)
{
	(void)r;
	view_part(v, "Access");
	view_part(v, "Who did what");
	view_part(v, "Sensitive columns");
}

static int
line(struct report *r, struct view *v, const struct input *in)
{
	struct did d = { .span = span_once(in->at) };
	const struct event *e = in->event;
	struct did *sum;
	size_t op;

	(void)v;
	if (sensitive_line(r->sensitive, in) == -1)
		return -1;
	if (in->kind != INPUT_EVENT || event_is_none(e))
		return 0;
	for (op = 0; op < DID_OPS && !json_says(e->v[E_OP], ops[op]); op++)
		;
	if (op == DID_OPS)
		return 0;
	d.n[op] = 1;
	if (op == DID_READ)
		brief_count(json_member(e->v[E_NEW], "rows"), &d.rows);
	access_add(&r->all, &d);
	buf_reset(&r->key);
	brief_part_table(&r->key, e);
	brief_part_who(&r->key, e);
	brief_part(&r->key, e->v[E_ADDR]);
	brief_part(&r->key, e->v[E_APP]);
	if ((sum = tally_at(r->did, r->key.p, r->key.len)) == NULL)
		return -1;
	access_add(sum, &d);
	return 0;
}

static void
put_figures(const struct report *r, struct view *v, const uint64_t *n)
{
	const struct did *d = &r->all;
	uint64_t changes =
	    d->n[DID_INSERT] + d->n[DID_UPDATE] + d->n[DID_DELETE];
	struct figure f[] = {
		{ "Tables", cell_count(n['t']), NULL },
		{ "People and roles", cell_count(n['w']), NULL },
		{ "Addresses", cell_count(n['a']), NULL },
		{ "Reads", cell_count(d->n[DID_READ]), NULL },
		{ "Changed rows", cell_count(changes), NULL },
		{ "Refused", cell_count(d->n[DID_DENIED]), NULL },
		{ "First", cell_time(d->span.first), NULL },
		{ "Last", cell_time(d->span.last), NULL },
	};

	view_figures(v, f, sizeof(f) / sizeof(f[0]));
}

/* The tables with most accesses */
static void
put_chart(struct report *r, struct view *v)
{
	static const struct chart_series series[] = {
		{ "read", TONE_READ },
		{ "inserted", TONE_INSERT },
		{ "updated", TONE_UPDATE },
		{ "deleted", TONE_DELETE },
	};
	static const size_t counts[] = { A_READ, A_INSERT, A_UPDATE, A_DELETE };
	static const struct chart chart = { .kind = CHART_BARS,
		.title = "Tables that were read or changed most",
		.of = "reads and changes",
		.nseries = 4,
		.series = series };

	kept_chart(r->tables, v, chart,
	    &(struct kept_bars){ 2, BARS, A_TABLE, counts });
}

static int
end(struct report *r, struct view *v)
{
	uint64_t n[128] = { 0 };

	if (access_add_up(r, n) == -1)
		return -1;
	view_part(v, "Access");
	if (r->all.span.n == 0)
		view_text(v,
		    "The input has no event of a row: nobody read or "
		    "changed a table, as far as it tells.");
	else
		put_figures(r, v, n);
	if (r->all.n[DID_READ] == 0)
		view_text(v,
		    "No reads are in the input: triggers do not see them. "
		    "This says who changed what, and not who looked at it.");
	put_chart(r, v);
	kept_table(r->tables, v, "Tables", columns, "tables");
	view_part(v, "Who did what");
	if (r->all.span.n == 0)
		view_text(v, "Nobody did anything.");
	kept_table(r->rows, v, "Who did what to which table", columns,
	    "pairs of a table and somebody");
	view_part(v, "Sensitive columns");
	return sensitive_end(r->sensitive, v);
}

static const char *
error(const struct report *r)
{
	const char *why = tally_error(r->did);

	if (why == NULL)
		why = tally_error(r->others);
	return why != NULL ? why : sensitive_error(r->sensitive);
}

static void
free_report(struct report *r)
{
	if (r == NULL)
		return;
	tally_free(r->did);
	tally_free(r->others);
	kept_free(r->tables);
	kept_free(r->rows);
	sensitive_free(r->sensitive);
	buf_free(&r->key);
	buf_free(&r->group.key);
	free(r);
}

const struct report_ops report_access = {
	.name = "access",
	.new = create,
	.begin = begin,
	.line = line,
	.end = end,
	.error = error,
	.free = free_report,
};
