/* leaves-open - the seals whose leaves come by, and their trees */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "leaves-state.h"
#include "mem.h"

void
open_free(struct open *o)
{
	free(o->months);
	free(o->own);
	free(o);
}

/* Where it is, or would be */
static size_t
place_of(const struct leaves *c, uint64_t no)
{
	size_t lo = 0, hi = c->nopen, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (c->open[mid]->no < no)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct open *
open_find(const struct leaves *c, uint64_t no)
{
	size_t i = place_of(c, no);

	return i < c->nopen && c->open[i]->no == no ? c->open[i] : NULL;
}

static void
set_limits(struct open *o, const struct seal *s, const struct seal *before)
{
	if (before == NULL)
		return;
	o->has_before = true;
	o->before_at = before->at;
	o->before_next = before->next;
	o->ranged = before->system == s->system;
	o->from = s->from;
	o->to = s->to;
}

void
leaves_seal(struct leaves *c, const struct seal *s, const struct seal *before)
{
	struct open *o;

	if (s->nmonths == 0)
		return;
	o = xcalloc(1, sizeof(*o));
	o->no = s->no;
	o->events = s->events;
	o->nmonths = s->nmonths;
	o->months = xreallocarray(NULL, s->nmonths, sizeof(*o->months));
	memcpy(o->months, s->months, s->nmonths * sizeof(*o->months));
	set_limits(o, s, before);
	if (c->nopen == c->open_size) {
		c->open_size = c->open_size == 0 ? 64 : c->open_size * 2;
		c->open =
		    xreallocarray(c->open, c->open_size, sizeof(struct open *));
	}
	/* their numbers only grow */
	c->open[c->nopen++] = o;
}

static bool
gives(struct leaves *c, const struct merkle *m, const struct seal_month *month)
{
	uint8_t root[DIGEST_LEN];

	if (m->size != month->events)
		return false;
	merkle_root(m, c->digest, root);
	return memcmp(root, month->root, DIGEST_LEN) == 0;
}

static void
end_month(struct leaves *c, struct open *o)
{
	const struct seal_month *m = &o->months[o->month++];
	bool stored = gives(c, &o->leaves, m), own = stored;

	if (c->begin.partial && o->leaves.size == 0 && o->own == NULL)
		return; /* nothing is said of this month */
	if (o->own != NULL)
		own = gives(c, o->own, m);
	if (!stored) {
		blame_leaves(c->blame, o->no, m->month, own);
		finding_put(c->findings, "leaves", FINDING_SEAL(o->no),
		    "seal %" PRIu64 ": of the leaves of %s, %" PRIu64
		    " are stored and %" PRIu64 " were sealed, and they do not "
		    "give their root%s",
		    o->no, m->month, o->leaves.size, m->events,
		    own ? ": the events do" : "");
	} else if (o->disorder)
		finding_put(c->findings, "leaves", FINDING_SEAL(o->no),
		    "seal %" PRIu64 ": the leaves of %s are stored in "
		    "disorder",
		    o->no, m->month);
	o->leaves.size = 0;
	free(o->own);
	o->own = NULL;
	o->disorder = false;
}

void
open_to_month(struct leaves *c, struct open *o, size_t month)
{
	while (o->month < month)
		end_month(c, o);
}

void
open_close(struct leaves *c, struct open *o)
{
	size_t i = place_of(c, o->no);

	open_to_month(c, o, o->nmonths);
	c->nopen--;
	memmove(c->open + i, c->open + i + 1,
	    (c->nopen - i) * sizeof(struct open *));
	open_free(o);
}

uint64_t
leaves_events(const struct leaves *c)
{
	return c->sealed;
}

uint64_t
leaves_unsealed(const struct leaves *c)
{
	return c->unsealed;
}

uint64_t
leaves_absent(const struct leaves *c)
{
	return c->absent;
}
