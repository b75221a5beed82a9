/* csv - rows of cells as RFC 4180 has them */
#ifndef AUDIT_EXPORT_CSV_H
#define AUDIT_EXPORT_CSV_H

#include <stdbool.h>
#include <stdio.h>

#include "column.h"

/* The head: the columns' names. */
void csv_head(FILE *, const struct columns *);
/* A row. No value is an empty field, a text of no letters is "". safe: what a
 * spreadsheet would take for a formula begins with an apostrophe. exact:
 * numbers are as they are in any case, but in objects they become strings. A
 * failed write shows in the stream. */
void csv_row(FILE *, const struct cell *, size_t n, bool safe, bool exact);

#endif
