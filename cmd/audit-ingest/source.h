/* source - where the bytes of the log come from: standard input, files, a
 * directory whose files the server rotates, or the server itself */
#ifndef AUDIT_INGEST_SOURCE_H
#define AUDIT_INGEST_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "db.h"
#include "record.h"

struct source;

enum source_got {
	SOURCE_RECORD,
	SOURCE_WAITS, /* no whole record now; it has waited a moment */
	SOURCE_END,
	SOURCE_FAILED
};

/* One record, without its newline, borrowed until the next source_next(). */
struct piece {
	const char *p;
	size_t len;
	const char *file; /* NULL: standard input */
	uint64_t line; /* the record's first line in it, from 1; 0: unknown */
};

struct source *source_stdin(struct reader *);
struct source *source_files(struct reader *, int n, char *const names[]);
/* The log files in a directory, in the order of their names, on and on. */
struct source *source_follow(struct reader *, const char *directory);
/* The same of the server's own log directory, through pg_read_binary_file(). */
struct source *source_server(struct reader *, struct db *, bool follow);
void source_free(struct source *); /* accepts NULL */

enum source_got source_next(struct source *, struct piece *);
const char *source_error(const struct source *);

#endif
