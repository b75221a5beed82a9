/* store - what was read of a log, into the trail: batches, each a transaction
 * with the events, what is known of the sessions, and how far the log was read
 *
 * A connection that broke is made anew a few times; what is sent again is not
 * stored again. Failures are told by store_error(), and are for good. */
#ifndef AUDIT_INGEST_STORE_H
#define AUDIT_INGEST_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "interp.h"
#include "source.h"

struct store;

/* Connect. system NULL: the cluster's own log. Returns 0, or -1. */
struct store *store_new(const char *conninfo, bool verbose);
int store_open(struct store *, const char *system);
void store_free(struct store *); /* accepts NULL */

/* Borrowed as long as the store is. */
const char *store_system(const struct store *);
const char *store_database(const struct store *);

/* From here on nobody else stores what this log tells. What is known of it goes
 * to those two. */
int store_begin(struct store *, struct interp *, struct source *);

/* Where the events of the next batch go, JSON lines */
struct buf *store_events(struct store *);
/* A record of this time was read, so long; the first one of a log says since
 * when all of it is known: then true. */
bool store_record(struct store *, int64_t at, size_t len);
/* Whether the batch is large enough, or has waited for a second. */
bool store_due(const struct store *);
/* Store the batch. Returns 0, or -1. */
int store_flush(struct store *, struct interp *, const struct place *);
/* A file is gone that was not read to its end. */
int store_lost(struct store *, const struct place *);

uintmax_t store_count(const struct store *);   /* events that were new */
uintmax_t store_refused(const struct store *); /* that cannot be stored */
const char *store_error(const struct store *);

#endif
