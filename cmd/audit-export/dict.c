/* dict - what has been written before, and where */

#include "dict.h"

#include <stdlib.h>

#include "intern.h"
#include "mem.h"

#define SHORT 6 /* bytes that are written again rather than their number */

struct dict {
	struct intern *texts;
	size_t *nth; /* of each of them, by its number */
	size_t size, written;
};

struct dict *
dict_new(void)
{
	struct dict *d = xcalloc(1, sizeof(*d));

	d->texts = intern_new();
	return d;
}

void
dict_free(struct dict *d)
{
	if (d == NULL)
		return;
	intern_free(d->texts);
	free(d->nth);
	free(d);
}

bool
dict_find(struct dict *d, const char *p, size_t len, size_t *nth)
{
	size_t n = intern_count(d->texts), number;

	if (len <= SHORT) {
		d->written++;
		return false;
	}
	number = intern_number(d->texts, p, len);
	if (number < n) {
		*nth = d->nth[number];
		return true;
	}
	if (n == d->size) {
		d->size = n == 0 ? 1024 : 2 * n;
		d->nth = xreallocarray(d->nth, d->size, sizeof(*d->nth));
	}
	d->nth[n] = d->written++;
	return false;
}
