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
#define TRAILS 4096
#define GUESTS 32768

struct table {
	struct habit used;
	uint32_t joined; /* on which of its days the last one came */
	uint64_t people; /* a set of 64 */
};

struct touch {
	struct cache *tables;
	struct seen *seen; /* who touched what */
	uint64_t *people;  /* a set of 64 of all */
	/* the same of each trail, where there are several; and on how many
	 * days somebody was there (struct habit) */
	struct cache *crowds, *guests;
};

static void *
touch_new(struct guard *g)
{
	struct touch *t = xcalloc(1, sizeof(*t));

	t->tables = cache_new(TABLES, sizeof(struct table));
	t->seen = xcalloc(1, sizeof(*t->seen));
	t->people = xcalloc(1, sizeof(*t->people));
	t->crowds = cache_new(TRAILS, sizeof(*t->people));
	t->guests = cache_new(GUESTS, sizeof(struct habit));
	store_cache(g->store, "touch.tables", 0, t->tables);
	store_bytes(g->store, "touch.seen", 0, t->seen, sizeof(*t->seen));
	store_bytes(g->store, "touch.people", 0, t->people, sizeof(*t->people));
	store_cache(g->store, "touch.crowds", 0, t->crowds);
	store_cache(g->store, "touch.guests", 0, t->guests);
	return t;
}

static void
touch_free(void *state)
{
	struct touch *t = state;

	cache_free(t->tables);
	cache_free(t->crowds);
	cache_free(t->guests);
	free(t->seen);
	free(t->people);
	free(t);
}

/* Whether few people use it: so many, or a part of all */
static bool
is_few(const struct guard *g, uint64_t people, uint64_t crowd)
{
	int64_t n = __builtin_popcountll(people);
	int64_t all = __builtin_popcountll(crowd);

	if (n == 0 || all < 2 * n)
		return false;
	return n <= guard_number(g, P_FIRST_TOUCH, TOUCH_FEW) ||
	    n * 100 <= all * guard_number(g, P_FIRST_TOUCH, TOUCH_SHARE);
}

/* Whom one may meet there: those of the same trail */
static uint64_t *
crowd_of(struct touch *t, const struct fact *e)
{
	return e->home == 0 ? t->people : cache_at(t->crowds, e->home);
}

/* On how many earlier days somebody was there */
static uint32_t
days_of(const struct guard *g, struct touch *t, const struct fact *e)
{
	if (e->home == 0)
		return g->who == NULL ? 0 : g->who->days;
	return habit_note(cache_at(t->guests, fact_here(e, e->who)), g->day);
}

static void
touch_event(struct guard *g, void *state, const struct fact *e)
{
	struct touch *t = state;
	struct alarm a = { .pattern = P_FIRST_TOUCH,
		.key = fact_here(e, e->who),
		.count = 1,
		.add = 1,
		.table = true };
	uint64_t pair, bit, people, *crowd;
	struct table *table;
	uint32_t days, alone, known;

	if (e->relation == 0 || !e->person || !(e->change || e->op == OP_READ))
		return;
	pair = mark_pair(e->who, e->relation);
	table = cache_at(t->tables, e->relation);
	days = habit_note(&table->used, g->day);
	known = days_of(g, t, e);
	if (seen_has(t->seen, pair))
		return;
	seen_add(t->seen, pair);
	bit = UINT64_C(1) << e->who % 64;
	people = table->people;
	alone = days - table->joined;
	table->joined = days;
	table->people |= bit;
	crowd = crowd_of(t, e);
	*crowd |= bit;
	/* who has just come sees everything for the first time */
	if (g->settling || g->who == NULL ||
	    alone < guard_number(g, P_FIRST_TOUCH, TOUCH_DAYS) ||
	    known < guard_number(g, P_FIRST_TOUCH, TOUCH_DAYS) ||
	    !is_few(g, people, *crowd) ||
	    !config_wants(g->config, a.pattern, e) || !alarm_due(g, e, &a))
		return;
	alarm_give(g, e, &a,
	    "%s %s %s for the first time, which only %d other%s so far",
	    name_who(e), e->op == OP_READ ? "read" : "changed", name_table(e),
	    __builtin_popcountll(people),
	    __builtin_popcountll(people) == 1 ? " has" : "s have");
}

const struct detector detector_touch = { touch_new, touch_event, NULL,
	touch_free };
