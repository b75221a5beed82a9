/* rows - rows of leaves, so that the leaf with the smallest id is at hand */

#include "rows.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

static int
by_id(const void *a, const void *b)
{
	return memcmp(a, b, 16);
}

struct rows_row *
rows_make(const uint8_t *leaves, size_t len, bool *ordered)
{
	struct rows_row *row = xcalloc(1, sizeof(*row) + len);
	size_t i, n = len / ROWS_LEAF;

	memcpy(row->leaves, leaves, len);
	row->at = row->leaves;
	row->end = row->leaves + len;
	*ordered = true;
	for (i = 1; i < n && *ordered; i++)
		*ordered = memcmp(row->at + (i - 1) * ROWS_LEAF,
			       row->at + i * ROWS_LEAF, 16) < 0;
	if (!*ordered)
		qsort(row->leaves, n, ROWS_LEAF, by_id);
	return row;
}

static void
drop(struct rows_row *row)
{
	free(row->claims);
	free(row);
}

static bool
is_before(const struct rows_row *a, const struct rows_row *b)
{
	return memcmp(a->at, b->at, 16) < 0;
}

void
rows_put(struct rows *r, struct rows_row *row)
{
	size_t i = r->n++, parent;

	if (r->n > r->size) {
		r->size = r->size == 0 ? 64 : r->size * 2;
		r->heap =
		    xreallocarray(r->heap, r->size, sizeof(struct rows_row *));
	}
	for (; i > 0; i = parent) {
		parent = (i - 1) / 2;
		if (!is_before(row, r->heap[parent]))
			break;
		r->heap[i] = r->heap[parent];
	}
	r->heap[i] = row;
}

static void
sink(struct rows *r)
{
	struct rows_row **heap = r->heap, *row = heap[0];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < r->n) {
		if (child + 1 < r->n && is_before(heap[child + 1], heap[child]))
			child++;
		if (!is_before(heap[child], row))
			break;
		heap[i] = heap[child];
		i = child;
	}
	heap[i] = row;
}

bool
rows_next(struct rows *r)
{
	struct rows_row *row = r->heap[0];

	row->at += ROWS_LEAF;
	if (row->at < row->end) {
		sink(r);
		return false;
	}
	drop(row);
	r->heap[0] = r->heap[--r->n];
	if (r->n > 0)
		sink(r);
	return true;
}

void
rows_free(struct rows *r)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		drop(r->heap[i]);
	free(r->heap);
	*r = (struct rows){ NULL, 0, 0 };
}
