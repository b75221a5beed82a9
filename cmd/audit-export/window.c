/* window - what was entered within the last hour, in memory that does not grow
 */

#include "window.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* An entry has its place in one of these sets, so that what somebody may have
 * chosen to meet in one is slow for nobody. 4 MB, if all are used. */
#define SETS 16384
#define WAYS 8

struct window {
	int64_t span, newest;
	uint64_t lost;
	struct window_entry sets[SETS][WAYS];
};

struct window *
window_new(int64_t span)
{
	struct window *w = xcalloc(1, sizeof(*w));

	w->span = span;
	w->newest = INT64_MIN;
	return w;
}

void
window_free(struct window *w)
{
	free(w);
}

uint64_t
window_lost(const struct window *w)
{
	return w->lost;
}

/* The year may have 6 digits: the difference need not fit with its sign. */
static bool
is_near(const struct window *w, int64_t a, int64_t b)
{
	uint64_t apart =
	    a < b ? (uint64_t)b - (uint64_t)a : (uint64_t)a - (uint64_t)b;

	return apart <= (uint64_t)w->span;
}

struct window_entry *
window_find(struct window *w, uint64_t hash, int64_t at)
{
	struct window_entry *set = w->sets[hash % SETS];
	size_t i;

	for (i = 0; i < WAYS; i++)
		if (set[i].hash == hash && is_near(w, set[i].at, at))
			return &set[i];
	return NULL;
}

void
window_put(struct window *w, const struct window_entry *e)
{
	struct window_entry *set = w->sets[e->hash % SETS], *oldest = set;
	size_t i;

	if (e->at > w->newest)
		w->newest = e->at;
	for (i = 0; i < WAYS; i++) {
		if (set[i].hash == 0 || set[i].hash == e->hash) {
			oldest = &set[i];
			break;
		}
		if (set[i].at < oldest->at)
			oldest = &set[i];
	}
	if (oldest->hash != 0 && oldest->hash != e->hash &&
	    is_near(w, oldest->at, w->newest))
		w->lost++;
	*oldest = *e;
}
