/* kept - the rows of a table that there are too many of */

#include "kept.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "brief.h"
#include "heap.h"
#include "mem.h"

#define KEPT_COLUMNS 32 /* of a table */

struct row {
	int64_t rank;
	uint64_t order;	    /* larger is larger where the ranks are alike */
	struct cell *cells; /* behind them their texts */
	size_t size;
};

struct kept {
	enum kept_order by;
	size_t ncols, most, n;
	struct row *rows; /* a heap, the smallest one on top */
	uint64_t seen;
	bool sorted;
};

struct kept *
kept_new(enum kept_order by, size_t ncols, size_t most)
{
	struct kept *k = xcalloc(1, sizeof(*k));

	k->by = by;
	k->ncols = ncols;
	k->most = most;
	return k;
}

void
kept_free(struct kept *k)
{
	size_t i;

	if (k == NULL)
		return;
	for (i = 0; i < k->n; i++)
		free(k->rows[i].cells);
	free(k->rows);
	free(k);
}

uint64_t
kept_rows(const struct kept *k)
{
	return k->seen;
}

static int
compare(const void *x, const void *y)
{
	const struct row *a = x, *b = y;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

static void
fill(struct row *r, const struct cell *cells, size_t n)
{
	size_t i, size = n * sizeof(*cells);
	char *p;

	for (i = 0; i < n; i++)
		size += cells[i].text == NULL ? 0 : cells[i].len;
	if (r->cells == NULL || size > r->size) {
		free(r->cells);
		r->cells = xmalloc(size);
		r->size = size;
	}
	memcpy(r->cells, cells, n * sizeof(*cells));
	p = (char *)(r->cells + n);
	for (i = 0; i < n; i++) {
		if (cells[i].text == NULL)
			continue;
		memcpy(p, cells[i].text, cells[i].len);
		r->cells[i].text = p;
		p += cells[i].len;
	}
}

void
kept_put(struct kept *k, int64_t rank, const struct cell *cells)
{
	struct row r = { .rank = rank };

	r.order = k->by == KEPT_NEWEST ? k->seen : UINT64_MAX - k->seen;
	k->seen++;
	if (k->n < k->most) {
		if ((k->n & (k->n - 1)) == 0)
			k->rows = xreallocarray(k->rows,
			    k->n == 0 ? 1 : 2 * k->n, sizeof(*k->rows));
		fill(&r, cells, k->ncols);
		k->rows[k->n++] = r;
		heap_rise(k->rows, k->n, sizeof(r), compare);
		return;
	}
	if (k->n == 0 || compare(&r, &k->rows[0]) < 0)
		return;
	r.cells = k->rows[0].cells; /* its room is used again */
	r.size = k->rows[0].size;
	fill(&r, cells, k->ncols);
	k->rows[0] = r;
	heap_sink(k->rows, k->n, sizeof(r), 0, compare);
}

static int
largest_first(const void *a, const void *b)
{
	return compare(b, a);
}

const struct cell *
kept_row(struct kept *k, size_t i)
{
	if (!k->sorted && k->n > 0)
		qsort(k->rows, k->n, sizeof(*k->rows), largest_first);
	k->sorted = true;
	return i < k->n ? k->rows[i].cells : NULL;
}

/* Which columns have a name, and something to say in any row */
static size_t
choose(const struct kept *k, const struct view_column *columns,
    size_t chosen[static KEPT_COLUMNS])
{
	size_t i, column, n = 0;

	for (column = 0; column < k->ncols && n < KEPT_COLUMNS; column++) {
		for (i = 0;
		     i < k->n && k->rows[i].cells[column].kind == CELL_NONE;
		     i++)
			;
		if (i < k->n && columns[column].name != NULL)
			chosen[n++] = column;
	}
	return n;
}

static void
put_left_out(const struct kept *k, struct view *v, const char *of)
{
	char *text;

	if (k->seen == k->n)
		return;
	text = xasprintf(k->by == KEPT_NEWEST
		? "The newest %zu of %" PRIu64 " %s are listed."
		: "The %zu largest of %" PRIu64 " %s are listed.",
	    k->n, k->seen, of);
	view_text(v, text);
	free(text);
}

void
kept_table(struct kept *k, struct view *v, const char *title,
    const struct view_column *columns, const char *of)
{
	struct view_column heads[KEPT_COLUMNS];
	struct cell cells[KEPT_COLUMNS];
	size_t i, j, chosen[KEPT_COLUMNS], n = choose(k, columns, chosen);
	const struct cell *row;

	if (k->n == 0)
		return;
	for (j = 0; j < n; j++)
		heads[j] = columns[chosen[j]];
	put_left_out(k, v, of);
	view_table(v, VIEW_SHORT, title, heads, n);
	for (i = 0; (row = kept_row(k, i)) != NULL; i++) {
		for (j = 0; j < n; j++)
			cells[j] = row[chosen[j]];
		view_row(v, cells);
	}
	view_table_end(v);
}

void
kept_chart(struct kept *k, struct view *v, struct chart chart,
    const struct kept_bars *bars)
{
	size_t i, s, n = k->n < bars->most ? k->n : bars->most;
	const struct cell *row;
	char **names;
	double *values;

	if (n < bars->least)
		return;
	names = xcalloc(n, sizeof(*names));
	values = xcalloc(n * chart.nseries, sizeof(*values));
	for (i = 0; i < n; i++) {
		row = kept_row(k, i);
		names[i] = brief_copy(&row[bars->name]);
		for (s = 0; s < chart.nseries; s++)
			values[s * n + i] = (double)row[bars->counts[s]].n;
	}
	chart.ncats = n;
	chart.cats = (const char *const *)names;
	chart.v = values;
	view_chart(v, &chart);
	for (i = 0; i < n; i++)
		free(names[i]);
	free(names);
	free(values);
}
