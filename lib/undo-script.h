/* undo-script - what a script that undoes events is made of
 *
 * Whoever reads it before running it finds what is done at its end, line by
 * line, and at its head where that begins. It brings its functions along, see
 * lib/sql/undo-tables.sql, and takes what it needs to know of tables from
 * pg_catalog when it runs. */
#ifndef AUDIT_UNDO_SCRIPT_H
#define AUDIT_UNDO_SCRIPT_H

#include <stdio.h>

#include "event.h"
#include "undo-change.h"

/* What it undoes, fit for a terminal; when the first and the last of that
 * happened, or NULL for both. */
void undo_script_begin(FILE *, const char *what, const char *first,
    const char *last);
/* What happened, for the reader; tail follows it on the line. */
void undo_script_comment(FILE *, const struct event *, const char *tail);
/* Undo it; statement may be NULL: it is made when the script runs. */
void undo_script_call(FILE *, const struct event *, const struct undo_change *,
    const char *statement);
void undo_script_end(FILE *, size_t calls);

#endif
