/* column - what a table of events has in its columns */
#ifndef AUDIT_EXPORT_COLUMN_H
#define AUDIT_EXPORT_COLUMN_H

#include <stdbool.h>

#include "report.h"

/* Names as --columns takes them, and as the head of a CSV file has them */
const char *column_names(void); /* with ", " between */

enum column_use {
	COLUMN_BOOK, /* a workbook */
	COLUMN_PAGE, /* a page */
	COLUMN_TEXT  /* CSV: a value as it is, NULL being no value */
};

struct columns;

/* The columns that names says, with commas between, or if it is NULL those that
 * this use has by default, that of the trail among them if events name it. rows
 * is not JOB_ROWS_DEFAULT. NULL: there is no column of a name, which *wrong
 * tells; free() that. */
struct columns *columns_new(enum column_use, enum job_rows rows,
    const char *names, const char *zone, bool trail, char **wrong);
void columns_free(struct columns *); /* accepts NULL */

/* The heads: for views, and as names. */
const struct view_column *columns_heads(const struct columns *, size_t *n);
const char *columns_name(const struct columns *, size_t i);

/* Begin an event, which has to last as long as its rows; then each of its rows
 * in turn: a row a changed field, of which there is one at least, or one in
 * all. Returns NULL after the last one; the cells are borrowed until the next
 * call. */
void columns_begin(struct columns *, const struct input *);
const struct cell *columns_row(struct columns *);

#endif
