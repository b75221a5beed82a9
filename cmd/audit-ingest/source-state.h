/* source-state - what the kinds of sources share, and nobody else */
#ifndef AUDIT_INGEST_SOURCE_STATE_H
#define AUDIT_INGEST_SOURCE_STATE_H

#include "buf.h"
#include "source.h"

#define SOURCE_CHUNK ((size_t)64 * 1024)
#define SOURCE_WAIT_MS 200

struct source_kind {
	/* SOURCE_RECORD: there are more bytes in buf; others are what they
	 * are */
	enum source_got (*more)(struct source *);
	void (*known)(struct source *, const struct place *);
	void (*free)(struct source *);
};

struct source {
	const struct source_kind *kind;
	void *state; /* the kind's own */
	struct reader *reader;
	struct buf buf;	    /* what was read */
	size_t at;	    /* of it, what was handed out */
	uint64_t line;	    /* of the next record; 0: unknown */
	struct place place; /* of buf.p[at]; head and name are the kind's */
	bool ended;
	char *note, *error; /* NULL: none */
};

struct source *source_new(const struct source_kind *, struct reader *,
    void *state);
/* Another file: nothing of the one before is left. */
void source_begin(struct source *, const struct place *);
enum source_got source_fail(struct source *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void source_say(struct source *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
