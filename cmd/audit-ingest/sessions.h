/* sessions - what is known of the sessions that the log tells of
 *
 * No more than SESSIONS_MOST: then those that ended are forgotten, and then
 * those that were silent for the longest time. */
#ifndef AUDIT_INGEST_SESSIONS_H
#define AUDIT_INGEST_SESSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "record.h"

#define SESSIONS_MOST 100000
#define SESSION_ID 32	   /* bytes, with its end */
#define SESSION_OBJECTS 64 /* of a statement that are known */

/* A list in the order in which things were put there */
struct chain {
	struct session *first, *last;
};

struct links {
	struct session *before, *after;
	struct chain *in; /* NULL: in none */
};

struct session {
	char id[SESSION_ID];
	struct session *next; /* with the same hash */
	struct links age, waits, dirty;
	int64_t started;
	uint64_t line; /* the last one; 0: none was seen */
	bool ended;
	char *login; /* the event that waits to be one, as its line */
	size_t nlogin;
	int64_t login_at;
	char *method, *identity;  /* how it was authenticated */
	uint64_t statement, part; /* pgaudit's ids of the last statement */
	uint64_t *objects;	  /* what it has read */
	size_t nobjects;
};

struct sessions;

struct sessions *sessions_new(void);
void sessions_free(struct sessions *); /* accepts NULL */

/* The session of this id, made if it is not known; it changes. Another one may
 * be forgotten: *forgotten is then the time when it began, if that is later. */
struct session *sessions_get(struct sessions *, struct text id, int64_t started,
    int64_t *forgotten);
/* The one that would be forgotten for the next; NULL: there is room. */
struct session *sessions_oldest(const struct sessions *);
void sessions_end(struct sessions *, struct session *);
/* Its login waits; the event is taken over. NULL: it no longer does. */
void sessions_wait(struct sessions *, struct session *, char *login, size_t len,
    int64_t at);
/* The session whose login has waited for the longest time, or NULL. */
struct session *sessions_waiting(const struct sessions *);
/* Whether a statement of a session has not yet read this object. */
bool session_reads(struct session *, uint64_t statement, uint64_t part,
    uint64_t object);

/* The changed ones as interp_save() wants them, which then are not. */
void sessions_save(struct sessions *, struct buf *);
/* One of them; another one may be forgotten for it. */
void sessions_load(struct sessions *, const char *, size_t len,
    int64_t *forgotten);

#endif
