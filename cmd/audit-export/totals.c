/* totals - what was done by each of many: actors, tables, operations */

#include "totals.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "tally.h"

struct totals {
	struct tally *tally;
	size_t most;
	struct total *v; /* so many, among them the largest */
	size_t n;
	struct deeds others;
	uint64_t nothers;
	uint64_t least; /* of the largest; none with less is one of them */
};

struct totals *
totals_new(size_t memory, size_t most)
{
	struct totals *t = xcalloc(1, sizeof(*t));

	t->tally = tally_new(sizeof(struct deeds), deeds_add, memory);
	t->most = most;
	return t;
}

void
totals_free(struct totals *t)
{
	if (t == NULL)
		return;
	while (t->n > 0)
		free(t->v[--t->n].key);
	free(t->v);
	tally_free(t->tally);
	free(t);
}

const char *
totals_error(const struct totals *t)
{
	return t->tally == NULL ? NULL : tally_error(t->tally);
}

int
totals_note(struct totals *t, const char *key, size_t len, enum deed deed,
    int64_t at)
{
	struct deeds *d = tally_at(t->tally, key, len);

	if (d == NULL)
		return -1;
	deeds_note(d, deed, at);
	return 0;
}

static int
largest_first(const void *a, const void *b)
{
	const struct total *x = a, *y = b;
	size_t least = x->len < y->len ? x->len : y->len;
	int order;

	if (x->all != y->all)
		return x->all < y->all ? 1 : -1;
	order = memcmp(x->key, y->key, least);
	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

static void
leave_out(struct totals *t, const struct deeds *d)
{
	deeds_add(&t->others, d);
	t->nothers++;
}

/* Keep the largest, if there are more than are shown. */
static void
cut(struct totals *t)
{
	if (t->n > 1)
		qsort(t->v, t->n, sizeof(*t->v), largest_first);
	while (t->n > t->most) {
		leave_out(t, &t->v[--t->n].deeds);
		free(t->v[t->n].key);
		t->least = t->v[t->most - 1].all;
	}
}

static void
take(struct totals *t, const char *key, size_t len, const struct deeds *d)
{
	struct total *new;
	uint64_t all = deeds_all(d);

	/* of equals, the first ones are there already */
	if (all <= t->least) {
		leave_out(t, d);
		return;
	}
	new = &t->v[t->n++];
	new->key = xmalloc(len + 1);
	memcpy(new->key, key, len);
	new->key[len] = '\0';
	new->len = len;
	new->all = all;
	new->deeds = *d;
	if (t->n == 2 * t->most)
		cut(t);
}

int
totals_read(struct totals *t, struct totals_sums *sums,
    void (*seen)(void *, const char *, size_t), void *arg)
{
	const char *key;
	const void *counters;
	size_t len;
	int got;

	t->v = xreallocarray(NULL, 2 * t->most, sizeof(*t->v));
	while ((got = tally_next(t->tally, &key, &len, &counters)) == 1) {
		take(t, key, len, counters);
		if (seen != NULL)
			seen(arg, key, len);
	}
	if (got == -1)
		return -1;
	cut(t);
	tally_free(t->tally); /* its memory is needed no more */
	t->tally = NULL;
	*sums = (struct totals_sums){ t->v, t->n, t->others, t->nothers };
	return 0;
}
