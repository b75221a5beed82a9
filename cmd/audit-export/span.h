/* span - how often something was done, from when to when */
#ifndef AUDIT_EXPORT_SPAN_H
#define AUDIT_EXPORT_SPAN_H

#include <stdint.h>

struct span { /* starts as zeros */
	uint64_t n;
	int64_t first, last; /* µs since 2000-01-01 UTC; unless n is 0 */
};

/* Once, at that time */
struct span span_once(int64_t at);
void span_add(struct span *sum, const struct span *more);

#endif
