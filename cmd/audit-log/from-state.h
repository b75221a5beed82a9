/* from-state - what from*.c share, and nobody else */
#ifndef AUDIT_LOG_FROM_STATE_H
#define AUDIT_LOG_FROM_STATE_H

#include "chunk.h"
#include "from.h"
#include "spool.h"

struct from {
	struct db *db;
	struct filter *filter;
	struct output *output;
	const struct count *count;
	bool counts, picks, values; /* the server picks; by values, too */
	bool ranged[2];
	uint8_t range[2][16]; /* ids from .. to before */
	uint8_t id[2][16];    /* --id: from .. to */
	bool held;	      /* nothing is shown before all has been read */
	struct spool *spool;
	struct chunk chunk; /* to pick from */
	struct chunk shown; /* of what the server shows or counts */
	struct filter none;
	struct buf groups;
	unsigned long long matched, ids;
	bool by_table; /* by their numbers in the trail */
	const char *loose;
	bool bad;
	enum tool_status status;
};

/* The database has failed: say so, once. */
void from_fail_db(struct from *);
/* Whether the server makes of the lines what is shown */
bool from_by_server(const struct from *);
/* Show or count an event that matches; what the server has to see may wait
 * until from_show_chunk(). */
void from_show(struct from *, const struct source_event *);
void from_show_chunk(struct from *);
/* Those in the spool: the newest ones, or all from behind. */
void from_show_held(struct from *);
void from_end_counts(struct from *);

#endif
