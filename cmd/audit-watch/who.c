/* who - what is known of an actor, or of a role for which nobody is named */

#include "who.h"

#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "mark.h"
#include "mem.h"

#define WHOS 8192
#define PLACES 32768
#define SESSIONS 16384
#define SHARED 4 /* from so many on, an address is no person's own */

struct crowd {
	struct cache *whos;
	struct cache *places;	/* a set of 64 of who came from there */
	struct cache *sessions; /* struct net: where each was opened */
	uint64_t regions[REGIONS];
};

struct crowd *
crowd_new(struct guard *g)
{
	struct crowd *c = xcalloc(1, sizeof(*c));

	c->whos = cache_new(WHOS, sizeof(struct who));
	c->places = cache_new(PLACES, sizeof(uint64_t));
	c->sessions = cache_new(SESSIONS, sizeof(struct net));
	store_cache(g->store, "whos", 0, c->whos);
	store_cache(g->store, "sessions", 0, c->sessions);
	store_cache(g->store, "places", 0, c->places);
	store_bytes(g->store, "regions", 0, c->regions, sizeof(c->regions));
	return c;
}

void
crowd_free(struct crowd *c)
{
	if (c == NULL)
		return;
	cache_free(c->whos);
	cache_free(c->places);
	cache_free(c->sessions);
	free(c);
}

static uint64_t
session_key(const struct fact *e)
{
	return mark_bytes(fact_here(e, 12), e->session.p, e->session.len);
}

/* Who only knocks has not been there, and who was put out did nothing. */
static bool
is_active(const struct fact *e)
{
	return e->who != 0 &&
	    (e->change || e->op == OP_READ || e->op == OP_LOGIN ||
		e->op == OP_RULES || e->op == OP_DDL);
}

static uint64_t
bit_of(uint64_t who)
{
	return UINT64_C(1) << who % 64;
}

int
crowd_others(const struct guard *g, uint64_t mark, uint64_t but)
{
	const uint64_t *set = cache_find(g->crowd->places, mark);

	return set == NULL ? 0 : __builtin_popcountll(*set & ~bit_of(but));
}

enum region
crowd_region(const struct guard *g, enum region region)
{
	const uint64_t *n = g->crowd->regions;
	int i, most = REGION_NONE;

	if (region != REGION_HOME)
		return region;
	for (i = REGION_HOME + 1; i < REGIONS; i++)
		if (n[i] > 0 && (most == REGION_NONE || n[i] > n[most]))
			most = i;
	return most == REGION_NONE ? REGION_HOME : (enum region)most;
}

/* Where somebody sits: rows come from where the application runs, and that is
 * many people's address; but their session was opened somewhere. */
static bool
find_net(struct guard *g, const struct fact *e)
{
	bool login = e->op == OP_LOGIN || e->op == OP_LOGIN_FAILED;
	const struct net *opened = NULL;

	if (e->who == 0 || (!login && !(e->person && is_active(e))))
		return false;
	if (!login && e->session.p != NULL)
		opened = cache_find(g->crowd->sessions, session_key(e));
	if (opened != NULL) {
		g->net = *opened;
		return true;
	}
	return e->addr.p != NULL && net_read(g->config, &g->net, e->addr) &&
	    (login || e->interactive ||
		crowd_others(g, g->net.addr, e->who) < SHARED);
}

void
crowd_look(struct guard *g, const struct fact *e)
{
	g->who = is_active(e) || e->op == OP_LOGIN_FAILED
	    ? cache_find(g->crowd->whos, e->who)
	    : NULL;
	g->has_net = find_net(g, e);
}

const struct who_net *
who_near(const struct who *w, uint64_t near)
{
	size_t i;

	for (i = 0; w != NULL && i < WHO_NETS; i++)
		if (w->nets[i].days > 0 && w->nets[i].near == near)
			return &w->nets[i];
	return NULL;
}

