/* window - how many in the last so much time, by the time of events
 *
 * It moves on in twelfths of its length. An event that is late by less counts
 * where it belongs; one that is older counts nowhere, and nothing goes back. */
#ifndef AUDIT_WATCH_WINDOW_H
#define AUDIT_WATCH_WINDOW_H

#include <stdint.h>

#define WINDOW_PARTS 12

struct window {		/* starts as zeros */
	int64_t newest; /* the part that comes last, counted from 2000 */
	uint32_t part[WINDOW_PARTS];
};

/* Count n at this time and return the sum of all; length and time in
 * microseconds. n 0 only looks. */
uint64_t window_add(struct window *, int64_t length, int64_t at, uint64_t n);

#endif
