/* sessions-state - how sessions are kept; for sessions*.c alone */
#ifndef AUDIT_INGEST_SESSIONS_STATE_H
#define AUDIT_INGEST_SESSIONS_STATE_H

#include "sessions.h"

#define PLACES 16384

/* Which of its links */
#define AGE offsetof(struct session, age)
#define WAITS offsetof(struct session, waits)
#define DIRTY offsetof(struct session, dirty)

struct sessions {
	struct session *places[PLACES]; /* by their hashes */
	size_t n;
	struct chain living, ended; /* as they were last heard of */
	struct chain waits, dirty;
};

/* It has been written, or is as it was written. */
void sessions_clean(struct session *);

#endif
