/* kept - the rows of a table that there are too many of: the largest ones, or
 * the newest, until the table is written */
#ifndef AUDIT_EXPORT_KEPT_H
#define AUDIT_EXPORT_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "view.h"

struct kept;

/* Of rows that rank alike, the first one is the largest and the last one the
 * newest. */
enum kept_order { KEPT_LARGEST, KEPT_NEWEST };

struct kept *kept_new(enum kept_order, size_t ncols, size_t most);
void kept_free(struct kept *); /* accepts NULL */

/* Count a row, and keep a copy if it is among the most. */
void kept_put(struct kept *, int64_t rank, const struct cell *);
/* How many rows there were */
uint64_t kept_rows(const struct kept *);

/* Write them as a table, the largest or newest first, without the columns that
 * have no name or in which no row has anything; above it how many are left out,
 * called of: "accesses". Nothing, if there were none. */
void kept_table(struct kept *, struct view *, const char *title,
    const struct view_column *, const char *of);

/* Which rows of a table are drawn as bars, and what of them */
struct kept_bars {
	size_t least, most;   /* rows: fewer are not drawn, nor are more */
	size_t name;	      /* the column that says what a bar is of */
	const size_t *counts; /* the columns of the chart's series */
};
/* Draw the largest or newest rows; the chart lacks nothing else. */
void kept_chart(struct kept *, struct view *, struct chart,
    const struct kept_bars *);

/* The row at this place of that order, NULL behind the last one; borrowed. */
const struct cell *kept_row(struct kept *, size_t i);

#endif
