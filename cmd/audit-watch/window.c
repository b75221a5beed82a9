/* window - how many in the last so much time, by the time of events */

#include "window.h"

#include <string.h>

uint64_t
window_add(struct window *w, int64_t length, int64_t at, uint64_t n)
{
	int64_t width = length / WINDOW_PARTS, now, i;
	uint64_t sum = 0;
	uint32_t *part;

	now = at / width - (at % width < 0);
	if (w->newest == 0 || now - w->newest >= WINDOW_PARTS) {
		memset(w->part, 0, sizeof(w->part));
		w->newest = now;
	}
	for (; w->newest < now; w->newest++)
		w->part[((uint64_t)w->newest + 1) % WINDOW_PARTS] = 0;
	if (w->newest - now < WINDOW_PARTS) {
		part = &w->part[(uint64_t)now % WINDOW_PARTS];
		*part =
		    n > UINT32_MAX - *part ? UINT32_MAX : *part + (uint32_t)n;
	}
	for (i = 0; i < WINDOW_PARTS; i++)
		sum += w->part[i];
	return sum;
}
