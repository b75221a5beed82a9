/* dormant - somebody who was away for months is back */

#include <inttypes.h>

#include "guard.h"

static void
dormant_event(struct guard *g, void *state, const struct fact *e)
{
	struct alarm a = { .pattern = P_DORMANT_ACTOR,
		.key = e->who,
		.count = 1,
		.add = 1,
		.table = e->table.p != NULL,
		.addr = e->addr.p != NULL };
	int64_t away;

	(void)state;
	if (g->who == NULL || e->op == OP_LOGIN_FAILED)
		return;
	away = e->at - g->who->last;
	if (away <= guard_number(g, P_DORMANT_ACTOR, DORMANT_AFTER) ||
	    !config_wants(g->config, a.pattern, e) || !alarm_due(g, e, &a))
		return;
	alarm_give(g, e, &a,
	    "%s is back after %" PRId64 " days without a trace (%s)",
	    name_who(e), away / DAY_US, name_of(e->op_text));
}

const struct detector detector_dormant = { .event = dormant_event };
