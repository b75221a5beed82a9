/* event - one line of the trail: its columns, its JSON line */
#ifndef AUDIT_EVENT_H
#define AUDIT_EVENT_H

#include <stdbool.h>
#include <stdio.h>

#include "db.h"

/* Write an event as a JSON line, its keys in the contract's order. The columns
 * are those of lib/sql/events.sql, in binary; the time is UTC. exact: numbers
 * that a double does not hold become strings, in key, old and new.
 * Returns 0; -1 if these columns are no event: then nothing was written. */
int event_write(FILE *, int ncols, const struct db_field cols[], bool exact);

#define EVENT_ID 37 /* an id as text, with its dashes and its end */

/* The text of an event's id, its first column. */
void event_id(const struct db_field *, char text[static EVENT_ID]);

#endif
