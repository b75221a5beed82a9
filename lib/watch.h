/* watch - whether what decides about capturing was changed only by acts that
 * are events themselves
 *
 * Each seal has the state of rules, triggers and functions. What of it differs
 * from the state before has to be explained by an event of the transaction
 * that made the difference, else there was a window in which anything could
 * go by unrecorded. */
#ifndef AUDIT_WATCH_H
#define AUDIT_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "finding.h"
#include "leaf.h"
#include "seal.h"

struct watch;

struct watch *watch_new(struct findings *);
void watch_free(struct watch *); /* accepts NULL */

/* The state before the first seal that is looked at: that of the seal s. */
void watch_base(struct watch *, const struct seal *s, const char *text,
    size_t len);
/* The next seal; before is the one before it, or NULL. */
void watch_seal(struct watch *, const struct seal *, const struct seal *before);
/* Its state's text, where that is kept: it is another than the one before. */
void watch_state(struct watch *, uint64_t seal, const char *text, size_t len);
/* The state of now, which no seal has yet, when all seals have come;
 * transactions from next on cannot be seen. */
void watch_now(struct watch *, const char *text, size_t len, int64_t next);
/* An event that is as it was sealed, or will be sealed. */
void watch_event(struct watch *, const struct leaf_event *);
/* An event of this seal is gone, or not what it was: it could have been one. */
void watch_doubt(struct watch *, uint64_t seal, int64_t from, int64_t to);
/* There are no more. */
void watch_end(struct watch *);

#endif
