/* finding - what verify has found, as JSON lines or as sentences, or kept for
 * whoever asked */
#ifndef AUDIT_FINDING_H
#define AUDIT_FINDING_H

#include <stdbool.h>
#include <stdint.h>

struct findings {	   /* starts as { 0 } */
	bool sentences;	   /* for people to read */
	const char *trail; /* of an archive database, which is named, or NULL */
	bool silent;	   /* nothing is printed, not the summary either */
	uint64_t count;	   /* of findings; notes are none */
	char *first;	   /* what the first one says, if silent; free() it */
};

/* Where and when; what is not known is left out. */
struct finding_at {
	const uint64_t *seal;
	const uint8_t *id;	      /* of an event */
	const int64_t *since, *until; /* of a window */
	const char *more;	      /* members of JSON, before the message */
};

/* Print one: its kind, a word that scripts know, and a sentence. It names what
 * was altered, or does not fit. */
void finding_put(struct findings *, const char *kind, struct finding_at,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Print what is worth knowing and proves nothing wrong. */
void finding_note(struct findings *, const char *kind, struct finding_at,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Begin a sentence: with the name of the trail, if it has one. */
void finding_put_trail(const struct findings *);

#define FINDING_SEAL(no) \
	((struct finding_at){ .seal = (const uint64_t[]){ no } })
#define FINDING_EVENT(no, uuid) \
	((struct finding_at){ .seal = (const uint64_t[]){ no }, .id = (uuid) })
#define FINDING_WINDOW(no, from, to)                            \
	((struct finding_at){ .seal = (const uint64_t[]){ no }, \
	    .since = (const int64_t[]){ from },                 \
	    .until = (const int64_t[]){ to } })

#endif
