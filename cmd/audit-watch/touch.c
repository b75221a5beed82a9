/* touch - a table that few work with, touched by somebody who never did
 *
 * To open a screen for the first time is what everybody does all the time; so
 * it counts only for tables that a few people use, and have used for days with
 * nobody new among them. */

#include <stdlib.h>

#include "guard.h"
#include "habit.h"
#include "mark.h"
#include "mem.h"
#include "seen.h"

#define TABLES 8192

struct table {
	struct habit used;
	uint32_t joined; /* on which of its days the last one came */
	uint64_t people; /* a set of 64 */
};

struct touch {
	struct cache *tables;
	struct seen *seen; /* who touched what */
	uint64_t *people;  /* a set of 64 of all */
};

static void *
touch_new(struct guard *g)
{
	struct touch *t = xcalloc(1, sizeof(*t));

	t->tables = cache_new(TABLES, sizeof(struct table));
	t->seen = xcalloc(1, sizeof(*t->seen));
	t->people = xcalloc(1, sizeof(*t->people));
	store_cache(g->store, "touch.tables", 0, t->tables);
	store_bytes(g->store, "touch.seen", 0, t->seen, sizeof(*t->seen));
	store_bytes(g->store, "touch.people", 0, t->people, sizeof(*t->people));
	return t;
}

static void
touch_free(void *state)
{
	struct touch *t = state;

	cache_free(t->tables);
	free(t->seen);
	free(t->people);
	free(t);
}

/* Whether few people use it: so many, or a part of all */
static bool
is_few(const struct guard *g, const struct touch *t, uint64_t people)
{
	int64_t n = __builtin_popcountll(people);
	int64_t all = __builtin_popcountll(*t->people);

	if (n == 0 || all < 2 * n)
		return false;
	return n <= guard_number(g, P_FIRST_TOUCH, TOUCH_FEW) ||
	    n * 100 <= all * guard_number(g, P_FIRST_TOUCH, TOUCH_SHARE);
}

static void
touch_event(struct guard *g, void *state, const struct fact *e)
{
	struct touch *t = state;
	struct alarm a = { .pattern = P_FIRST_TOUCH,
		.key = e->who,
		.count = 1,
		.add = 1,
		.table = true };
	uint64_t pair, bit, people;
	struct table *table;
	uint32_t days, alone;

	if (e->relation == 0 || !e->person || !(e->change || e->op == OP_READ))
		return;
	pair = mark_pair(e->who, e->relation);
	table = cache_at(t->tables, e->relation);
	days = habit_note(&table->used, g->day);
	if (seen_has(t->seen, pair))
		return;
	seen_add(t->seen, pair);
	bit = UINT64_C(1) << e->who % 64;
	people = table->people;
	alone = days - table->joined;
	table->joined = days;
	table->people |= bit;
	*t->people |= bit;
	/* who has just come sees everything for the first time */
	if (g->learning || g->who == NULL ||
	    alone < guard_number(g, P_FIRST_TOUCH, TOUCH_DAYS) ||
	    g->who->days < guard_number(g, P_FIRST_TOUCH, TOUCH_DAYS) ||
	    !is_few(g, t, people) || !config_wants(g->config, a.pattern, e) ||
	    !alarm_due(g, e, &a))
		return;
	alarm_give(g, e, &a,
	    "%s %s %s for the first time, which only %d other%s so far",
	    name_who(e), e->op == OP_READ ? "read" : "changed", name_table(e),
	    __builtin_popcountll(people),
	    __builtin_popcountll(people) == 1 ? " has" : "s have");
}

const struct detector detector_touch = { touch_new, touch_event, NULL,
	touch_free };
