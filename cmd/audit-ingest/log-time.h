/* log-time - the times that the server's log says in its own zone
 *
 * The log names a zone by an abbreviation (log_timezone), which says little:
 * IST is three zones. But a record says when its session began twice, in that
 * zone and, in its session_id, in seconds since 1970. */
#ifndef AUDIT_INGEST_LOG_TIME_H
#define AUDIT_INGEST_LOG_TIME_H

#include <stdbool.h>

#include "record.h"

#define ZONES 8

struct zones { /* what abbreviations have meant; starts as zeros */
	struct zone {
		char name[16];
		int64_t offset; /* us east of UTC */
	} v[ZONES];
	unsigned int next;
};

/* When a session began, by its id: us since 2000-01-01 UTC. false: it is no
 * session's. */
bool log_session_start(int64_t *us, struct text session);
/* The time of a record, in the same way; start is as the log says it, and
 * started as its id does. false: it is no time. */
bool log_time(struct zones *, int64_t *us, struct text time, struct text start,
    int64_t started);

#endif
