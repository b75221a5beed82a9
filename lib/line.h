/* line - read lines of text or JSON, knowing their number; write JSON
 *
 * A line is handed on as it is, not parsed, so no digit of it can be lost:
 * the server takes it as jsonb. */
#ifndef AUDIT_LINE_H
#define AUDIT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct line;

struct line *line_new(FILE *); /* the file stays the caller's */
void line_free(struct line *); /* accepts NULL */

/* Read the next line that is not blank. Returns 1 with line_text() set; 0 at
 * the end, or where reading failed (ask ferror()); -1 if the line is no UTF-8
 * text, with line_error() set: go on with the next. */
int line_next(struct line *);
/* Whether the next line is not there yet: a live stream pauses. */
bool line_waits(const struct line *);
/* Without the line's end; borrowed until the next line_next(). */
const char *line_text(const struct line *);
size_t line_number(const struct line *); /* from 1 */
/* "line 12: not UTF-8"; borrowed until the next line_next() */
const char *line_error(const struct line *);

/* Write a string, given as UTF-8, as a JSON string with its quotes. For a
 * string in memory, xmemstream() makes the file. */
void line_put_string(FILE *, const char *s, size_t len);

#endif
