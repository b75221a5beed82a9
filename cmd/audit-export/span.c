/* span - how often something was done, from when to when */

#include "span.h"

struct span
span_once(int64_t at)
{
	return (struct span){ 1, at, at };
}

void
span_add(struct span *sum, const struct span *more)
{
	if (more->n == 0)
		return;
	if (sum->n == 0 || more->first < sum->first)
		sum->first = more->first;
	if (sum->n == 0 || more->last > sum->last)
		sum->last = more->last;
	sum->n += more->n;
}
