/* refused - logins that are refused again and again, and one that then works */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "mark.h"
#include "mem.h"
#include "window.h"

#define ACCOUNTS 16384
#define NAMES 4 /* words of a set of accounts */
#define BITS 256

/* Of an account, of an address, of an account at a network, of all */
struct knocks {
	struct window fast, slow, after;
	/* the accounts that an address tried: since when, and before that;
	 * strangers: those that were never at home there */
	int64_t since;
	struct names {
		uint64_t now[NAMES], before[NAMES];
	} all, strangers;
};

struct refused {
	struct cache *knocks;
	struct knocks *all;
};

static void *
refused_new(struct guard *g)
{
	struct refused *r = xcalloc(1, sizeof(*r));
	uint64_t tag = mark_pair((uint64_t)guard_number(g, P_REFUSED_LOGINS,
				     REFUSED_WINDOW),
	    mark_pair((uint64_t)guard_number(g, P_REFUSED_LOGINS,
			  REFUSED_SLOW_WINDOW),
		(uint64_t)guard_number(g, P_LOGIN_AFTER_REFUSALS,
		    AFTER_WINDOW)));

	r->knocks = cache_new(ACCOUNTS, sizeof(struct knocks));
	r->all = xcalloc(1, sizeof(*r->all));
	store_cache(g->store, "refused", tag, r->knocks);
	store_bytes(g->store, "refused.all", tag, r->all, sizeof(*r->all));
	return r;
}

static void
refused_free(void *state)
{
	struct refused *r = state;

	cache_free(r->knocks);
	free(r->all);
	free(r);
}

static uint64_t
addr_key(const struct guard *g)
{
	return mark_pair(20, g->net.addr);
}

static uint64_t
account_key(const struct fact *e)
{
	return mark_pair(21, e->account);
}

static uint64_t
both_key(const struct guard *g, const struct fact *e)
{
	return mark_pair(e->account, g->net.near);
}

/* How many accounts were tried in the last one to two windows */
static int
accounts(const struct names *v)
{
	int i, n = 0;

	for (i = 0; i < NAMES; i++)
		n += __builtin_popcountll(v->now[i] | v->before[i]);
	return n;
}

/* Those who mistype their passwords in the morning share an address, too. */
static bool
are_many(const struct guard *g, const struct knocks *k)
{
	int64_t most = guard_number(g, P_REFUSED_LOGINS, REFUSED_NAMES);

	return accounts(&k->strangers) >= most || accounts(&k->all) >= 2 * most;
}

static void
add_account(struct names *v, uint64_t account)
{
	uint64_t bit = account % BITS;

	v->now[bit / 64] |= UINT64_C(1) << bit % 64;
}

static void
forget_account(struct names *v, uint64_t account)
{
	uint64_t bit = account % BITS;

	v->now[bit / 64] &= ~(UINT64_C(1) << bit % 64);
	v->before[bit / 64] &= ~(UINT64_C(1) << bit % 64);
}

static void
turn(struct names *v, bool keep)
{
	static const struct names none;

	memcpy(v->before, keep ? v->now : none.now, sizeof(v->before));
	memset(v->now, 0, sizeof(v->now));
}

static void
note_account(const struct guard *g, struct knocks *k, int64_t window,
    const struct fact *e)
{
	bool keep = e->at - k->since < 2 * window;

	if (e->at - k->since >= window) {
		turn(&k->all, keep);
		turn(&k->strangers, keep);
		k->since = e->at;
	}
	add_account(&k->all, e->account);
	if (who_near(g->who, g->net.near) == NULL)
		add_account(&k->strangers, e->account);
}

#define NUMBER(n) ((uint64_t)guard_number(g, P_REFUSED_LOGINS, n))

static void
watch_account(struct guard *g, struct refused *r, const struct fact *e)
{
	struct knocks *k = cache_at(r->knocks, account_key(e));
	int64_t window = guard_number(g, P_REFUSED_LOGINS, REFUSED_WINDOW);
	int64_t slow = guard_number(g, P_REFUSED_LOGINS, REFUSED_SLOW_WINDOW);
	uint64_t n = window_add(&k->fast, window, e->at, 1);
	uint64_t all = window_add(&k->slow, slow, e->at, 1);
	struct alarm a = { .pattern = P_REFUSED_LOGINS,
		.key = account_key(e),
		.add = 1,
		.op = e->op,
		.like = LIKE_ACCOUNT,
		.addr = true };

	window_add(&k->after,
	    guard_number(g, P_LOGIN_AFTER_REFUSALS, AFTER_WINDOW), e->at, 1);
	/* a burst that was told is not told once more as a slow one */
	if (n >= NUMBER(REFUSED_COUNT))
		memset(&k->slow, 0, sizeof(k->slow));
	a.count = n >= NUMBER(REFUSED_COUNT) ? n : all;
	a.within = n >= NUMBER(REFUSED_COUNT) ? window : slow;
	if ((n >= NUMBER(REFUSED_COUNT) || all >= NUMBER(REFUSED_SLOW)) &&
	    config_wants(g->config, a.pattern, e) && alarm_due(g, e, &a))
		alarm_give(g, e, &a,
		    "%" PRIu64 " refused logins of %s within %s, the last "
		    "from %s",
		    a.count, name_who(e), name_span(a.within),
		    name_of(e->addr));
}

