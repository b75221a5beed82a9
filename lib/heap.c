/* heap - an array whose first element is its least one */

#include "heap.h"

static char *
at(void *base, size_t size, size_t i)
{
	return (char *)base + size * i;
}

static void
swap(char *a, char *b, size_t size)
{
	char was;

	for (; size > 0; size--) {
		was = *a;
		*a++ = *b;
		*b++ = was;
	}
}

void
heap_rise(void *base, size_t n, size_t size,
    int (*compare)(const void *, const void *))
{
	size_t i, up;

	for (i = n - 1; i > 0; i = up) {
		up = (i - 1) / 2;
		if (compare(at(base, size, up), at(base, size, i)) <= 0)
			return;
		swap(at(base, size, up), at(base, size, i), size);
	}
}

void
heap_sink(void *base, size_t n, size_t size, size_t i,
    int (*compare)(const void *, const void *))
{
	size_t down;

	for (; (down = 2 * i + 1) < n; i = down) {
		if (down + 1 < n &&
		    compare(at(base, size, down + 1), at(base, size, down)) < 0)
			down++;
		if (compare(at(base, size, i), at(base, size, down)) <= 0)
			return;
		swap(at(base, size, i), at(base, size, down), size);
	}
}
