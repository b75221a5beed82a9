/* network - an actor where he has never been, or in two places at once */

#include "guard.h"

/* Whether he was ever in this part of the world, as far as is known */
static bool
knows_region(const struct guard *g, enum region region)
{
	int i;

	for (i = REGION_HOME; i < REGIONS; i++)
		if (g->who->regions[i].at != 0 &&
		    crowd_region(g, (enum region)i) == region)
			return true;
	return false;
}

/* Colleagues come from there, too: an office, a way in for those outside */
static bool
is_others(const struct guard *g, const struct fact *e, uint64_t mark)
{
	return crowd_others(g, mark, e->who) >=
	    guard_number(g, P_NEW_NETWORK, NETWORK_OTHERS);
}

/* Whether he is somewhere else at the same time */
static bool
is_elsewhere(const struct guard *g, const struct fact *e)
{
	int64_t window = guard_number(g, P_FAR_NETWORKS, FAR_WINDOW), apart;
	int i;

	for (i = 0; i < REGIONS; i++) {
		apart = e->at - g->who->regions[i].at;
		if (g->who->regions[i].at != 0 && apart <= window &&
		    -apart <= window)
			return true;
	}
	return false;
}

/* Whether it may be his own device, at home or on the way */
static bool
is_known_device(const struct guard *g, const struct fact *e)
{
	uint64_t device = who_device(e->agent);
	size_t i;

	for (i = 0; i < WHO_DEVICES; i++)
		if (device != 0 && g->who->devices[i] == device)
			return true;
	return false;
}

/* Who moves about is in new networks all the time; another continent is
 * another matter. */
static void
watch_new(struct guard *g, const struct fact *e)
{
	const enum pattern p = P_NEW_NETWORK;
	const struct who *w = g->who;
	struct alarm a = { .pattern = p,
		.key = e->who,
		.count = 1,
		.add = 1,
		.addr = true };
	enum region region = crowd_region(g, g->net.region);
	bool far, near, elsewhere;

	if (g->learning || e->known == 1 || who_wides(w) == 0 ||
	    who_near(w, g->net.near) != NULL ||
	    who_wide(w, g->net.wide) != NULL || is_others(g, e, g->net.near) ||
	    is_others(g, e, g->net.wide))
		return;
	far = region > REGION_HOME && !knows_region(g, region);
	near = (int64_t)who_wides(w) >= guard_number(g, p, NETWORK_MOVING) ||
	    w->days < 3 * guard_number(g, p, NETWORK_DAYS) ||
	    is_known_device(g, e);
	elsewhere = is_elsewhere(g, e);
	if (w->days < guard_number(g, p, NETWORK_DAYS) ||
	    (near && !far && !elsewhere) || !config_wants(g->config, p, e) ||
	    !alarm_due(g, e, &a))
		return;
	alarm_give(g, e, &a, "%s came from a new network: %s%s%s%s%s",
	    name_who(e), name_of(e->addr), far ? ", by its number in " : "",
	    far ? region_names[region] : "",
	    elsewhere ? ", and was elsewhere within " : "",
	    elsewhere ? name_span(guard_number(g, P_FAR_NETWORKS, FAR_WINDOW))
		      : "");
}

/* Whether a network is one of his, or of the house */
static bool
is_usual(const struct guard *g, const struct fact *e, uint64_t near)
{
	const struct who_net *n = who_near(g->who, near);

	return is_others(g, e, near) ||
	    (n != NULL && n->days >= guard_number(g, P_FAR_NETWORKS, FAR_DAYS));
}

static void
watch_far(struct guard *g, const struct fact *e)
{
	const enum pattern p = P_FAR_NETWORKS;
	int64_t window = guard_number(g, p, FAR_WINDOW), apart;
	enum region here = crowd_region(g, g->net.region), there;
	struct alarm a = { .pattern = p,
		.key = e->who,
		.count = 2,
		.add = 1,
		.op = e->op,
		.like = LIKE_WHO,
		.within = window,
		.addr = true };
	int i;

	if (g->learning || here <= REGION_HOME)
		return;
	for (i = REGION_HOME; i < REGIONS; i++) {
		apart = e->at - g->who->regions[i].at;
		there = crowd_region(g, (enum region)i);
		if (g->who->regions[i].at == 0 || there <= REGION_HOME ||
		    there == here || apart > window || -apart > window ||
		    (is_usual(g, e, g->net.near) &&
			is_usual(g, e, g->who->regions[i].near)) ||
		    !config_wants(g->config, p, e) || !alarm_due(g, e, &a))
			continue;
		alarm_give(g, e, &a,
		    "%s came from %s, by its number in %s, and within %s from "
		    "%s",
		    name_who(e), name_of(e->addr), region_names[here],
		    name_span(window), region_names[there]);
		return;
	}
}

static void
network_event(struct guard *g, void *state, const struct fact *e)
{
	(void)state;
	if (!g->has_net || g->who == NULL || e->op == OP_LOGIN_FAILED)
		return;
	watch_new(g, e);
	watch_far(g, e);
}

const struct detector detector_network = { .event = network_event };
