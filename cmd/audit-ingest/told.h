/* told - an event that the log tells of, as its JSON line
 *
 * Its id is made of its time and of the record that tells of it: the same
 * record has the same id, whenever it is read. */
#ifndef AUDIT_INGEST_TOLD_H
#define AUDIT_INGEST_TOLD_H

#include "buf.h"
#include "digest.h"
#include "record.h"

/* What was said about who acts; p NULL: nothing was */
struct who {
	struct text actor, session;
	const char *attribution; /* "application_name", "comment", "role" */
};

struct told {
	const char *op;
	unsigned int n; /* which event of its record, from 0 */
	bool keyed;	/* its key is the session of the server */
	struct text schema, table, app;
	struct who who;
	const char *details; /* members of new, each with a comma before it */
	size_t ndetails;
};

/* Put its line, with what the record says of where and when. */
void told_put(struct buf *, const struct told *, const struct record *,
    struct digest *, const char *system);

/* A string of JSON; null for what is not there. */
void told_string(struct buf *, struct text);
/* A member with a comma before it; what is not there is left out. The name is
 * written as it is. */
void told_member(struct buf *, const char *name, struct text);
void told_number(struct buf *, const char *name, uint64_t);

/* A text that ends with a zero byte */
struct text told_text(const char *);
bool text_is(struct text, const char *);
bool text_begins(struct text, const char *);
bool text_same(struct text, struct text);

#endif
