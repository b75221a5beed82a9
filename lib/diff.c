/* diff - what two lists have in common, and how two texts differ */

#include "diff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

#define MAX_EDITS 1000 /* what is kept of the way grows with its square */

static void
add_run(struct diff *d, char kind, size_t from, size_t len)
{
	struct diff_run *last = d->n > 0 ? &d->v[d->n - 1] : NULL;

	if (len == 0)
		return;
	if (last != NULL && last->kind == kind &&
	    last->from + last->len == from) {
		last->len += len;
		return;
	}
	d->v = xreallocarray(d->v, d->n + 1, sizeof(*d->v));
	d->v[d->n++] = (struct diff_run){ kind, from, len };
}

/* How far the way with so many edits gets on each diagonal x - y */
struct ways {
	const size_t *a, *b;
	long na, nb, edits;
	long *reach[MAX_EDITS + 1]; /* of 0 to edits edits */
};

static long *
diagonal(const struct ways *w, long edits, long k)
{
	return &w->reach[edits][k + edits];
}

/* Where the way to diagonal k, with so many edits, leaves the one before it */
static long
step(const struct ways *w, long edits, long k, bool *down)
{
	*down = k == -edits ||
	    (k != edits &&
		*diagonal(w, edits - 1, k - 1) <
		    *diagonal(w, edits - 1, k + 1));
	return *down ? *diagonal(w, edits - 1, k + 1)
		     : *diagonal(w, edits - 1, k - 1) + 1;
}

/* Whether there is a way with so many edits to the end of both */
static bool
reaches(struct ways *w, long edits)
{
	long k, x;
	bool down;

	w->edits = edits;
	w->reach[edits] =
	    xreallocarray(NULL, (size_t)(2 * edits + 1), sizeof(long));
	for (k = -edits; k <= edits; k += 2) {
		x = edits == 0 ? 0 : step(w, edits, k, &down);
		while (x < w->na && x - k < w->nb && x - k >= 0 &&
		    w->a[x] == w->b[x - k])
			x++;
		*diagonal(w, edits, k) = x;
		if (k == w->na - w->nb && x >= w->na)
			return true;
	}
	return false;
}

/* The edits of the way found, last one first: positive is an element of a
 * that goes, counted from 1; negative is one of b that comes. */
static void
trace(const struct ways *w, long edits[])
{
	long k = w->na - w->nb, d, x;
	bool down;

	for (d = w->edits; d > 0; d--) {
		x = step(w, d, k, &down);
		edits[d - 1] = down ? -(x - k) : x;
		k += down ? 1 : -1;
	}
}

static void
add_runs(struct diff *d, const struct ways *w, size_t skipped)
{
	long edits[MAX_EDITS], i, x = 0, y = 0, to;

	trace(w, edits);
	for (i = 0; i < w->edits; i++) {
		/* how many both have before it */
		to = edits[i] > 0 ? edits[i] - 1 - x : -edits[i] - 1 - y;
		add_run(d, '=', (size_t)x + skipped, (size_t)to);
		x += to;
		y += to;
		if (edits[i] > 0)
			add_run(d, '-', (size_t)x++ + skipped, 1);
		else
			add_run(d, '+', (size_t)y++ + skipped, 1);
	}
	add_run(d, '=', (size_t)x + skipped, (size_t)(w->na - x));
}

void
diff_lists(struct diff *d, const size_t a[], size_t na, const size_t b[],
    size_t nb)
{
	struct ways w;
	size_t same = 0, end = 0;
	long edits = 0;
	bool found;

	*d = (struct diff){ NULL, 0 };
	while (same < na && same < nb && a[same] == b[same])
		same++;
	while (end < na - same && end < nb - same &&
	    a[na - end - 1] == b[nb - end - 1])
		end++;
	add_run(d, '=', 0, same);
	w.a = a + same;
	w.b = b + same;
	w.na = (long)(na - same - end);
	w.nb = (long)(nb - same - end);
	while (!(found = reaches(&w, edits)) && edits < MAX_EDITS)
		edits++;
	if (found)
		add_runs(d, &w, same);
	else {
		add_run(d, '-', same, (size_t)w.na);
		add_run(d, '+', same, (size_t)w.nb);
	}
	add_run(d, '=', na - end, end);
	for (; edits >= 0; edits--)
		free(w.reach[edits]);
}

void
diff_free(struct diff *d)
{
	free(d->v);
}
