/* sensitive - a column that was named as sensitive was touched */

#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "habit.h"
#include "mark.h"
#include "mem.h"

#define HABITS 8192

struct sensitive {
	struct cache *habits; /* struct habit: of somebody with a column */
};

static void *
sensitive_new(struct guard *g)
{
	struct sensitive *s = xcalloc(1, sizeof(*s));

	s->habits = cache_new(HABITS, sizeof(struct habit));
	store_cache(g->store, "sensitive", 0, s->habits);
	return s;
}

static void
sensitive_free(void *state)
{
	struct sensitive *s = state;

	cache_free(s->habits);
	free(s);
}

/* Whether this is the table of "schema.table.column" or "table.column"; then
 * *column is the rest. */
static bool
is_table(const struct fact *e, const char *name, const char **column)
{
	const char *dot = strrchr(name, '.');
	struct said table = { name, (size_t)(dot - name) };
	size_t schema = e->schema.len + 1;

	*column = dot + 1;
	if (table.len > schema && e->schema.p != NULL &&
	    memcmp(name, e->schema.p, schema - 1) == 0 &&
	    name[schema - 1] == '.') {
		table.p += schema;
		table.len -= schema;
	}
	return table.len == e->table.len &&
	    memcmp(table.p, e->table.p, table.len) == 0;
}

/* An insert has all columns: with a value it counts. Of a read is not known
 * which. */
static bool
touches(const struct fact *e, const char *column)
{
	if (e->op == OP_READ || e->op == OP_DENIED)
		return true;
	return json_kind(json_member(e->old, column)) != 'n' ||
	    json_kind(json_member(e->new, column)) != 'n';
}

static void
on_column(struct guard *g, struct sensitive *s, const struct fact *e,
    const char *name, const char *column)
{
	struct alarm a = { .pattern = P_SENSITIVE,
		.key = mark_bytes(fact_here(e, e->who), name, strlen(name)),
		.count = 1,
		.add = 1,
		.op = e->op,
		.like = LIKE_WHO | LIKE_RELATION,
		.within = DAY_US,
		.table = true };
	int64_t usual = guard_number(g, P_SENSITIVE, SENSITIVE_DAYS);
	struct habit *h = cache_at(s->habits, a.key);
	uint32_t days = habit_note(h, g->day);

	/* who has to do so is learned, from one alert of each */
	if (g->settling && h->days <= usual)
		h->days = (uint32_t)usual + 1;
	if ((usual > 0 && days >= usual) ||
	    !config_wants(g->config, a.pattern, e) || !alarm_due(g, e, &a))
		return;
	alarm_give(g, e, &a, "%s %s %s of %s%s", name_who(e),
	    e->op == OP_READ	     ? "may have read"
		: e->op == OP_DENIED ? "tried to reach"
				     : "touched",
	    name_of((struct said){ column, strlen(column) }), name_table(e),
	    name_app(e));
}

static void
sensitive_event(struct guard *g, void *state, const struct fact *e)
{
	const struct words *w = &g->config->sensitive;
	const char *column;
	int i;

	if (e->table.p == NULL || e->who == 0 ||
	    !(e->change || e->op == OP_READ || e->op == OP_DENIED))
		return;
	for (i = 0; i < w->n; i++)
		if (is_table(e, w->v[i], &column) && touches(e, column))
			on_column(g, state, e, w->v[i], column);
}

const struct detector detector_sensitive = { sensitive_new, sensitive_event,
	NULL, sensitive_free };
