/* sessions - what the report about sessions has gathered, and how it is shown
 *
 * Keys begin with a session and a zero byte. What is counted has the table
 * behind them, plain_table(); facts have what they rank, and their time. */
#ifndef AUDIT_EXPORT_SESSIONS_H
#define AUDIT_EXPORT_SESSIONS_H

#include "session-facts.h"
#include "sort.h"
#include "tally.h"
#include "view.h"

struct session_events { /* of a session in a table; starts as zeros */
	uint64_t n;
	int64_t first, last;
};
void session_events_add(void *sum, const void *);

/* Rows of a table, those with the latest FACT_AT first */
struct session_rows {
	struct sort *sort;
	uint64_t n;
};
/* Returns 0; -1: the sort failed. */
int session_rows_add(struct session_rows *, const struct facts *);

struct session_sums {
	struct session_rows sessions, refused, blocks;
	bool listed; /* there are lines of audit-session list */
};

/* Make a row of what is known of each session. Returns 0, or -1 with *error,
 * which is borrowed from what failed. */
int sessions_join(struct session_sums *, struct tally *events,
    struct sort *facts, const char **error);
/* The same. */
int sessions_show(struct session_sums *, struct view *, const char **error);

#endif
