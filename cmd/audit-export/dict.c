/* dict - what has been written before, and where */

#include "dict.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

#define SHORT 6 /* bytes that are written again rather than their number */

struct word {
	const char *p; /* NULL: nothing is here */
	size_t len, nth;
};

struct dict {
	struct word *v; /* found by their hash, or behind it */
	size_t n, size; /* a power of two, and never full */
	size_t written;
};

struct dict *
dict_new(void)
{
	struct dict *d = xcalloc(1, sizeof(*d));

	d->size = 1024;
	d->v = xcalloc(d->size, sizeof(*d->v));
	return d;
}

void
dict_free(struct dict *d)
{
	if (d != NULL)
		free(d->v);
	free(d);
}

/* FNV-1a */
static size_t
hash(const char *p, size_t len)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; len > 0; len--)
		h = (h ^ (unsigned char)*p++) * UINT64_C(1099511628211);
	return (size_t)(h ^ h >> 32);
}

static struct word *
place(const struct dict *d, const char *p, size_t len)
{
	size_t i = hash(p, len) & (d->size - 1);

	while (d->v[i].p != NULL &&
	    (d->v[i].len != len || memcmp(d->v[i].p, p, len) != 0))
		i = (i + 1) & (d->size - 1);
	return &d->v[i];
}

static void
grow(struct dict *d)
{
	struct word *old = d->v;
	size_t i, n = d->size;

	d->size *= 2;
	d->v = xcalloc(d->size, sizeof(*d->v));
	for (i = 0; i < n; i++)
		if (old[i].p != NULL)
			*place(d, old[i].p, old[i].len) = old[i];
	free(old);
}

bool
dict_find(struct dict *d, const char *p, size_t len, size_t *nth)
{
	struct word *w;

	if (len <= SHORT) {
		d->written++;
		return false;
	}
	w = place(d, p, len);
	if (w->p != NULL) {
		*nth = w->nth;
		return true;
	}
	*w = (struct word){ p, len, d->written++ };
	if (2 * ++d->n > d->size)
		grow(d);
	return false;
}
