/* source - where the bytes of the log come from: standard input, files, a
 * directory whose files the server rotates, or the server itself */
#ifndef AUDIT_INGEST_SOURCE_H
#define AUDIT_INGEST_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db.h"
#include "record.h"

struct source;

enum source_got {
	SOURCE_RECORD,
	SOURCE_FILE, /* no more is read of the file that source_place() tells */
	SOURCE_LOST, /* it went before it was read to its end */
	SOURCE_WAITS, /* no whole record now; it has waited a moment */
	SOURCE_END,
	SOURCE_FAILED
};

/* One record, without its newline, borrowed until the next source_next(). */
struct piece {
	const char *p;
	size_t len;
	const char *file; /* NULL: standard input */
	uint64_t line;	 /* the record's first line in it, from 1; 0: unknown */
	uint64_t offset; /* its first byte */
};

/* How far a file was read. It is itself whatever it is called, by a digest of
 * how it begins, in hexadecimal. */
struct place {
	const char *head; /* NULL: standard input, which nobody reads again */
	const char *name;
	uint64_t inode; /* 0: unknown */
	uint64_t offset;
	bool done; /* to its end, and another one came after it */
};

struct source *source_stdin(struct reader *);
struct source *source_files(struct reader *, int n, char *const names[]);
/* The log files in a directory, one after the other, on and on. */
struct source *source_follow(struct reader *, const char *directory);
/* The same of the server's own log directory, through pg_read_binary_file();
 * follow false: to the end of what is there. */
struct source *source_server(struct reader *, struct db *, bool follow);
void source_free(struct source *); /* accepts NULL */

/* A file was read this far before: tell all of them first. Copied. */
void source_known(struct source *, const struct place *);

enum source_got source_next(struct source *, struct piece *);
/* Behind the last record. Borrowed until the next source_next(). */
const struct place *source_place(const struct source *);
/* What there is to say of the file: it is shorter than it was, it ends within
 * a record; NULL: nothing. Once; free() it. */
char *source_note(struct source *);
const char *source_error(const struct source *);

#endif
