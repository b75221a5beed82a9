/* intern - numbers for texts, the same for the same bytes */

#include "intern.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "mem.h"

struct text {
	const char *p; /* NULL: this place is free */
	size_t len, number;
};

struct intern {
	struct text *v; /* by their hashes, never more than half full */
	size_t size, n;
};

struct intern *
intern_new(void)
{
	struct intern *t = xcalloc(1, sizeof(*t));

	t->size = 256;
	t->v = xcalloc(t->size, sizeof(*t->v));
	return t;
}

void
intern_free(struct intern *t)
{
	if (t != NULL)
		free(t->v);
	free(t);
}

/* The place of a text, or the free one where it belongs */
static struct text *
place(const struct intern *t, const char *p, size_t len)
{
	size_t i = hash_bytes(0, p, len) & (t->size - 1);

	while (t->v[i].p != NULL &&
	    (t->v[i].len != len || memcmp(t->v[i].p, p, len) != 0))
		i = (i + 1) & (t->size - 1);
	return &t->v[i];
}

static void
grow(struct intern *t)
{
	struct text *old = t->v;
	size_t i, n = t->size;

	t->size *= 2;
	t->v = xcalloc(t->size, sizeof(*t->v));
	for (i = 0; i < n; i++)
		if (old[i].p != NULL)
			*place(t, old[i].p, old[i].len) = old[i];
	free(old);
}

size_t
intern_number(struct intern *t, const char *p, size_t len)
{
	struct text *at = place(t, p, len);

	if (at->p != NULL)
		return at->number;
	if (2 * t->n >= t->size) {
		grow(t);
		at = place(t, p, len);
	}
	*at = (struct text){ p, len, t->n };
	return t->n++;
}

size_t
intern_count(const struct intern *t)
{
	return t->n;
}
