/* sealing - events come, and no seal does any more
 *
 * Only where seals are among the lines at all, and of one trail: a seal has its
 * id, and the events of several have names. Counted from the first event
 * that no seal covers: where nothing happens, nothing is sealed. */

#include <stdlib.h>

#include "guard.h"
#include "mem.h"

struct sealing {
	int64_t last;  /* the last seal */
	int64_t since; /* the first event after it; 0: none */
	uint64_t seals;
};

static void *
sealing_new(struct guard *g)
{
	struct sealing *s = xcalloc(1, sizeof(*s));

	store_bytes(g->store, "sealing", 0, s, sizeof(*s));
	return s;
}

static void
sealing_seal(struct guard *g, void *state, int64_t at)
{
	struct sealing *s = state;

	(void)g;
	if (s->seals++ > 0 && at <= s->last)
		return;
	s->last = at;
	if (at >= s->since)
		s->since = 0;
}

/* In hours, or, if they are many, in days */
static int64_t
whole(int64_t us)
{
	int64_t unit = us < 3 * DAY_US ? DAY_US / 24 : DAY_US;

	return us / unit * unit;
}

static void
sealing_event(struct guard *g, void *state, const struct fact *e)
{
	struct sealing *s = state;
	int64_t limit = guard_number(g, P_SEALING_SILENT, SEALING_LIMIT);
	struct alarm a = { .pattern = P_SEALING_SILENT, .count = 1, .add = 0 };

	if (s->seals == 0 || e->home != 0 || e->at <= s->last)
		return;
	if (s->since == 0)
		s->since = e->at;
	a.key = (uint64_t)s->last;
	if (e->at - s->since > limit && config_wants(g->config, a.pattern, e) &&
	    alarm_due(g, e, &a))
		alarm_give(g, e, &a,
		    "nothing was sealed for %s, though there are events",
		    name_span(whole(e->at - s->last)));
}

const struct detector detector_sealing = { sealing_new, sealing_event,
	sealing_seal, free };
