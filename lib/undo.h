/* undo - the SQL script that undoes events
 *
 * Each record is looked at before it is changed: if it is not as the event left
 * it, the script raises and has done nothing. */
#ifndef AUDIT_UNDO_H
#define AUDIT_UNDO_H

#include <stdio.h>

#include "db.h"
#include "event.h"
#include "words.h"

struct undo;

struct undo *undo_new(void);   /* NULL, with errno: no temporary file */
void undo_free(struct undo *); /* accepts NULL */

/* Take the event that this line holds, the number-th of the input. Events may
 * come in any order; one that came before counts once. Returns 0, or -1 with
 * errno, or 1 where it can never be undone: then each reason is added to why,
 * fit for a terminal. */
int undo_add(struct undo *, const char *line, size_t len, const struct event *,
    size_t number, struct words *why);

/* What the script says that it undoes, in its head and in audit.reason; without
 * it, how many changes of which transactions. Keeps a copy fit for a terminal.
 */
void undo_describe(struct undo *, const char *what);

/* Write the script, newest event first. With a connection, which is to be in a
 * read-only transaction, each statement is written out as its catalog makes
 * it; db may be NULL. Returns 0, or -1 with errno or db_error(), or 1 where an
 * event does not fit its table any more: then each reason is added to why, and
 * nothing has been written. */
int undo_write(struct undo *, FILE *, struct db *, struct words *why);

#endif
