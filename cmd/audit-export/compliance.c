/* compliance - what an auditor ticks off, and the details behind it */

#include "compliance.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

#define ROWS 500	  /* of a list, the newest ones */
#define MEMORY (1U << 20) /* of the counters */

static void
add_span(void *sum, const void *more)
{
	span_add(sum, more);
}

static struct report *
create(const struct job *job)
{
	struct report *r = xcalloc(1, sizeof(*r));
	struct view_column heads[LIST_COLUMNS];
	size_t i;

	r->job = job;
	for (i = 0; i < LISTS; i++)
		r->lists[i] = kept_new(compliance_lists[i].sums ? KEPT_LARGEST
								: KEPT_NEWEST,
		    list_heads(i, heads), ROWS);
	r->ring.id = xcalloc(RING, sizeof(*r->ring.id));
	r->trail = tally_new(sizeof(struct span), add_span, MEMORY);
	r->by_hand = tally_new(sizeof(struct span), add_span, MEMORY);
	r->refused = tally_new(sizeof(struct span), add_span, MEMORY);
	return r;
}

static void
begin(struct report *r, struct view *v)
{
	size_t i;

	(void)r;
	view_part(v, "Compliance");
	for (i = 0; i < LISTS; i++)
		if (i == 0 ||
		    strcmp(compliance_lists[i].part,
			compliance_lists[i - 1].part) != 0)
			view_part(v, compliance_lists[i].part);
}

static int
line(struct report *r, struct view *v, const struct input *in)
{
	(void)v;
	r->facts.lines[in->kind]++;
	if (in->kind != INPUT_EVENT) {
		compliance_given(r, in);
		return 0;
	}
	return event_is_none(in->event) ? 0 : compliance_event(r, in);
}

static int
end(struct report *r, struct view *v)
{
	struct view_column heads[LIST_COLUMNS];
	const struct list_of *l;
	size_t i;

	if (compliance_add_up(r) == -1)
		return -1;
	view_part(v, "Compliance");
	compliance_check(r, v);
	for (i = 0; i < LISTS; i++) {
		l = &compliance_lists[i];
		if (i == 0 || strcmp(l->part, l[-1].part) != 0)
			view_part(v, l->part);
		if (kept_rows(r->lists[i]) == 0)
			view_text(v, l->none);
		list_heads(i, heads);
		kept_table(r->lists[i], v, l->title, heads, l->of);
	}
	return 0;
}

static const char *
error(const struct report *r)
{
	const char *why = tally_error(r->trail);

	if (why == NULL)
		why = tally_error(r->by_hand);
	return why != NULL ? why : tally_error(r->refused);
}

static void
free_report(struct report *r)
{
	size_t i;

	if (r == NULL)
		return;
	for (i = 0; i < LISTS; i++)
		kept_free(r->lists[i]);
	free(r->ring.id);
	tally_free(r->trail);
	tally_free(r->by_hand);
	tally_free(r->refused);
	buf_free(&r->key);
	free(r);
}

const struct report_ops report_compliance = {
	.name = "compliance",
	.new = create,
	.begin = begin,
	.line = line,
	.end = end,
	.error = error,
	.free = free_report,
};
