/* grid - rows shown as a table, for people to read
 *
 * Rows are printed in blocks, so that memory stays flat. What one column needs
 * is known from the rows so far: it grows when a later block needs more, which
 * repeats the head, and never shrinks, so that blocks line up. What does not
 * fit the terminal is cut or wrapped, in the columns that need most. Texts are
 * made harmless, see lib/safe.h. */
#ifndef AUDIT_GRID_H
#define AUDIT_GRID_H

#include <stdbool.h>
#include <stdio.h>

struct grid_column {
	const char *name; /* at its head */
	int least;	  /* not narrower while others are wider */
	int most;	  /* not wider; 0: as wide as its texts */
	enum {
		GRID_CUT,   /* say by an ellipsis that there is more */
		GRID_RIGHT, /* the same, numbers: to the right */
		GRID_WRAP   /* whole, on several lines */
	} form;
};

struct grid;

/* Whether to print a table: where "table" is asked for with -f, or nothing is
 * and standard output is a terminal. path is that of -o, or NULL. Ends the
 * program if format is unknown. */
bool grid_wanted(const char *format, const char *path);

/* A table of n columns, borrowed, on a stream, the caller's. Where that is
 * standard output it uses the width of the terminal, if it is one or COLUMNS
 * says it; its colours, unless NO_COLOR is set or TERM is dumb; and, unless
 * it goes on live, the pager. head: with the columns' names. */
struct grid *grid_new(FILE *, int n, const struct grid_column columns[],
    bool head);
/* Print each row at once when grid_flush() is called, with no pager. */
void grid_live(struct grid *);
/* Add a row: a text for each column, NULL for none, and the names of their
 * colours, NULL for none, which have to last; colors itself may be NULL. */
void grid_row(struct grid *, char *const texts[], const char *const colors[]);
/* Print what has not been printed. A failure to write shows in the stream. */
void grid_flush(struct grid *);
void grid_free(struct grid *); /* accepts NULL; flushes */

#endif
