/* rows - revisions as a table, for people to read */
#ifndef AUDIT_HISTORY_ROWS_H
#define AUDIT_HISTORY_ROWS_H

#include <stdio.h>

#include "print.h"
#include "state.h"

struct rows;

/* zone: the name of the user's time zone; related: several records' revisions
 * stand below each other; trails: of several trails. */
struct rows *rows_new(FILE *, const char *zone, bool related, bool trails);
void rows_add(struct rows *, const struct state *, const struct origin *);
/* One revision, whole: the event, and a line for each column. */
void rows_whole(struct rows *, const struct state *, const struct origin *);
void rows_free(struct rows *); /* accepts NULL; prints the rest */

#endif