const struct who_net *
who_wide(const struct who *w, uint64_t wide)
{
	size_t i;

	for (i = 0; w != NULL && i < WHO_NETS; i++)
		if (w->nets[i].days > 0 && w->nets[i].wide == wide)
			return &w->nets[i];
	return NULL;
}

size_t
who_wides(const struct who *w)
{
	size_t i, j, n = 0;

	for (i = 0; w != NULL && i < WHO_NETS; i++) {
		for (j = 0; j < i; j++)
			if (w->nets[j].wide == w->nets[i].wide)
				break;
		n += w->nets[i].days > 0 && j == i;
	}
	return n;
}

/* A browser's new version is no new device. */
uint64_t
who_device(struct said agent)
{
	uint64_t h = 11;
	size_t i;

	if (agent.p == NULL || agent.len == 0)
		return 0;
	for (i = 0; i < agent.len; i++)
		if ((agent.p[i] < '0' || agent.p[i] > '9') && agent.p[i] != '.')
			h = h * UINT64_C(1099511628211) +
			    (unsigned char)agent.p[i];
	return mark_pair(h, 11);
}

static void
note_net(struct guard *g, struct who *w)
{
	struct who_net *n = NULL;
	size_t i;

	for (i = 0; i < WHO_NETS; i++) {
		struct who_net *v = &w->nets[i];

		if (v->days > 0 && v->near == g->net.near) {
			n = v;
			break;
		}
		if (n == NULL || v->days == 0 ||
		    (n->days > 0 && v->last < n->last))
			n = v; /* a free one, or the one unused for longest */
	}
	if (n->days == 0 || n->near != g->net.near)
		*n = (struct who_net){ .near = g->net.near,
			.wide = g->net.wide,
			.last = g->day - 1,
			.region = (uint16_t)g->net.region };
	if (g->day > n->last) {
		n->last = g->day;
		n->days += n->days < UINT16_MAX;
	}
	n->days += n->days == 0;
}

static void
note_place(struct guard *g, const struct fact *e, struct who *w)
{
	const uint64_t marks[] = { g->net.addr, g->net.near, g->net.wide };
	enum region region = g->net.region;
	uint64_t *set;
	size_t i;

	if (e->op == OP_LOGIN && e->session.p != NULL)
		*(struct net *)cache_at(g->crowd->sessions, session_key(e)) =
		    g->net;
	for (i = 0; i < 3; i++) {
		set = cache_at(g->crowd->places, marks[i]);
		*set |= bit_of(e->who);
	}
	note_net(g, w);
	g->crowd->regions[region]++;
	if (e->at > w->regions[region].at) {
		w->regions[region].at = e->at;
		w->regions[region].near = g->net.near;
	}
}

static void
note_login(const struct fact *e, struct who *w)
{
	uint64_t device = who_device(e->agent);
	size_t i;

	w->logins += w->logins < UINT32_MAX;
	for (i = 0; i < WHO_DEVICES; i++)
		if (w->devices[i] == device)
			return;
	if (device != 0)
		w->devices[w->ndevices++ % WHO_DEVICES] = device;
}

static void
note_hour(const struct guard *g, struct who *w)
{
	int hour = g->local.tm_hour;

	if (g->day > w->day || w->days == 0) {
		w->day = g->day;
		w->days++;
		w->hours_today = 0;
	}
	/* what comes late by days tells no hour */
	if (g->day == w->day && (w->hours_today >> hour & 1) == 0) {
		w->hours_today |= 1u << hour;
		w->hours[hour] += w->hours[hour] < UINT8_MAX;
	}
}

void
crowd_note(struct guard *g, const struct fact *e)
{
	struct who *w;

	if (!is_active(e))
		return;
	w = cache_at(g->crowd->whos, e->who);
	if (w->days == 0)
		w->first = w->last = e->at;
	if (e->at > w->last)
		w->last = e->at;
	note_hour(g, w);
	if (e->op == OP_LOGIN)
		note_login(e, w);
	if (g->has_net)
		note_place(g, e, w);
}