static void
watch_address(struct guard *g, struct refused *r, const struct fact *e)
{
	struct knocks *k = cache_at(r->knocks, addr_key(g));
	int64_t window = guard_number(g, P_REFUSED_LOGINS, REFUSED_WINDOW);
	struct alarm a = { .pattern = P_REFUSED_LOGINS,
		.key = addr_key(g),
		.count = window_add(&k->fast, window, e->at, 1),
		.add = 1,
		.op = e->op,
		.like = LIKE_ADDR,
		.within = window,
		.addr = true };
	int names;

	note_account(g, k, window, e);
	names = accounts(&k->all);
	if ((a.count >= NUMBER(REFUSED_FROM) || are_many(g, k)) &&
	    config_wants(g->config, a.pattern, e)) {
		a.within = names > 1 ? 2 * window : window;
		if ((uint64_t)names > a.count)
			a.count = (uint64_t)names;
		if (alarm_due(g, e, &a))
			alarm_give(g, e, &a,
			    "%" PRIu64 " refused logins from %s within %s, "
			    "of %d accounts, the last of %s",
			    a.count, name_of(e->addr), name_span(a.within),
			    names, name_who(e));
	}
}

/* Many networks, a few attempts each */
static void
watch_all(struct guard *g, struct refused *r, const struct fact *e)
{
	int64_t window = guard_number(g, P_REFUSED_LOGINS, REFUSED_WINDOW);
	struct alarm a = { .pattern = P_REFUSED_LOGINS,
		.key = 1,
		.count = window_add(&r->all->fast, window, e->at, 1),
		.add = 1,
		.op = e->op,
		.like = LIKE_ANY,
		.within = window,
		.addr = true };

	if (a.count >= NUMBER(REFUSED_TOTAL) &&
	    config_wants(g->config, a.pattern, e) && alarm_due(g, e, &a))
		alarm_give(g, e, &a,
		    "%" PRIu64 " refused logins in all within %s, the last "
		    "of %s from %s",
		    a.count, name_span(a.within), name_who(e),
		    name_of(e->addr));
}

static void
on_refused(struct guard *g, struct refused *r, const struct fact *e)
{
	int64_t window = guard_number(g, P_LOGIN_AFTER_REFUSALS, AFTER_WINDOW);
	struct knocks *k;

	if (json_kind(json_member(e->new, "reason")) == '"' &&
	    json_says(json_member(e->new, "reason"), "too_many_connections"))
		return;
	if (e->account != 0)
		watch_account(g, r, e);
	if (!g->has_net)
		return;
	k = cache_at(r->knocks, both_key(g, e));
	window_add(&k->after, window, e->at, 1);
	watch_address(g, r, e);
	watch_all(g, r, e);
}

/* How many of them there were in the last time */
static uint64_t
before(struct guard *g, struct refused *r, uint64_t key, int64_t at)
{
	struct knocks *k = cache_find(r->knocks, key);
	int64_t window = guard_number(g, P_LOGIN_AFTER_REFUSALS, AFTER_WINDOW);

	return k == NULL ? 0 : window_add(&k->after, window, at, 0);
}

/* What went before a login */
struct attempts {
	uint64_t total, here; /* of the account; in this network */
	bool known;	      /* where it, or others, have logged in before */
	bool sprays;	      /* an address that tries many accounts */
	struct knocks *addr;  /* of the address; NULL: none */
};

static struct attempts
look_back(struct guard *g, struct refused *r, const struct fact *e)
{
	int64_t window = guard_number(g, P_LOGIN_AFTER_REFUSALS, AFTER_WINDOW);
	struct attempts t = { .total = before(g, r, account_key(e), e->at) };

	if (!g->has_net)
		return t;
	t.here = before(g, r, both_key(g, e), e->at);
	t.known = who_near(g->who, g->net.near) != NULL ||
	    crowd_others(g, g->net.near, e->who) > 1;
	t.addr = cache_find(r->knocks, addr_key(g));
	t.sprays = t.addr != NULL && !t.known &&
	    e->at - t.addr->since < window && are_many(g, t.addr);
	return t;
}

/* It was he himself, unless the refusals came from elsewhere. */
static void
forgive(struct guard *g, struct refused *r, const struct fact *e,
    const struct attempts *t)
{
	if (g->has_net ? t->here * 2 >= t->total : e->person)
		cache_drop(r->knocks, account_key(e));
	if (g->has_net)
		cache_drop(r->knocks, both_key(g, e));
	if (t->addr != NULL && !t->sprays) {
		forget_account(&t->addr->all, e->account);
		forget_account(&t->addr->strangers, e->account);
	}
}

/* Who mistypes his password at his own desk gets more attempts than others.
 * Whose role has many users counts only where the refusals came from. */
static void
on_login(struct guard *g, struct refused *r, const struct fact *e)
{
	const enum pattern p = P_LOGIN_AFTER_REFUSALS;
	struct attempts t = look_back(g, r, e);
	uint64_t least = (uint64_t)guard_number(g, p,
	    t.known || !g->has_net ? AFTER_KNOWN : AFTER_COUNT);
	struct alarm a = { .pattern = p,
		.key = e->account,
		.count = t.known ? t.here : t.total,
		.add = 1,
		.op = OP_LOGIN_FAILED,
		.like = LIKE_ACCOUNT,
		.within = guard_number(g, p, AFTER_WINDOW),
		.addr = true };

	if ((a.count >= least || t.sprays) && config_wants(g->config, p, e) &&
	    alarm_due(g, e, &a))
		alarm_give(g, e, &a,
		    "%s logged in from %s after %" PRIu64
		    " refused logins within %s%s",
		    name_who(e), name_of(e->addr), a.count, name_span(a.within),
		    t.sprays ? ", where other accounts were tried, too" : "");
	forgive(g, r, e, &t);
}

static void
refused_event(struct guard *g, void *state, const struct fact *e)
{
	if (e->op == OP_LOGIN_FAILED)
		on_refused(g, state, e);
	else if (e->op == OP_LOGIN && e->account != 0)
		on_login(g, state, e);
}

const struct detector detector_refused = { refused_new, refused_event, NULL,
	refused_free };
