/* rows - events as a table, for people to read */
#ifndef AUDIT_ROWS_H
#define AUDIT_ROWS_H

#include <stdbool.h>

#include "db.h"
#include "filter.h"
#include "output.h"

/* live: rows show at once, and what comes later goes on below. */
struct rows *rows_new(bool live);
void rows_free(struct rows *); /* accepts NULL */

/* These return 0, or -1 with db_error() set. */

/* Ask for the user's time zone, in a transaction that has not set it yet. */
int rows_begin(struct rows *, struct db *);
const char *rows_zone(const struct rows *);
/* Print the events that match; where that is one, by its id, all of it. */
int rows_print(struct output *, struct db *, const struct filter *);
/* Print how many there are, for each combination of what to count by. With
 * parts, a JSON array, these are summed up instead; rows_count_part() writes
 * its elements, each followed by a comma. */
int rows_count(struct output *, struct db *, const struct filter *,
    const struct words *by, const char *parts);
int rows_count_part(struct output *, struct db *, const struct filter *,
    const struct words *by, FILE *parts);

#endif
