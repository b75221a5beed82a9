/* totals - what was done by each of many: actors, tables, operations
 *
 * It counts any number of them exactly, and shows the most active ones and the
 * sum of all others. It keeps its first failure. */
#ifndef AUDIT_EXPORT_TOTALS_H
#define AUDIT_EXPORT_TOTALS_H

#include "deed.h"

struct totals;

/* memory: about how many bytes it may take; most: how many are shown */
struct totals *totals_new(size_t memory, size_t most);
void totals_free(struct totals *); /* accepts NULL */

/* Returns 0, or -1 with totals_error() set. */
int totals_note(struct totals *, const char *key, size_t len, enum deed,
    int64_t at);
const char *totals_error(const struct totals *);

struct total {
	char *key; /* with an end of its own */
	size_t len;
	uint64_t all;
	struct deeds deeds;
};

struct totals_sums {
	const struct total *v; /* the largest first, then by their keys */
	size_t n;
	struct deeds others; /* of those that are not shown, */
	uint64_t nothers;    /* of which there are so many */
};

/* Once, when all has been noted; the sums are borrowed until totals_free().
 * seen, if it is not NULL, gets each key. Returns 0, or -1. */
int totals_read(struct totals *, struct totals_sums *,
    void (*seen)(void *arg, const char *key, size_t len), void *arg);

#endif
