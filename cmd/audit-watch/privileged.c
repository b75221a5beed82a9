/* privileged - a role that administers, at work on the application's data */

#include <stdlib.h>

#include "guard.h"
#include "habit.h"
#include "mark.h"
#include "mem.h"

#define ROLES 4096
#define HABITS 8192

enum { SUPERUSER = 1, ADMINISTERS = 2 };

struct role {
	uint64_t is;
};

struct privileged {
	struct cache *roles;  /* struct role */
	struct cache *habits; /* struct habit: of a role with an application */
};

static void *
privileged_new(struct guard *g)
{
	struct privileged *p = xcalloc(1, sizeof(*p));

	p->roles = cache_new(ROLES, sizeof(struct role));
	p->habits = cache_new(HABITS, sizeof(struct habit));
	store_cache(g->store, "privileged.roles", 0, p->roles);
	store_cache(g->store, "privileged.habits", 0, p->habits);
	return p;
}

static void
privileged_free(void *state)
{
	struct privileged *p = state;

	cache_free(p->roles);
	cache_free(p->habits);
	free(p);
}

static uint64_t
mark_role(const struct fact *e, struct said role)
{
	return mark_bytes(fact_here(e, 30), role.p, role.len);
}

static void
note_role(struct privileged *p, const struct fact *e, struct said role,
    uint64_t what)
{
	struct role *r = cache_at(p->roles, mark_role(e, role));

	r->is |= what;
}

/* A role tells what it is by what it does. */
static void
learn(struct privileged *p, const struct fact *e)
{
	struct said role = e->as_role.p != NULL ? e->as_role : e->role;

	if (role.p == NULL || e->change)
		return;
	if (e->op == OP_RULES || e->op == OP_DDL)
		note_role(p, e, role, ADMINISTERS);
	if (e->superuser)
		note_role(p, e, e->role, SUPERUSER);
}

/* 2: it may do everything; 1: it administers; 0 */
static int
rank(const struct guard *g, const struct privileged *p, const struct fact *e,
    struct said role)
{
	const struct role *r;

	if (role.p == NULL)
		return 0;
	r = cache_find(p->roles, mark_role(e, role));
	if ((r != NULL && r->is & SUPERUSER) ||
	    config_is_privileged(g->config, role))
		return 2;
	return r != NULL && r->is & ADMINISTERS;
}

/* An application that works as such a role does so every day; and one that
 * changes its tables when it is updated only administers itself. */
static bool
is_usual(struct guard *g, struct privileged *p, const struct fact *e, int high)
{
	uint64_t key = mark_bytes(mark_role(e, e->role), e->app.p, e->app.len);
	uint32_t days = habit_note(cache_at(p->habits, key), g->day);

	if (e->interactive || e->app.len == 0)
		return false;
	return g->settling || high < 2 ||
	    days >= guard_number(g, P_PRIVILEGED_ROLE, PRIVILEGED_DAYS);
}

static void
privileged_event(struct guard *g, void *state, const struct fact *e)
{
	struct privileged *p = state;
	struct alarm a = { .pattern = P_PRIVILEGED_ROLE,
		.count = 1,
		.add = 1,
		.op = e->op,
		.like = LIKE_WHO | LIKE_RELATION,
		.within = DAY_US / 24,
		.table = true };
	int high, as;

	learn(p, e);
	if (!e->change || !g->config->p[a.pattern].enabled)
		return;
	high = rank(g, p, e, e->role);
	as = rank(g, p, e, e->as_role);
	if ((high == 0 && as == 0) ||
	    is_usual(g, p, e, high > as ? high : as) ||
	    !config_wants(g->config, a.pattern, e))
		return;
	a.key =
	    mark_pair(e->who, mark_role(e, as > high ? e->as_role : e->role));
	if (alarm_due(g, e, &a))
		alarm_give(g, e, &a,
		    "privileged role %s changed rows of %s itself (%s)%s%s%s",
		    name_of(as > high ? e->as_role : e->role), name_table(e),
		    name_of(e->op_text), name_app(e),
		    e->actor.p != NULL ? ", for " : "",
		    e->actor.p != NULL ? name_of(e->actor) : "");
}

const struct detector detector_privileged = { privileged_new, privileged_event,
	NULL, privileged_free };
