/* blame - events that do not fit their leaves, laid aside until it is known
 * which of the two was altered, and then named */
#ifndef AUDIT_BLAME_H
#define AUDIT_BLAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "digest.h"
#include "finding.h"
#include "leaf.h"

enum blame_kind {
	BLAME_CHANGED, /* the event is not what its leaf says */
	BLAME_MISSING, /* there is a leaf and no event */
	BLAME_STRAY    /* there is an event and no leaf */
};

struct blame_case {
	enum blame_kind kind;
	uint8_t id[16];
	bool has_seal; /* it is known which seal covers it */
	uint64_t seal;
	uint8_t leaf[DIGEST_LEN]; /* as the seal has it */
	uint8_t own[DIGEST_LEN];  /* what the event gives */
};

struct blame;

struct blame *blame_new(struct findings *);
void blame_free(struct blame *); /* accepts NULL */

/* Lay one aside. bytes are what the event's own leaf is made of, if there is
 * an event. */
void blame_add(struct blame *, const struct blame_case *, const void *bytes,
    size_t len);
/* Whether the bytes of one more are of use. */
bool blame_wants(const struct blame *);
/* The stored leaves of a seal's month do not give its root: the others do.
 * own: the events do. */
void blame_leaves(struct blame *, uint64_t seal,
    const char month[static LEAF_MONTH], bool own);
/* Name them, in the order of their ids. Returns 0, or -1 where the temporary
 * file failed: then it has said so. */
int blame_end(struct blame *);

#endif
