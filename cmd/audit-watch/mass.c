/* mass - many rows deleted, updated or read at once, for those who did it
 *
 * How many are many depends on who, with what, and on which table: what was
 * usual until yesterday, taken times five, but never less than a number that
 * is a lot for a person, or for a service. */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "mark.h"
#include "mem.h"
#include "window.h"

#define DOERS 32768
#define ACROSS 8192
#define MONTH 30 /* days after which what was usual counts half */

struct doing {
	struct window window;
	int32_t day;	/* the last one */
	uint32_t today; /* the most that the window held */
	uint32_t usual; /* the most on earlier days */
};

struct mass {
	struct cache *doings;
	struct cache *trails; /* struct across */
};

/* The tables of one name, in all trails: a little in each may be a lot. */
struct across {
	struct doing doing;
	uint64_t trails; /* a set of 64 */
};

static void *
mass_new(struct guard *g)
{
	struct mass *m = xcalloc(1, sizeof(*m));
	uint64_t tag = 0;
	enum pattern p;

	for (p = P_MASS_DELETE; p <= P_MASS_READ; p++)
		tag = mark_pair(tag, (uint64_t)guard_number(g, p, MASS_WINDOW));
	m->doings = cache_new(DOERS, sizeof(struct doing));
	m->trails = cache_new(ACROSS, sizeof(struct across));
	store_cache(g->store, "mass", tag, m->doings);
	store_cache(g->store, "mass.trails", tag, m->trails);
	return m;
}

static void
mass_free(void *state)
{
	struct mass *m = state;

	cache_free(m->doings);
	cache_free(m->trails);
	free(m);
}

/* A new day: yesterday becomes usual. */
static void
begin_day(struct doing *d, int32_t day)
{
	int32_t i;

	if (day <= d->day)
		return;
	if (d->day != 0)
		for (i = 0; i + MONTH <= day - d->day && d->usual > 0;
		     i += MONTH)
			d->usual /= 2;
	/* a little every day */
	d->usual -= d->usual / (2 * MONTH);
	if (d->today > d->usual)
		d->usual = d->today;
	d->today = 0;
	d->day = day;
}

/* What an incident brought is not usual on the next day. */
static void
note(struct doing *d, uint64_t n, uint64_t limit)
{
	if (n > limit)
		n = limit;
	if (n > d->today)
		d->today = n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

static bool
pattern_of(const struct fact *e, enum pattern *p, uint64_t *n)
{
	struct json command;

	*n = 1;
	switch (e->op) {
	case OP_DELETE: *p = P_MASS_DELETE; return true;
	case OP_UPDATE: *p = P_MASS_UPDATE; return true;
	case OP_READ: break;
	default: return false;
	}
	*p = P_MASS_READ;
	*n = e->rows;
	/* what was changed has been read, and counts as changed */
	command = json_member(e->new, "command");
	return e->rows > 0 && !json_says(command, "UPDATE") &&
	    !json_says(command, "DELETE");
}

static const char *const verbs[] = { "deleted", "updated", "read" };

static uint64_t
larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* From how many on it is too many */
static uint64_t
limit_of(const struct guard *g, const struct fact *e, enum pattern p,
    const struct doing *here, uint64_t usual_in_all)
{
	uint64_t floor =
	    (uint64_t)guard_number(g, p, e->person ? MASS_ROWS : MASS_SERVICE);
	uint64_t times = (uint64_t)guard_number(g, p, MASS_USUAL);

	/* a service that nobody knows yet has its nights to come */
	if (g->settling && !e->person)
		return UINT64_MAX;
	return larger(larger(floor, times * here->usual), 2 * usual_in_all);
}

/* What came to the tables of this name in all trails. Returns whether it is
 * too much, though it may be little in each of them. */
static bool
is_many_across(struct guard *g, struct mass *m, const struct fact *e,
    struct alarm *a, uint64_t key, bool told)
{
	struct across *c;
	uint64_t limit;

	if (e->home == 0 || !e->person)
		return false;
	c = cache_at(m->trails, mark_pair(key, e->namesake));
	if (g->day > c->doing.day)
		c->trails = 0;
	begin_day(&c->doing, g->day);
	if (told) { /* as one trail's: not once more */
		memset(&c->doing.window, 0, sizeof(c->doing.window));
		return false;
	}
	c->trails |= UINT64_C(1) << e->home % 64;
	a->count = window_add(&c->doing.window, a->within, e->at, a->add);
	limit = limit_of(g, e, a->pattern, &c->doing, 0);
	note(&c->doing, a->count, limit);
	a->key = mark_pair(mark_pair(e->who, e->namesake), 1);
	a->like = LIKE_WHO | LIKE_NAMESAKE;
	return a->count >= limit && __builtin_popcountll(c->trails) > 1;
}

static void
tell(struct guard *g, const struct fact *e, struct alarm *a)
{
	if (config_wants(g->config, a->pattern, e) && alarm_due(g, e, a))
		alarm_give(g, e, a, "%s %s %" PRIu64 " rows of %s within %s%s",
		    name_who(e), verbs[a->pattern - P_MASS_DELETE], a->count,
		    name_table(e), name_span(a->within), name_app(e));
}

static void
mass_event(struct guard *g, void *state, const struct fact *e)
{
	struct mass *m = state;
	struct doing *here, *all;
	uint64_t n, limit, usual, key, sum;
	bool told;
	struct alarm a = { .op = e->op,
		.like = LIKE_WHO | LIKE_RELATION,
		.table = true };

	if (e->relation == 0 || e->who == 0 || !pattern_of(e, &a.pattern, &n) ||
	    !g->config->p[a.pattern].enabled)
		return;
	a.within = guard_number(g, a.pattern, MASS_WINDOW);
	key = mark_bytes(mark_pair(e->who, a.pattern), e->app.p, e->app.len);
	all = cache_at(m->doings, key);
	begin_day(all, g->day);
	usual = all->usual;
	sum = window_add(&all->window, a.within, e->at, n);
	here = cache_at(m->doings, mark_pair(key, e->relation));
	begin_day(here, g->day);
	a.count = window_add(&here->window, a.within, e->at, n);
	a.add = n;
	limit = limit_of(g, e, a.pattern, here, usual);
	note(here, a.count, limit);
	note(cache_at(m->doings, key), sum, limit);
	a.key = mark_pair(mark_pair(e->who, e->relation), 0);
	if ((told = a.count >= limit))
		tell(g, e, &a);
	if (is_many_across(g, m, e, &a, key, told))
		tell(g, e, &a);
}

const struct detector detector_mass = { mass_new, mass_event, NULL, mass_free };
