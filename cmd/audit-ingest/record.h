/* record - one record of the server's log, from jsonlog or csvlog */
#ifndef AUDIT_INGEST_RECORD_H
#define AUDIT_INGEST_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes as they stand in the log's own text, or in the record's memory, UTF-8;
 * p NULL: the log says nothing. They may hold zero bytes. */
struct text {
	const char *p;
	size_t len;
};

enum record_form { RECORD_UNKNOWN, RECORD_JSON, RECORD_CSV };

struct record {
	int64_t at;	     /* us since 2000-01-01 UTC */
	int64_t started;     /* the session's start, in the same way */
	uint64_t line;	     /* the number in its session, from 1 */
	struct text session; /* session_id: "6b0237aa.4fdb" */
	struct text user, database, host, app, backend;
	struct text ps;	      /* what the process was doing: "SELECT" */
	struct text severity; /* "LOG", "ERROR", "FATAL" */
	struct text state;    /* SQLSTATE; "00000" is told as nothing */
	struct text message, detail, statement, context;
};

struct reader;

struct reader *reader_new(enum record_form); /* UNKNOWN: it is to be seen */
void reader_free(struct reader *);	     /* accepts NULL */

/* How many of these bytes the first record takes, its newline included; 0: it
 * is not all there. Bytes are looked at again only where they must be. */
size_t reader_split(struct reader *, const char *, size_t len);
/* Begin another file: what was looked at is not followed by what comes. */
void reader_begin(struct reader *);
/* Read a record, which it borrows until the next call. Returns NULL, or what is
 * wrong with it: "not a record of jsonlog: no \"session_id\"". */
const char *reader_read(struct reader *, struct record *, const char *,
    size_t len);

#endif
