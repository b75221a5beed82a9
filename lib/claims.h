/* claims - which events are gone, or have lost values, by an act of audit-purge
 * that is an event itself
 *
 * The acts are read before all else; what they claim counts if they come by
 * again as they were sealed, or will be. See audit-seal(1) for what they say.
 */
#ifndef AUDIT_CLAIMS_H
#define AUDIT_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "digest.h"
#include "finding.h"
#include "leaf.h"

struct claims;

/* archive: what was purged or erased where the trail was written may still be
 * here. */
struct claims *claims_new(struct findings *, bool archive);
void claims_free(struct claims *); /* accepts NULL */

/* An act, with its leaf; in the order of their ids. What is none is passed
 * over. */
void claims_add(struct claims *, const struct leaf_event *,
    const uint8_t leaf[static DIGEST_LEN]);

/* Which act claims each of so many leaves, which are a row: its number, or 0;
 * NULL: none does; free() it. */
uint32_t *claims_row(struct claims *, uint64_t seal,
    const char month[static LEAF_MONTH], int64_t n, size_t leaves);

/* A sealed event is gone: whether an act claims it. act: what claims_row() says
 * of its leaf. */
bool claims_gone(struct claims *, uint64_t seal, const uint8_t id[static 16],
    uint32_t act);
/* A sealed event is there; it is found if an act claims it. */
void claims_there(struct claims *, uint64_t seal, const uint8_t id[static 16],
    uint32_t act);
/* An event that is as it was sealed or will be, with its leaf, in the order of
 * ids: it may be one of the acts, or have lost values. */
void claims_event(struct claims *, const struct leaf_event *,
    const uint8_t leaf[static DIGEST_LEN]);

/* There are no more: name what nothing explains, and note what was done.
 * partial: acts are not asked for. Returns 0, or -1 where a temporary file
 * failed: then it has said so. */
int claims_end(struct claims *, bool partial);

uint64_t claims_purged(const struct claims *);
uint64_t claims_erased(const struct claims *);

#endif
