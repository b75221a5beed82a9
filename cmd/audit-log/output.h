/* output - where the events go: standard output, or a file */
#ifndef AUDIT_OUTPUT_H
#define AUDIT_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "db.h"
#include "event.h"
#include "filter.h"
#include "trails.h"

struct rows;

struct output {
	const char *path;  /* NULL: stdout */
	struct rows *rows; /* a table; NULL: JSON lines */
	bool exact, quiet, verbose;
	const struct trails *trails; /* of an archive; NULL: of none */
	const char *own; /* the trail of what comes from none; or NULL */
	/* now and then, while events go out; -1 ends it as a failed write */
	int (*pause)(void *arg);
	void *arg;

	FILE *fp;
	bool unknown; /* the server sends what is no event */
	unsigned long long lines;
	char last[EVENT_ID]; /* the id of the newest line, "" before it */
};

/* Whoever fails to write here ends the program: nobody gets the rest. */

/* Open it, overwriting the file. */
void output_open(struct output *);
/* Open a file that is in use already: what it holds up to this offset, which
 * has to end with the event last, stays, the rest is cut off. A file that has
 * been moved away begins anew. offset -1: it is not in use yet, and has to be
 * empty. -1 with a message if it is another file. */
int output_resume(struct output *, long long offset, const char *last);
/* Write out what is buffered; for a file, onto the disk. */
void output_flush(struct output *);
/* How many bytes the file has, all flushed; -1 if it is no file. */
long long output_offset(const struct output *);
/* Whether what has been written so far can have gone well. */
void output_check(const struct output *);
/* Write out the rest, and wait for the pager. */
void output_close(struct output *);

/* The name of a trail, by its number; -1: what comes from no archive. NULL: it
 * is not said. */
const char *output_trail(const struct output *, int no);

/* Print the events that match, in a transaction that has begun and that this
 * commits. TOOL_OK, or the status to end with: db_error() says why, or, if that
 * is NULL, a message has. */
enum tool_status output_events(struct output *, struct db *, struct filter *);

#endif
