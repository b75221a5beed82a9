/* proof-event - the leaf of an event in a proof: for lib/proof*.c only */
#ifndef AUDIT_PROOF_EVENT_H
#define AUDIT_PROOF_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "digest.h"
#include "json.h"
#include "leaf.h"

struct proof_event;

struct proof_event *proof_event_new(void);   /* never NULL */
void proof_event_free(struct proof_event *); /* accepts NULL */

/* Compute the leaf of an event; parts p NULL: nothing is left out. Returns
 * NULL, or what is wrong; borrowed until the next call. */
const char *proof_event_leaf(struct proof_event *, struct json event,
    struct json parts, uint8_t hash[static DIGEST_LEN]);
/* Of the event read last: what it says, and the fields of what is left out;
 * borrowed until the next call. */
const struct leaf_event *proof_event_said(const struct proof_event *);
const uint8_t *proof_event_hidden(const struct proof_event *, size_t *n);

#endif
