/* session-facts - what is known of a session, a refused login or a block */
#ifndef AUDIT_EXPORT_SESSION_FACTS_H
#define AUDIT_EXPORT_SESSION_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "json.h"

enum fact_number {
	FACT_AT, /* times as an input's */
	FACT_OPENED,
	FACT_CLOSED,
	FACT_SPAN,    /* µs */
	FACT_NEW,     /* 1: the device is new for the actor */
	FACT_LISTED,  /* 1: audit-session list has it */
	FACT_ERASED,  /* 1: the actor's name was */
	FACT_BACKEND, /* 1: a connection to the database, from its log */
	FACT_EVENTS,
	FACT_TABLES, /* how many */
	FACT_NUMBERS
};

enum fact_text {
	FACT_SESSION,
	FACT_ACTOR,
	FACT_ROLE,
	FACT_REASON,
	FACT_ADDR,
	FACT_AGENT,
	FACT_BROWSER,
	FACT_SYSTEM,
	FACT_DEVICE,
	FACT_NAMES, /* of tables */
	FACT_TEXTS
};

struct facts {
	int64_t n[FACT_NUMBERS]; /* FACT_NONE: not known */
	char *t[FACT_TEXTS];	 /* NULL: not known */
};

#define FACT_NONE INT64_MIN
#define FACT_NOT_CLOSED INT64_MAX /* it lives again */

void facts_init(struct facts *);
void facts_free(struct facts *);

/* Take a text, which was allocated; one that was there goes. */
void facts_take(struct facts *, enum fact_text, char *);
/* What a string says; of anything else nothing. */
void facts_text(struct facts *, enum fact_text, struct json);
/* A time as events have it; seconds as a number, in µs. */
void facts_time(struct facts *, enum fact_number, struct json);
void facts_seconds(struct facts *, enum fact_number, struct json);
void facts_flag(struct facts *, enum fact_number, struct json);

/* A time as bytes that sort like it */
void facts_put_time(struct buf *, int64_t at);
/* As bytes, and back: what they know takes the place of what was known. */
void facts_write(struct buf *, const struct facts *);
void facts_merge(struct facts *, const char *bytes);

#endif
