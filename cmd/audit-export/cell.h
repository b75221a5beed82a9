/* cell - a value as a report shows it: what it is, not how it looks */
#ifndef AUDIT_EXPORT_CELL_H
#define AUDIT_EXPORT_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cell_kind {
	CELL_NONE,   /* there is nothing to say */
	CELL_TEXT,   /* text, as it is */
	CELL_NUMBER, /* text is a JSON number as it was written */
	CELL_MARK,   /* text stands for a value: NULL, masked, redacted */
	CELL_COUNT,  /* n */
	CELL_TIME, /* n is µs since 2000-01-01 UTC, shown in the job's zone */
	CELL_SPAN, /* n µs, a duration */
	CELL_CHANGES /* what an event changes */
};

/* A meaning for the eye; what it says stands in the text as well. */
enum cell_tone {
	TONE_NONE,
	TONE_INSERT,
	TONE_UPDATE,
	TONE_DELETE,
	TONE_READ,
	TONE_OTHER,
	TONE_GOOD,
	TONE_WARN,
	TONE_BAD,
	TONES
};

struct cell {
	enum cell_kind kind;
	enum cell_tone tone;
	bool json;	  /* the text is JSON, and no string */
	const char *text; /* UTF-8; borrowed until who gets it returns */
	size_t len;
	int64_t n;
	const struct cell_change *changes; /* so many */
	size_t nchanges;
};

/* old or new is CELL_NONE where there is none. */
struct cell_change {
	struct cell field, old, new;
};

/* Short ways to make one */
struct cell cell_text(const char *); /* NULL: CELL_NONE */
struct cell cell_count(uint64_t);
struct cell cell_time(int64_t us);
struct cell cell_span(int64_t us);
struct cell cell_toned(struct cell, enum cell_tone);

/* The tone of what an event did: "insert", ... */
enum cell_tone cell_op_tone(const char *op);

#endif
