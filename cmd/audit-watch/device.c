/* device - a login with a device that the actor has never used */

#include "guard.h"

static bool
is_new(const struct who *w, uint64_t device)
{
	size_t i;

	for (i = 0; i < WHO_DEVICES; i++)
		if (w->devices[i] == device)
			return false;
	return true;
}

/* The server says whether it knows the device; it remembers for longer. */
static void
device_event(struct guard *g, void *state, const struct fact *e)
{
	struct alarm a = { .pattern = P_NEW_DEVICE,
		.key = e->who,
		.count = 1,
		.add = 1,
		.addr = true };
	uint64_t device;

	(void)state;
	if (e->op != OP_LOGIN || g->who == NULL || g->learning ||
	    e->known == 1 || (device = who_device(e->agent)) == 0 ||
	    g->who->ndevices == 0 ||
	    g->who->logins < guard_number(g, P_NEW_DEVICE, DEVICE_LOGINS) ||
	    !is_new(g->who, device) || !config_wants(g->config, a.pattern, e))
		return;
	if (alarm_due(g, e, &a))
		alarm_give(g, e, &a,
		    "%s logged in with a new device from %s: %s", name_who(e),
		    name_of(e->addr), name_of(e->agent));
}

const struct detector detector_device = { .event = device_event };
